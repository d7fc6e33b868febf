import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

/** One address: the parent of its pages. */
export const addressRoute = createRoute({
  getParentRoute: () => inside,
  path: '/addresses/$address',
  component: screen(async () => (await import('./address.tsx')).Address),
})
