import { z } from 'zod'
import { count, justDomain, justName, newPassword, password, reason, text, values } from './fields.ts'
import { operation } from './operation.ts'

const customerListing = z.object({ name: z.string(), plan: z.string(), domains: count, mailboxes: count })
const domainListing = z.object({ domain: z.string(), customer: z.string(), addresses: count })
const operatorListing = z.object({ name: z.string(), mailbox: z.string().optional().describe('Where mail to postmaster goes.') })

/** Who owns what, and who runs it. */
export const organisationContract = {
  'customer.add': operation({
    does: 'Adds a customer.',
    input: { name: text, plan: text.optional() },
    output: z.object({ name: z.string(), plan: z.string() }),
  }),
  'customer.list': operation({ does: 'Lists customers.', input: {}, output: z.object({ customers: z.array(customerListing) }) }),
  'customer.set': operation({
    does: 'Gives a customer another plan, or settings that its addresses inherit.',
    input: { name: text, plan: text.optional(), values: values.optional() },
    output: justName,
  }),
  'customer.lock-sending': operation({ does: 'Stops all mail that a customer sends; what waits is held.', input: { name: text, reason }, output: justName }),
  'customer.unlock-sending': operation({ does: 'Lets a customer send again.', input: { name: text }, output: justName }),
  'domain.add': operation({
    does: 'Adds a domain. Where there is one customer only, it need not be named.',
    input: { domain: text, customer: text.optional() },
    output: z.object({ domain: z.string(), customer: z.string() }),
  }),
  'domain.list': operation({ does: 'Lists domains.', input: {}, output: z.object({ domains: z.array(domainListing) }) }),
  'domain.set': operation({ does: 'Changes settings that the addresses of a domain inherit.', input: { domain: text, values }, output: justDomain }),
  'domain.remove': operation({ does: 'Removes a domain that has no addresses any more.', input: { domain: text }, output: justDomain }),
  'operator.add': operation({
    does: 'Adds an operator.',
    input: { name: text, password: password.optional(), mailbox: text.optional().describe('Where mail to postmaster goes.') },
    output: z.object({ name: z.string(), password: newPassword }),
  }),
  'operator.list': operation({ does: 'Lists operators.', input: {}, output: z.object({ operators: z.array(operatorListing) }) }),
} as const
