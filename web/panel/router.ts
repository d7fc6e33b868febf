import { createRouter } from '@tanstack/react-router'
import { routes } from './routes.ts'

/** Which screen belongs to which address below /panel/. */
export const router = createRouter({
  routeTree: routes,
  basepath: '/panel',
  // Addresses stand in paths as people write them.
  pathParamsAllowedCharacters: ['@'],
  // The part of a screen comes while the pointer is on its way.
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
