import * as z from 'zod'
import { text } from './fields.ts'
import { operation } from './operation.ts'

const share = { address: text, folder: text, with: text }
const shared = z.object({ address: z.string(), folder: z.string(), with: z.string() })
const rights = z.enum(['read', 'write', 'own'])

const shown = z.object({
  folder: z.string(),
  with: z.string(),
  rights: z.string().describe('read, write, own; or letters of RFC 4314 where a mail program gave others.'),
  inForce: z.boolean().describe('false: one of the two has moved to another domain, and nothing is shared until they are of the same again.'),
})

/** Folders that a mailbox shares with others of its domain. */
export const sharingContract = {
  'mailbox.share': operation({
    does: 'Shares a folder of a mailbox with another mailbox of its domain.',
    input: { ...share, rights },
    output: shared.extend({ rights }),
  }),
  'mailbox.unshare': operation({ does: 'Shares a folder no more.', input: share, output: shared }),
  'mailbox.shares': operation({ does: 'Lists what a mailbox shares.', input: { address: text }, output: z.object({ shares: z.array(shown) }) }),
} as const
