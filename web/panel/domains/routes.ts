import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { protectionOfDomain } from '../protection/routes.ts'
import { screen } from '../screen.ts'
import { domainRoute } from './domain-route.ts'

const list = createRoute({ getParentRoute: () => inside, path: '/domains', component: screen(async () => (await import('./domains.tsx')).Domains) })

const addresses = createRoute({ getParentRoute: () => domainRoute, path: '/', component: screen(async () => (await import('./addresses.tsx')).Addresses) })

/** The pages of one domain, side by side as tabs (tabs.ts). */
const pages = domainRoute.addChildren([addresses, protectionOfDomain])

export const domainRoutes = [list, pages] as const
