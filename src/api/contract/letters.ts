import * as z from 'zod'
import { count, limit, moment, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const letterText = z.strictObject({
  subject: z.string().min(1).max(500),
  text: z
    .string()
    .min(1)
    .max(100_000)
    .refine((value) => !value.includes('\0'))
    .describe('{address}, {domain} and {customer} stand for those of the mailbox.'),
})
const content = {
  en: letterText.optional(),
  de: letterText.optional().describe('In one language at least; who reads another one gets the first that there is.'),
  news: z.boolean().describe('News can be declined by one click, and who did gets none. What everybody has to know is no news.'),
}
const group = {
  plan: text.optional().describe('To mailboxes of this plan’s customers; without plan, customer and domain: to all.'),
  customer: text.optional(),
  domain: text.optional(),
}
const id = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const shownText = z.object({ subject: z.string(), text: z.string() })
const letter = z.object({
  id: z.number().int(),
  en: shownText.optional(),
  de: shownText.optional(),
  news: z.boolean(),
  to: z.object({ kind: z.enum(['all', 'plan', 'customer', 'domain']), name: z.string().optional() }),
  by: z.string(),
  state: z.enum(['sending', 'sent', 'stopped']),
  begun: moment,
  finished: moment.nullable(),
  recipients: z.object({ waiting: count, sent: count, unreachable: count.describe('The mailbox was gone, or locked.') }),
})
export type LetterShown = Shown<typeof letter>

/** Announcements and personal letters of the operator. */
export const letterContract = {
  'letter.send': operation({
    does: 'Sends a letter to all mailboxes, or to those of a plan, a customer or a domain; it goes out in the background.',
    input: { ...content, ...group },
    output: z.object({ id: z.number().int(), recipients: count }),
  }),
  'letter.preview': operation({
    does: 'Says how many mailboxes a letter would go to, and shows it as one of them would read it. Sends nothing.',
    input: { ...content, ...group },
    output: z.object({
      recipients: count,
      declined: count.describe('Of the group, those that want no news.'),
      from: z.object({ name: z.string(), address: z.string() }),
      example: z.string().nullable().describe('One of these mailboxes, which the texts are shown for; null: there is none.'),
      en: shownText.optional(),
      de: shownText.optional(),
    }),
  }),
  'letter.test': operation({
    does: 'Sends a letter to one mailbox, in its language.',
    input: { ...content, to: text },
    output: z.object({ to: z.string() }),
  }),
  'letter.list': operation({ does: 'Lists letters, the newest first.', input: { limit: limit.optional() }, output: z.object({ letters: z.array(letter) }) }),
  'letter.show': operation({ does: 'Shows a letter and how far it is.', input: { id }, output: letter }),
  'letter.stop': operation({
    does: 'Stops a letter: who has not got it yet does not get it.',
    input: { id },
    output: z.object({ id: z.number().int() }),
  }),
} as const
