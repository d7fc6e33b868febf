/** How far back one looks. */
export const spans = ['day', 'week', 'month', 'year'] as const
export type Span = (typeof spans)[number]
