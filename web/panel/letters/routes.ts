import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const letterRoutes = [
  createRoute({ getParentRoute: () => inside, path: '/letters', component: screen(async () => (await import('./letters.tsx')).Letters) }),
  createRoute({ getParentRoute: () => inside, path: '/letters/new', component: screen(async () => (await import('./write-letter.tsx')).WriteLetter) }),
  createRoute({ getParentRoute: () => inside, path: '/letters/$letter', component: screen(async () => (await import('./letter.tsx')).Letter) }),
] as const
