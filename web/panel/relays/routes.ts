import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const relayRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/relays', component: screen(async () => (await import('./relays.tsx')).Relays) }),
  createRoute({ getParentRoute: () => inside, path: '/relays/$name', component: screen(async () => (await import('./relay.tsx')).Relay) }),
] as const
