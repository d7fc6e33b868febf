import { createRoute } from '@tanstack/react-router'
import { addressRoute } from '../address/address-route.ts'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'
import { readSought, type Sought } from './sought.ts'

/** Of one address; as one of its pages. */
export const journalOfAddress = createRoute({
  getParentRoute: () => addressRoute,
  path: '/journal',
  validateSearch: readSought,
  component: screen(async () => (await import('./journal-of-address.tsx')).JournalOfAddress),
})

export const journalRoutes = [
  createRoute({
    getParentRoute: () => inside,
    path: '/journal',
    validateSearch: readSought,
    component: screen(async () => (await import('./journal.tsx')).Journal),
  }),
  createRoute({
    getParentRoute: () => inside,
    path: '/journal/$id',
    // Where one came from, to go back to: what was looked for, and of which address, if it was on that one's page.
    validateSearch: (search: Record<string, unknown>): Sought & { readonly of?: string } => ({
      ...readSought(search),
      ...(typeof search['of'] === 'string' && { of: search['of'] }),
    }),
    component: screen(async () => (await import('./message.tsx')).Message),
  }),
] as const
