import * as z from 'zod'
import { inBothLanguages } from './fields.ts'
import { operation } from './operation.ts'

export const passwordContract = {
  'password.check': operation({
    does: 'Says whether a password would be taken, and if not, why. Nothing is set or kept.',
    input: {
      password: z.string().max(4096),
      name: z.string().max(1000).optional().describe('Whose it is to be: an address or name, which must not stand in it. Default: the asker’s own.'),
    },
    output: z.object({
      good: z.boolean().describe('It would be taken.'),
      score: z
        .number()
        .int()
        .min(0)
        .max(4)
        .nullable()
        .describe('Guessed in: 0: a thousand tries, 1: a million, 2: a hundred million, 3: ten thousand million, 4: more. null: not asked.'),
      leaked: z.boolean().nullable().describe('It stands in the data of leaked passwords. null: there is none, or it was not asked.'),
      reasons: z.array(z.object({ code: z.string(), meaning: inBothLanguages })).describe('Why it would not be taken.'),
      better: inBothLanguages.nullable().describe('What would be better. null: nothing, or it is plain.'),
    }),
  }),
} as const
