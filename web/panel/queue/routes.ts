import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const queueRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/queue', component: screen(async () => (await import('./queue.tsx')).Queue) }),
  createRoute({ getParentRoute: () => inside, path: '/queue/$destination', component: screen(async () => (await import('./destination.tsx')).Destination) }),
] as const
