import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const domainRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/domains', component: screen(async () => (await import('./domains.tsx')).Domains) }),
  createRoute({ getParentRoute: () => inside, path: '/domains/$domain', component: screen(async () => (await import('./domain.tsx')).Domain) }),
] as const
