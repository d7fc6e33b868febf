import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const lockRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/locks', component: screen(async () => (await import('./locks.tsx')).Locks) }),
] as const
