import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const auditRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/changes', component: screen(async () => (await import('./audit.tsx')).Audit) }),
] as const
