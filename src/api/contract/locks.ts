import * as z from 'zod'
import { justAddress, justName, moment, reason, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const mail = z.enum(['accept', 'defer']).describe('What becomes of mail that comes meanwhile; defer, where nothing is said: senders are told to try again.')

const lock = z.object({
  what: z.enum(['mailbox', 'customer']),
  name: z.string().describe('An address, or the name of a customer.'),
  kind: z.enum(['whole', 'sending']).describe('whole: nobody signs in and nothing is sent; sending: only that.'),
  reason: z.string(),
  mail,
  by: z.string().describe('Who locked it.'),
  since: moment,
  until: moment.nullable().describe('When it ends by itself; null: when somebody ends it.'),
})
export type LockShown = Shown<typeof lock>

const until = text.optional().describe('When it ends by itself: 30d, 2026-12-01 or 2026-12-01T08:00.')
const whole = { reason, until, mail: mail.optional() }

/** Mailboxes and customers that are kept from what they do. */
export const lockContract = {
  'mailbox.lock': operation({
    does: 'Lets nobody sign in to a mailbox, and nothing of it be sent; mail is taken or put off.',
    input: { address: text, ...whole },
    output: justAddress,
  }),
  'mailbox.unlock': operation({ does: 'Ends the lock of a mailbox.', input: { address: text }, output: justAddress }),
  'address.lock-sending': operation({
    does: 'Stops all mail that a mailbox sends; what waits is held.',
    input: { address: text, reason, until },
    output: justAddress,
  }),
  'address.unlock-sending': operation({ does: 'Lets a mailbox send again.', input: { address: text }, output: justAddress }),
  'customer.lock': operation({
    does: 'Lets nobody sign in to any mailbox of a customer, and nothing be sent; mail is taken or put off.',
    input: { name: text, ...whole },
    output: justName,
  }),
  'customer.unlock': operation({
    does: 'Ends the lock of a customer; mailboxes with a lock of their own stay locked.',
    input: { name: text },
    output: justName,
  }),
  'customer.lock-sending': operation({
    does: 'Stops all mail that a customer sends; what waits is held.',
    input: { name: text, reason, until },
    output: justName,
  }),
  'customer.unlock-sending': operation({ does: 'Lets a customer send again.', input: { name: text }, output: justName }),
  'lock.list': operation({
    does: 'Lists mailboxes and customers that are locked, the newest lock first.',
    input: {},
    output: z.object({ locks: z.array(lock) }),
  }),
} as const
