import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const webhookRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/webhooks', component: screen(async () => (await import('./webhooks.tsx')).Webhooks) }),
  createRoute({ getParentRoute: () => inside, path: '/webhooks/$webhook', component: screen(async () => (await import('./webhook.tsx')).Webhook) }),
] as const
