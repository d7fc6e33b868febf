import { createRoute } from '@tanstack/react-router'
import { inside } from '../inside.ts'
import { screen } from '../screen.ts'

export const homeRoutes = [createRoute({ getParentRoute: () => inside, path: '/', component: screen(async () => (await import('./home.tsx')).Home) })] as const
