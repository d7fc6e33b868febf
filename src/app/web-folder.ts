import { fileURLToPath } from 'node:url'

/** The built web application: in dist/, whether the server runs from there or from its sources. */
export const webFolder = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/web' : './web', import.meta.url))
