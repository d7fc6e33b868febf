import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'
import { type Span, spans } from './spans.ts'

export const statisticsRoutes = [
  createRoute({
    getParentRoute: () => inside,
    path: '/statistics',
    validateSearch: ({ span, domain }: Record<string, unknown>): { readonly span?: Span; readonly domain?: string } => ({
      ...(spans.some((one) => one === span) && { span: span as Span }),
      ...(typeof domain === 'string' && domain !== '' && { domain }),
    }),
    component: screen(async () => (await import('./statistics.tsx')).Statistics),
  }),
] as const
