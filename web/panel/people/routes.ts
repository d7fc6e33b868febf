import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const peopleRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/people', component: screen(async () => (await import('./people.tsx')).People) }),
] as const
