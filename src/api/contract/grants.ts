import * as z from 'zod'
import { count, day, justName, text } from './fields.ts'
import { operation } from './operation.ts'

const redirects = z.array(text).min(1).max(20)

const grant = z.object({
  id: count,
  program: z.string().describe('What the program calls itself.'),
  protocols: z.array(z.string()),
  created: day,
  lastUsed: day.nullable().describe('To the day; null: never.'),
})

const client = z.object({
  clientId: z.string(),
  name: z.string(),
  madeBy: z.enum(['operator', 'itself']),
  redirects: z.array(z.string()),
  created: day,
  lastUsed: day.nullable().describe('When somebody let it in for the last time; null: nobody has.'),
})

/** Programs that people let in to their mailboxes by OAuth 2.1. */
export const grantContract = {
  'grant.list': operation({
    does: 'Lists the programs that a mailbox has let in by OAuth.',
    input: { address: text },
    output: z.object({ grants: z.array(grant) }),
  }),
  'grant.remove': operation({
    does: 'Takes back what a program was let in to: its tokens open nothing any more.',
    input: { address: text, id: count },
    output: z.object({ address: z.string(), program: z.string() }),
  }),
  'oauth-client.add': operation({
    does: 'Makes a program known to the provider of tokens.',
    input: {
      name: text,
      redirects: redirects.describe('To where its browser goes back: https://webmail.example.org/back, http://127.0.0.1/, org.example.app:/back.'),
    },
    output: justName.extend({ clientId: z.string(), redirects: z.array(z.string()) }),
  }),
  'oauth-client.list': operation({
    does: 'Lists the programs that the provider of tokens knows: those of the operator, and those that registered themselves and were let in by somebody.',
    input: {},
    output: z.object({ clients: z.array(client) }),
  }),
  'oauth-client.remove': operation({
    does: 'Makes the provider of tokens forget a program, and takes back all that it was let in to.',
    input: { clientId: text },
    output: justName.extend({ grants: count.describe('Of so many mailboxes.') }),
  }),
} as const
