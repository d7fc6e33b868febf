/** What people look for, as chips above the list. */
export const results = ['refused', 'waiting', 'delivered', 'spam'] as const
export type Result = (typeof results)[number]
