import { createRoute } from '@tanstack/react-router'
import { addressRoute } from '../address/address-route.ts'
import { domainRoute } from '../domains/domain-route.ts'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

/** The page of an address. */
export const protectionOfAddress = createRoute({
  getParentRoute: () => addressRoute,
  path: '/protection',
  component: screen(async () => (await import('./protection.tsx')).Protection),
})

/** The page of a domain. */
export const protectionOfDomain = createRoute({
  getParentRoute: () => domainRoute,
  path: '/protection',
  component: screen(async () => (await import('./domain-protection.tsx')).DomainProtection),
})

export const protectionRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/templates', component: screen(async () => (await import('./templates.tsx')).Templates) }),
  createRoute({
    getParentRoute: () => inside,
    path: '/templates/$name',
    validateSearch: (search: Record<string, unknown>): { customer?: string } => textIn(search, 'customer'),
    component: screen(async () => (await import('./template.tsx')).Template),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/assistant',
    validateSearch: (search: Record<string, unknown>): { template?: string } => textIn(search, 'template'),
    component: screen(async () => (await import('./assistant.tsx')).Assistant),
  }),
] as const

function textIn<Name extends string>(search: Record<string, unknown>, name: Name): { readonly [Key in Name]?: string } {
  const value = search[name]
  return (typeof value === 'string' ? { [name]: value } : {}) as { readonly [Key in Name]?: string }
}
