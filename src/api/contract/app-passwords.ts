import * as z from 'zod'
import { day, ownPassword, text } from './fields.ts'
import { operation } from './operation.ts'

/** What an app password can be good for. The web is not among them: there it would go around the second factor. */
export const appProtocols = ['imap', 'pop3', 'submission', 'sieve'] as const
export type AppProtocol = (typeof appProtocols)[number]
const protocols = z.array(z.enum(appProtocols)).min(1)

const shown = z.object({
  name: z.string(),
  protocols: z.array(z.string()),
  created: day,
  lastUsed: day.nullable().describe('To the day; null: never.'),
})

/** Passwords for single programs. */
export const appPasswordContract = {
  'app-password.add': operation({
    does: 'Makes a password for one program.',
    input: { address: text, name: text.describe('What has it: "Ann\'s phone".'), protocols, password: ownPassword },
    output: z.object({ address: z.string(), name: z.string(), protocols, password: z.string().describe('Told this once.') }),
  }),
  'app-password.list': operation({
    does: 'Lists the app passwords of a mailbox.',
    input: { address: text },
    output: z.object({ appPasswords: z.array(shown) }),
  }),
  'app-password.remove': operation({
    does: 'Removes an app password.',
    input: { address: text, name: text },
    output: z.object({ address: z.string(), name: z.string() }),
  }),
} as const
