import * as z from 'zod'
import { count } from './fields.ts'
import type { Shown } from './operation.ts'

/** What a plan can allow or not. */
export const feature = z.enum(['forwarding-elsewhere', 'lists', 'autoresponder', 'catch-all', 'app-passwords', 'api'])

/** What is given to an edit that only asks what it would do. */
export const preview = z.boolean().optional().describe('true: nothing is changed; the answer says what would be.')

const setting = z.object({
  key: z.string().describe('A setting, or storage.'),
  changing: count.describe('Addresses whose value changes.'),
  changes: z.array(z.object({ from: z.string(), to: z.string(), addresses: count })).describe('The same by the values, the most first.'),
  keeping: z
    .array(z.object({ by: z.enum(['address', 'template', 'domain', 'customer', 'plan', 'locked']), addresses: count }))
    .describe('Addresses that keep theirs, since something stronger says it: their own value, a template …'),
  same: count.describe('Addresses that have the value already.'),
  first: z.array(z.object({ address: z.string(), from: z.string(), to: z.string() })).describe('The first that change, by name.'),
})

const effect = z.object({
  addresses: count.describe('Of which something changes; where settings and storage do, the larger number of both.'),
  settings: z.array(setting),
  exceeding: z
    .array(
      z.object({
        of: z.enum(['mailboxes', 'addresses', 'domains', ...feature.options]),
        customers: count.describe('Who have too many, or use what is not allowed.'),
        number: count.describe('How many they have in all.'),
        first: z.array(z.string()).describe('The first of those customers, by name.'),
      }),
    )
    .describe(
      'What customers have already, and a plan would not allow. It stays, but no more of it can be made; autoresponders, app passwords and tokens rest.',
    ),
})
export type EffectShown = Shown<typeof effect>

/** What an edit answers. */
export const edited = {
  edit: z.number().int().nullable().describe('Names the edit for edit.undo; null: it was a preview, or nothing was changed.'),
  effect: effect.describe('What changes, or would: as it was found right before.'),
}
