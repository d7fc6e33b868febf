import * as z from 'zod'
import { permissions } from '../../base/permission.ts'
import { day, moment, ownPassword, text } from './fields.ts'
import { operation } from './operation.ts'

/** Whose it is: an operator's, that of somebody who works for a customer, a mailbox's. Without any of these: the asker's own. */
export const whose = {
  operator: text.optional().describe('Whose: an operator, by name.'),
  person: text.optional().describe('Whose: somebody who works for a customer.'),
  customer: text.optional().describe('For whom that person works; without it, for the asker’s own customer.'),
  address: text.optional().describe('Whose: a mailbox user, by address.'),
}

/** `read`: all that its owner may look at. The others: what the permission of that name allows, as far as the owner has it. */
export const scopes = ['read', ...permissions] as const

const shown = z.object({
  name: z.string(),
  scopes: z.array(z.string()),
  networks: z.array(z.string()).describe('From where it may be used; none: from anywhere.'),
  expires: moment.nullable().describe('null: it does not end.'),
  created: day,
  lastUsed: moment.nullable().describe('To the hour; null: never.'),
})

/** Tokens for programs. */
export const tokenContract = {
  'token.add': operation({
    does: 'Makes a token for a program, which then may do what its owner may, and no more than its scopes say.',
    input: {
      ...whose,
      name: text.describe('What has it: "billing".'),
      scopes: z.array(z.enum(scopes)).min(1),
      expires: text.optional().describe('Its last day, as 2026-12-31, in UTC; without it, it does not end.'),
      password: ownPassword,
      networks: z.array(text).max(100).optional().describe('192.0.2.0/24; without them, it may be used from anywhere.'),
    },
    output: shown.extend({ token: z.string().describe('Told this once.') }),
  }),
  'token.list': operation({ does: 'Lists tokens.', input: whose, output: z.object({ tokens: z.array(shown) }) }),
  'token.remove': operation({ does: 'Removes a token.', input: { ...whose, name: text }, output: z.object({ name: z.string() }) }),
} as const
