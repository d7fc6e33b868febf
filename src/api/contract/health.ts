import { z } from 'zod'
import { inBothLanguages } from './fields.ts'
import { operation } from './operation.ts'

export const healthContract = {
  health: operation({
    does: 'Lists what an operator should see to; nothing: all is well.',
    input: {},
    output: z.object({
      problems: z.array(z.object({ name: z.string(), meaning: inBothLanguages })),
      leakedPasswords: z
        .object({
          place: z.string(),
          form: z.enum(['file', 'folder']),
          hashes: z.enum(['sha1', 'ntlm']),
          about: z.number().int().describe('How many, reckoned from samples.'),
          changed: z.iso.datetime().describe('How old the data is; of a folder, its newest sample.'),
        })
        .nullable()
        .describe('The data of passwords that became known elsewhere (setting password.leaked). null: there is none, or it is a problem.'),
    }),
  }),
} as const
