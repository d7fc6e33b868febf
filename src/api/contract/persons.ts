import * as z from 'zod'
import { roles } from '../../base/role.ts'
import { justName, newPassword, password, text } from './fields.ts'
import { operation } from './operation.ts'

/** Without it: the customer that the asker works for. */
const customer = text.optional().describe('The customer they work for; without it, the asker’s own.')
const role = z.enum(roles)

const personListing = z.object({
  customer: z.string(),
  name: z.string().describe('A mail address.'),
  role,
  byMailbox: z.boolean().describe('They sign in with the mailbox of this name.'),
})

/** Who works for a customer, and what they may do there. */
export const personContract = {
  'person.add': operation({
    does: 'Lets somebody work for a customer. Without a password, they sign in with the customer’s mailbox of that address, or get a password, which is told this once.',
    input: { customer, name: text, role, password: password.optional() },
    output: z.object({ name: z.string(), password: newPassword }),
  }),
  'person.list': operation({
    does: 'Lists who works for customers.',
    input: { customer: text.optional() },
    output: z.object({ persons: z.array(personListing) }),
  }),
  'person.set': operation({ does: 'Gives somebody another role.', input: { customer, name: text, role }, output: justName }),
  'person.password': operation({
    does: 'Gives somebody a password of their own; without one, it is made.',
    input: { customer, name: text, password: password.optional() },
    output: z.object({ name: z.string(), password: newPassword }),
  }),
  'person.remove': operation({ does: 'Lets somebody work for a customer no longer.', input: { customer, name: text }, output: justName }),
} as const
