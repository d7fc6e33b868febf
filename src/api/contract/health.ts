import { z } from 'zod'
import { inBothLanguages } from './fields.ts'
import { operation } from './operation.ts'

export const healthContract = {
  health: operation({
    does: 'Lists what an operator should see to; nothing: all is well.',
    input: {},
    output: z.object({ problems: z.array(z.object({ name: z.string(), meaning: inBothLanguages })) }),
  }),
} as const
