import { createRoute } from '@tanstack/react-router'
import { journalOfAddress } from '../journal/routes.ts'
import { protectionOfAddress } from '../protection/routes.ts'
import { screen } from '../screen.ts'
import { addressRoute } from './address-route.ts'

const overview = createRoute({ getParentRoute: () => addressRoute, path: '/', component: screen(async () => (await import('./overview.tsx')).Overview) })
const forwarding = createRoute({
  getParentRoute: () => addressRoute,
  path: '/forwarding',
  component: screen(async () => (await import('./forwarding.tsx')).Forwarding),
})
const absence = createRoute({ getParentRoute: () => addressRoute, path: '/absence', component: screen(async () => (await import('./absence.tsx')).Absence) })
const appPasswords = createRoute({
  getParentRoute: () => addressRoute,
  path: '/app-passwords',
  component: screen(async () => (await import('./app-passwords.tsx')).AppPasswords),
})
const programs = createRoute({
  getParentRoute: () => addressRoute,
  path: '/programs',
  component: screen(async () => (await import('./programs.tsx')).Programs),
})

/** The pages of one address, side by side as tabs (tabs.ts). */
const pages = addressRoute.addChildren([overview, journalOfAddress, protectionOfAddress, forwarding, absence, appPasswords, programs])

export const addressRoutes = [pages] as const
