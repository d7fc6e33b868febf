import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'
import { type Result, results } from './results.ts'

interface Sought {
  readonly text?: string
  readonly result?: Result
}

export const journalRoutes = [
  createRoute({
    getParentRoute: () => inside,
    path: '/journal',
    // In the address of the page, so that going back from a message finds what was sought.
    validateSearch: ({ text, result }: Record<string, unknown>): Sought => ({
      ...(typeof text === 'string' && text !== '' && { text }),
      ...(results.some((one) => one === result) && { result: result as Result }),
    }),
    component: screen(async () => (await import('./journal.tsx')).Journal),
  }),
  createRoute({ getParentRoute: () => inside, path: '/journal/$id', component: screen(async () => (await import('./message.tsx')).Message) }),
] as const
