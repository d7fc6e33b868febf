import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const bulkRoutes = [
  createRoute({
    getParentRoute: () => inside,
    path: '/many-mailboxes',
    /** `domain`: where they come from, for the example. */
    validateSearch: ({ domain }: Record<string, unknown>): { domain?: string } => (typeof domain === 'string' ? { domain } : {}),
    component: screen(async () => (await import('./bulk.tsx')).Bulk),
  }),
  createRoute({ getParentRoute: () => inside, path: '/many-mailboxes/$job', component: screen(async () => (await import('./job.tsx')).Job) }),
] as const
