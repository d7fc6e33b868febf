/** Kinds of counts (src/journal/statistics/kinds.ts) that one figure sums up. */

export const begins = (word: string) => (kind: string) => kind === word || kind.startsWith(`${word} `)
export const isDelivered = (kind: string) => kind === 'delivered' || kind === 'forwarded'
export const isRefused = (kind: string) => begins('refused')(kind) || kind === 'discarded'
export const isWaiting = begins('deferred')
