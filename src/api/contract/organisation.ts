import * as z from 'zod'
import { count, justDomain, justName, newPassword, next, page, password, text, values } from './fields.ts'
import { edited, preview } from './effect.ts'
import { operation } from './operation.ts'

const own = z.record(z.string(), z.string()).describe('Settings of its own, which its addresses inherit.')
const customerListing = z.object({
  name: z.string(),
  plan: z.string(),
  domains: count,
  mailboxes: count,
  reseller: z.boolean().describe('May it have customers of its own?'),
  values: own,
  resellerOf: z.string().nullable().describe('Whose customer it is; null: the operator’s.'),
})
const domainListing = z.object({
  domain: z.string(),
  customer: z.string(),
  addresses: count,
  values: own,
  template: z.string().nullable().describe('The template that it has for its addresses.'),
})
const operatorListing = z.object({ name: z.string(), mailbox: z.string().optional().describe('Where mail to postmaster goes.') })

/** Who owns what, and who runs it. */
export const organisationContract = {
  'customer.add': operation({
    does: 'Adds a customer. Where people of a reseller add one, it is the reseller’s, and its name begins with the reseller’s.',
    input: { name: text, plan: text.optional() },
    output: z.object({ name: z.string(), plan: z.string() }),
  }),
  'customer.list': operation({ does: 'Lists customers.', input: page, output: z.object({ customers: z.array(customerListing), next }) }),
  'customer.set': operation({
    does: 'Gives a customer another plan, or settings that its addresses inherit.',
    input: {
      name: text,
      plan: text.optional(),
      reseller: z.boolean().optional().describe('May it have customers of its own?'),
      resellerOf: text.nullable().optional().describe('Whose customer it is; null: the operator’s.'),
      values: values.optional(),
      preview,
    },
    output: z.object({ name: z.string(), ...edited }),
  }),
  'customer.remove': operation({ does: 'Removes a customer that has no domains and no customers any more.', input: { name: text }, output: justName }),
  'domain.add': operation({
    does: 'Adds a domain. Where there is one customer only, it need not be named.',
    input: { domain: text, customer: text.optional() },
    output: z.object({ domain: z.string(), customer: z.string() }),
  }),
  'domain.list': operation({
    does: 'Lists domains, of one customer or of all.',
    input: { customer: text.optional(), ...page },
    output: z.object({ domains: z.array(domainListing), next }),
  }),
  'domain.set': operation({
    does: 'Changes settings that the addresses of a domain inherit, or gives it a template for them.',
    input: { domain: text, values: values.optional(), template: text.nullable().optional().describe('Name of a template; null: none any more.'), preview },
    output: z.object({ domain: z.string(), ...edited }),
  }),
  'domain.remove': operation({ does: 'Removes a domain that has no addresses any more.', input: { domain: text }, output: justDomain }),
  'operator.add': operation({
    does: 'Adds an operator.',
    input: { name: text, password: password.optional(), mailbox: text.optional().describe('Where mail to postmaster goes.') },
    output: z.object({ name: z.string(), password: newPassword }),
  }),
  'operator.password': operation({
    does: 'Gives an operator a new password; without one, it is made.',
    input: { name: text, password: password.optional() },
    output: z.object({ name: z.string(), password: newPassword }),
  }),
  'operator.remove': operation({ does: 'Removes an operator, unless it is the last one.', input: { name: text }, output: justName }),
  'operator.list': operation({ does: 'Lists operators.', input: {}, output: z.object({ operators: z.array(operatorListing) }) }),
} as const
