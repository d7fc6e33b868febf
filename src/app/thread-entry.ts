/** Where the database threads begin: beside this file among the sources, beside the bundle in dist/. */
export const databaseThreadEntry = new URL(import.meta.url.endsWith('.ts') ? './database-thread.ts' : './database-thread.js', import.meta.url)
