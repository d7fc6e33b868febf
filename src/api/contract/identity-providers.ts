import * as z from 'zod'
import { justName, text } from './fields.ts'
import { operation } from './operation.ts'

const customer = text.optional().describe('Whose; without it, the asker’s own customer.')
/** See directory/identity-provider.ts. */
export const mailTokenKinds = ['off', 'signed', 'asked'] as const
const mailTokens = z.enum(mailTokenKinds).describe('Its access tokens at mail programs: not taken, judged by their signature, or by asking it (RFC 7662).')

const tried = z.object({
  good: z.boolean(),
  steps: z.array(
    z.object({
      step: z.enum(['discovery', 'keys', 'client', 'introspection']),
      good: z.boolean(),
      detail: z.string().nullable().describe('Why not.'),
    }),
  ),
})

/** A customer’s own identity provider (OpenID Connect). */
export const identityProviderContract = {
  'identity-provider.show': operation({
    does: 'Shows by what service of their own a customer’s people sign in.',
    input: { customer },
    output: z.object({
      customer: z.string(),
      provider: z
        .object({
          name: z.string(),
          issuer: z.string(),
          clientId: z.string(),
          hasSecret: z.boolean(),
          claim: z.string(),
          domains: z.array(z.string()).nullable().describe('null: all that the customer has.'),
          on: z.boolean(),
          required: z.boolean(),
          vouches: z.boolean(),
          mailTokens,
          audience: z.string().nullable(),
          callbackPath: z.string().describe('Where the provider is to send people back to: below the panel’s host.'),
        })
        .nullable()
        .describe('null: none.'),
    }),
  }),
  'identity-provider.set': operation({
    does: 'Sets up the service by which a customer’s people sign in, or changes it. What is left out stays. It is switched on where a test finds nothing wrong.',
    input: {
      customer,
      name: text.optional().describe('What people know it by: "Sign in with NAME".'),
      issuer: text.optional().describe('Its https: address, as its tokens say it.'),
      clientId: text.optional(),
      clientSecret: z.string().max(4096).nullable().optional().describe('null: it gave none.'),
      claim: text.optional().describe('What names the mailbox in its tokens; without it: email, which counts where email_verified is true.'),
      domains: z.array(text).max(1000).nullable().optional().describe('Whose names sign in by it; null: all of the customer’s.'),
      on: z.boolean().optional(),
      required: z.boolean().optional().describe('Passwords and passkeys open the panel no more, except for the customer’s owners.'),
      vouches: z.boolean().optional().describe('It asks for second factors itself: ours are not asked for.'),
      mailTokens: mailTokens.optional(),
      audience: text.nullable().optional().describe('What "aud" must hold in access tokens.'),
    },
    output: z.object({ customer: z.string(), test: tried.nullable().describe('null: it is off.') }),
  }),
  'identity-provider.test': operation({
    does: 'Tries all that can be tried without somebody signing in: what the provider says of itself, its keys, whether it knows us by id and secret.',
    input: { customer },
    output: tried,
  }),
  'identity-provider.remove': operation({
    does: 'Has nobody sign in by it any more, and forgets it.',
    input: { customer },
    output: z.object({ customer: z.string() }),
  }),
  'identity-provider.unlink': operation({
    does: 'Forgets which user of the provider somebody is: whoever signs in there under this name next is.',
    input: { customer, name: text.describe('A mailbox or somebody who works for the customer.') },
    output: justName,
  }),
} as const
