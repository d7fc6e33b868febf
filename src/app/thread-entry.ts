/** Where the database threads begin: beside this file among the sources, beside the bundle in dist/. */
export const databaseThreadEntry = new URL(import.meta.url.endsWith('.ts') ? './database-thread.ts' : './database-thread.js', import.meta.url)

/** Likewise the thread that reads texts for the index. */
export const textThreadEntry = new URL(import.meta.url.endsWith('.ts') ? './text-thread.ts' : './text-thread.js', import.meta.url)

/** Likewise the threads that judge messages. */
export const judgingThreadEntry = new URL(import.meta.url.endsWith('.ts') ? './judging/thread.ts' : './judging-thread.js', import.meta.url)

/** Likewise the one that reads a DMARC report. */
export const reportThreadEntry = new URL(import.meta.url.endsWith('.ts') ? './report-thread.ts' : './report-thread.js', import.meta.url)

/** Likewise the one that says how easy passwords are to guess. */
export const strengthThreadEntry = new URL(import.meta.url.endsWith('.ts') ? './strength-thread.ts' : './strength-thread.js', import.meta.url)
