import * as z from 'zod'
import { edited, preview } from './effect.ts'
import { count, edit, text, values } from './fields.ts'
import { operation } from './operation.ts'

const customer = text.optional().describe('Whose it is; without: the operator’s, for everybody.')
const kind = z.enum(['protection']).describe('protection: settings of addresses.')
const changed = z.object({ name: z.string(), ...edited })

const listing = z.object({
  name: z.string(),
  kind,
  customer: z.string().nullable().describe('null: the operator’s, for everybody.'),
  values: z.record(z.string(), z.string()),
  addresses: count.describe('How many have it themselves.'),
  domains: count.describe('How many domains have it for their addresses.'),
})

/** Named sets of settings. Who has one has its values of this moment; it stands between domain and address. */
export const templateContract = {
  'template.add': operation({
    does: 'Adds a template.',
    input: { name: text, customer, kind: kind.optional(), values: values.optional() },
    output: z.object({ name: z.string(), edit }),
  }),
  'template.set': operation({
    does: 'Changes a template, for all who have it.',
    input: { name: text, customer, values: values.optional(), rename: text.optional().describe('Its new name.'), preview },
    output: changed,
  }),
  'template.remove': operation({ does: 'Removes a template, and takes it from all who have it.', input: { name: text, customer, preview }, output: changed }),
  'template.list': operation({ does: 'Lists templates.', input: {}, output: z.object({ templates: z.array(listing) }) }),
  'template.show': operation({
    does: 'Shows a template, and who has it.',
    input: { name: text, customer, after: text.optional().describe('The address to go on from.') },
    output: z.object({
      template: listing,
      domains: z.array(z.string()),
      addresses: z.array(z.string()),
      next: z.string().nullable().describe('There are more: `after` of the next question.'),
    }),
  }),
} as const
