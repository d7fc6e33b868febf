import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const settingRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/settings', component: screen(async () => (await import('./settings.tsx')).Settings) }),
  createRoute({
    getParentRoute: () => inside,
    path: '/settings/protection',
    component: screen(async () => (await import('./protection.tsx')).ProtectionOfAll),
  }),
] as const
