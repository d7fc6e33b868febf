import { lazyRouteComponent, type RouteComponent } from '@tanstack/react-router'
import type { ComponentType } from 'react'

/**
 * A component that is loaded when its route is gone to: `screen(async () => (await import('./home.tsx')).Home)`. Its type says nothing of the component, since the
 * types of components (their links) stand on those of all routes.
 */
export function screen(load: () => Promise<ComponentType>): RouteComponent {
  return lazyRouteComponent(async () => ({ default: await load() }))
}
