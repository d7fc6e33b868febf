import { createRootRoute, createRoute, redirect } from '@tanstack/react-router'
import { cache } from '../data/cache.ts'
import { readMe } from '../data/me.ts'
import { Problem } from '../data/problem.ts'
import { Broken } from './frame/broken.tsx'
import { Lost } from './frame/nothing-here.tsx'
import { screen } from './screen.ts'

/** The root of all routes. What goes wrong in a screen is said in its place. */
export const root = createRootRoute({
  notFoundComponent: Lost,
  errorComponent: Broken,
})

/** Signing in; `to`: where to go then. */
export const signInRoute = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } => (isInside(search['to']) ? { to: search['to'] } : {}),
  component: screen(async () => (await import('./sign-in/sign-in-here.tsx')).SignInHere),
})

/** Where an identity provider sends people back to. */
export const signInByRoute = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/by/$provider',
  component: screen(async () => (await import('./sign-in/sign-in-by.tsx')).SignInBy),
})

/** Parent of every screen behind the sign-in, which the frame is drawn around. */
export const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: screen(async () => (await import('./frame/frame.tsx')).Frame),
  beforeLoad: async ({ location }): Promise<void> => await needSignIn(location.href),
})

/** Parent of screens behind the sign-in that stand alone: questions of others. */
export const alone = createRoute({
  getParentRoute: () => root,
  id: 'alone',
  beforeLoad: async ({ location }): Promise<void> => await needSignIn(location.href),
})

/** Leads to the sign-in and back where nobody is signed in. Apart from the route, whose type must not stand on those of all routes. */
async function needSignIn(href: string): Promise<void> {
  try {
    const { mustDo } = await cache.ensureQueryData(readMe)
    // oxlint-disable-next-line typescript/only-throw-error -- how this router is told
    if (mustDo.includes('second-factor') && !href.startsWith('/security')) throw redirect({ to: '/security' })
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error
    // oxlint-disable-next-line typescript/only-throw-error -- how this router is told
    throw redirect({ to: '/sign-in', search: href === '/' ? {} : { to: href } })
  }
}

/** A page of this application, not of another one. */
function isInside(to: unknown): to is string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to)
}
