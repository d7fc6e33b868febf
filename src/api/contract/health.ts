import * as z from 'zod'
import { inBothLanguages } from './fields.ts'
import { operation } from './operation.ts'

const part = z.enum([
  ...(['server', 'disk', 'log', 'database', 'name-server', 'certificate'] as const),
  ...(['queue', 'relays', 'zones', 'dkim', 'virus', 'engines', 'blocklists', 'passwords', 'settings'] as const),
])

export const healthContract = {
  health: operation({
    does: 'Looks at all parts of the installation and says what an operator should see to, the severe first; no problems: all is well.',
    input: {},
    output: z.object({
      problems: z.array(
        z.object({
          part,
          name: z.string().describe('Of the setting, the engine, or the kind of thing.'),
          severe: z.boolean().describe('Mail is lost, refused or waits, or soon will.'),
          meaning: inBothLanguages,
          remedy: inBothLanguages,
        }),
      ),
      parts: z.array(
        z.object({
          name: part,
          state: z.enum(['good', 'off', 'warn', 'bad']).describe('off: not set up, which can be as it should be. bad: one of its problems is severe.'),
          meaning: inBothLanguages.describe('What was seen.'),
        }),
      ),
    }),
  }),
} as const
