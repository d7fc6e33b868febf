import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const customerRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/customers', component: screen(async () => (await import('./customers.tsx')).Customers) }),
  createRoute({ getParentRoute: () => inside, path: '/customers/$name', component: screen(async () => (await import('./customer.tsx')).Customer) }),
] as const
