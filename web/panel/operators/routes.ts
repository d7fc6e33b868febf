import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const operatorRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/operators', component: screen(async () => (await import('./operators.tsx')).Operators) }),
] as const
