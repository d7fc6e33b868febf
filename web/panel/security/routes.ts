import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const securityRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/security', component: screen(async () => (await import('./security.tsx')).Security) }),
] as const
