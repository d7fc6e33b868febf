import * as z from 'zod'
import { justAddress, next, page, text } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const kind = z.enum(['forward', 'list', 'alias'])
const pointer = { address: text, to: z.array(text).min(1).max(1000) }
const shown = z.object({ address: z.string(), kind, targets: z.array(z.string()) })
export type PointerShown = Shown<typeof shown>

/** Addresses that point at others. */
export const pointerContract = {
  'forward.add': operation({ does: 'Adds an address that forwards to another.', input: pointer, output: shown }),
  'list.add': operation({ does: 'Adds a distribution list.', input: pointer, output: shown }),
  'alias.add': operation({ does: 'Adds another name of an address that is here; *@a.example: of all that are not.', input: pointer, output: shown }),
  'pointer.list': operation({
    does: 'Lists forwards, distribution lists or aliases, of one domain or of all.',
    input: { kind, domain: text.optional(), ...page },
    output: z.object({ addresses: z.array(shown), next }),
  }),
  'pointer.set': operation({
    does: 'Adds and removes targets.',
    input: { kind, address: text, add: z.array(text).max(1000), remove: z.array(text).max(1000) },
    output: z.object({ address: z.string(), targets: z.array(z.string()) }),
  }),
  'pointer.remove': operation({ does: 'Removes a forward, distribution list or alias.', input: { kind, address: text }, output: justAddress }),
} as const
