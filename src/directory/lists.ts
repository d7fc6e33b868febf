/** The three lists of SPEC A3, by the name they have in the CLI. */
export const listNames = ['block', 'allow-only', 'let-through'] as const
export type ListName = (typeof listNames)[number]
