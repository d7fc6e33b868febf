import { createRoute } from '@tanstack/react-router'
import { alone } from '../inside.ts'
import { screen } from '../screen.ts'

export const consentRoutes = [
  createRoute({ getParentRoute: () => alone, path: '/consent/$uid', component: screen(async () => (await import('./consent.tsx')).Consent) }),
] as const
