import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

/** One domain: the parent of its pages. */
export const domainRoute = createRoute({
  getParentRoute: () => inside,
  path: '/domains/$domain',
  component: screen(async () => (await import('./domain.tsx')).Domain),
})
