import * as z from 'zod'
import { justAddress, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

/** What an absent person says; it is read at each answer. PostgreSQL has no NUL in texts. */
const answerText = z
  .string()
  .min(1)
  .max(100_000)
  .refine((value) => !value.includes('\0'))

const shown = z.object({
  on: z.boolean(),
  subject: z.string().nullable().describe('null: made of the subject of what is answered.'),
  text: z.string(),
  html: z.string().nullable(),
  from: z.string().nullable().describe('2026-12-20: the first day, in `zone`; null: from now on.'),
  to: z.string().nullable().describe('The last day, in `zone`; null: without an end.'),
  zone: z.string().describe('Europe/Berlin.'),
  every: z.string().describe('How long nobody is answered again: 7d.'),
})
export type AutoresponderShown = Shown<typeof shown>

const answer = z.object({ autoresponder: shown.nullable().describe('null: the mailbox never had one.') })

/** What mailboxes answer while their owners are away. */
export const autoresponderContract = {
  'autoresponder.set': operation({
    does: 'Lets a mailbox answer by itself; it replaces what was set before.',
    input: {
      address: text,
      subject: z.string().max(200).optional().describe('Without one: made of the subject of what is answered.'),
      text: answerText,
      html: answerText.optional(),
      from: text.optional().describe('The first day: 2026-12-20.'),
      to: text.optional().describe('The last day.'),
      zone: text.optional().describe('Europe/Berlin; without one, the time zone of the server.'),
      every: text.optional().describe('How long nobody is answered again: 7d.'),
    },
    output: answer,
  }),
  'autoresponder.show': operation({ does: 'Shows what a mailbox answers by itself.', input: { address: text }, output: answer }),
  'autoresponder.off': operation({ does: 'Stops a mailbox from answering; its text is kept.', input: { address: text }, output: justAddress }),
} as const
