import * as z from 'zod'
import { edited, preview } from './effect.ts'
import { count, limit, moment } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const number = z.number().int().min(1)

const listing = z.object({
  edit: number,
  at: moment,
  actor: z.string(),
  change: z.string().describe('The operation that made it, such as plan.set.'),
  subject: z.string(),
  values: count.describe('How many values it set.'),
  undoes: number.nullable().describe('The edit that it took back.'),
  undoneBy: number.nullable().describe('The edit that took it back; null: it is in force.'),
})
export type EditShown = Shown<typeof listing>

const value = z.object({
  scope: z.string().describe('installation, plan, customer, domain, template, address; plan-limit, customer-plan, template-name.'),
  owner: z.string().describe('Name of the plan, customer, domain, template or address.'),
  key: z.string(),
  before: z.string().nullable().describe('null: it was inherited, or there was none.'),
  after: z.string().nullable(),
})

/** What was set, and how it is taken back. */
export const editContract = {
  'edit.list': operation({
    does: 'Lists edits of settings, plans and templates of the last 90 days, the newest first.',
    input: { before: number.optional().describe('An edit to go on from.'), limit: limit.optional() },
    output: z.object({ edits: z.array(listing) }),
  }),
  'edit.show': operation({
    does: 'Shows an edit: each value before and after.',
    input: { edit: number, limit: limit.optional() },
    output: z.object({ edit: listing, values: z.array(value) }),
  }),
  'edit.undo': operation({
    does: 'Puts back what was there before an edit; refused where a later one has set one of its values.',
    input: { edit: number, preview },
    output: z.object({ undone: number, values: count, ...edited }),
  }),
} as const
