import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const planRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/plans', component: screen(async () => (await import('./plans.tsx')).Plans) }),
  createRoute({ getParentRoute: () => inside, path: '/plans/$name', component: screen(async () => (await import('./plan.tsx')).Plan) }),
] as const
