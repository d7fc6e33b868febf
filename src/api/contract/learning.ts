import * as z from 'zod'
import { count, text } from './fields.ts'
import { operation } from './operation.ts'

/** What the content filter is taught. */
export const learningContract = {
  learn: operation({
    does: 'Teaches the content filter by a message.',
    input: {
      label: z.enum(['spam', 'ham', 'forget']),
      message: z.string().max(1_500_000).optional().describe('As it was received, in base64.'),
      id: text.optional().describe('Of a journal entry, whose mailboxes learn each for itself.'),
      address: text.optional().describe('Whose filter learns; without one: that of all.'),
    },
    output: z.object({ learned: count, known: count }),
  }),
} as const
