/** Where the processes beside the first begin: beside this file among the sources, beside the bundle in dist/. */
export const otherProcessEntry = new URL(import.meta.url.endsWith('.ts') ? './other-process.ts' : './other-process.js', import.meta.url)
