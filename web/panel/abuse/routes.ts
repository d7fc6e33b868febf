import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const abuseRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/abuse', component: screen(async () => (await import('./abuse.tsx')).Abuse) }),
] as const
