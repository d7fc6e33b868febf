/** What somebody who works for a customer may do there; `api/principal.ts` says what each allows. */
export const roles = ['owner', 'manager', 'helpdesk', 'read-only'] as const
export type Role = (typeof roles)[number]
