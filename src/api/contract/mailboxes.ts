import * as z from 'zod'
import { bytes, justAddress, newPassword, password, size, text, next, page } from './fields.ts'
import { operation } from './operation.ts'

const quota = size.describe('500M, 4G; none: without a limit; plan: as the plan says.')
const quotaBytes = bytes.nullable().describe('null: without a limit.')

/** Addresses with a store of mail. */
export const mailboxContract = {
  'mailbox.add': operation({
    does: 'Adds a mailbox.',
    input: { address: text, password: password.optional(), quota: quota.optional() },
    output: z.object({ address: z.string(), accountId: z.number(), password: newPassword }),
  }),
  'mailbox.list': operation({
    does: 'Lists mailboxes, of one domain or of all.',
    input: { domain: text.optional(), ...page },
    output: z.object({ mailboxes: z.array(z.object({ address: z.string(), accountId: z.number(), quotaBytes })), next }),
  }),
  'mailbox.set': operation({
    does: 'Changes how much a mailbox holds.',
    input: { address: text, quota },
    output: z.object({ address: z.string(), quotaBytes }),
  }),
  'mailbox.rename': operation({
    does: 'Gives a mailbox another address; its mail stays.',
    input: { from: text, to: text },
    output: z.object({ from: z.string(), to: z.string() }),
  }),
  'mailbox.password': operation({
    does: 'Gives a mailbox a new password.',
    input: { address: text, password: password.optional() },
    output: z.object({ address: z.string(), password: newPassword }),
  }),
  'mailbox.forward': operation({
    does: 'Forwards what comes to a mailbox.',
    input: { address: text, to: z.array(text).max(1000).describe('Empty: it forwards no more.'), keepCopy: z.boolean() },
    output: z.object({ address: z.string(), targets: z.array(z.string()), keepCopy: z.boolean() }),
  }),
  'mailbox.refile': operation({
    does: 'Moves a message from the inbox of a mailbox into its folder for spam, or back; nobody is shown what is in it.',
    input: { address: text, id: text.describe('Queue id, as the journal has it.'), to: z.enum(['inbox', 'spam']) },
    output: z.object({ address: z.string(), moved: z.boolean().describe('false: it was not in the one, or the other is not there.') }),
  }),
  'mailbox.remove': operation({ does: 'Removes a mailbox with all of its mail.', input: { address: text }, output: justAddress }),
} as const
