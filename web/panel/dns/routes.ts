import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const dnsRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/dns', component: screen(async () => (await import('./dns-states.tsx')).DnsStates) }),
  createRoute({ getParentRoute: () => inside, path: '/domains/$domain/dns', component: screen(async () => (await import('./dns.tsx')).Dns) }),
] as const
