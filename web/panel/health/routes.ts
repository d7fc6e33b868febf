import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const healthRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/health', component: screen(async () => (await import('./health.tsx')).Health) }),
] as const
