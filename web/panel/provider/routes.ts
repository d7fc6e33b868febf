import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const providerRoutes = [
  // `customer`: whose; without it, one's own.
  createRoute({
    getParentRoute: () => inside,
    path: '/sign-in-service',
    validateSearch: (search: Record<string, unknown>): { customer?: string } =>
      typeof search['customer'] === 'string' ? { customer: search['customer'] } : {},
    component: screen(async () => (await import('./provider.tsx')).Provider),
  }),
] as const
