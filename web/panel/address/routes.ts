import { createRoute } from '@tanstack/react-router'
import { screen } from '../screen.ts'
import { addressRoute } from './address-route.ts'

const overview = createRoute({ getParentRoute: () => addressRoute, path: '/', component: screen(async () => (await import('./overview.tsx')).Overview) })

/** The pages of one address, side by side as tabs (tabs.ts). */
const pages = addressRoute.addChildren([overview])

export const addressRoutes = [pages] as const
