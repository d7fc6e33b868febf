import * as z from 'zod'

/** Fields that many operations have. */

/** Longest text in any field: an address has 254 octets, a list entry 260; passwords have a limit of their own. */
export const text = z.string().max(1000)
export const reason = text.min(1)
export const password = z.string().describe('Without one, a password is made and told once, in the answer.')
export const newPassword = z.string().optional().describe('Where none was given: the one that was made.')
/** A browser that somebody left open is not enough to change what opens it. */
export const ownPassword = z.string().max(4096).optional().describe('The asker’s own password, where they have one and it is about themselves.')
export const size = text.describe('500M, 4G; none: without a limit.')
export const span = text.describe('2h, 3d, 2026-05-01 or 2026-05-01T13:30.')
/** A file of a report; those that are larger are not read from mail either. */
export const file = z.string().max(7_000_000).describe('The file in base64, packed or not.')
/** How many of the first are wanted. */
export const limit = z.number().int().min(1).max(10_000)
/** Which part of a long list; it comes in the order of its names. */
export const page = {
  contains: text.optional().describe('Only those whose name has this in it.'),
  limit: z.number().int().min(1).max(1000).optional().describe('At most so many; without it: 1000.'),
  after: text.optional().describe('`next` of the page before.'),
}
export const next = z.string().optional().describe('Where there are more: `after` of the next page.')
/** Of settings of addresses, or of the installation. */
export const values = z.record(text, text.nullable()).describe('Settings by their names; null: inherited again, or back to the default.')

export const edit = z.number().int().nullable().describe('Names the edit for edit.undo; null: nothing was changed.')

export const moment = z.iso.datetime().describe('2026-05-01T13:30:00.000Z')
export const day = z.iso.date().describe('2026-05-01')
export const count = z.number().int().min(0)
export const bytes = z.number().int().min(0).describe('Octets.')
export const inBothLanguages = z.object({ en: z.string(), de: z.string() })
export const nothing = z.object({})
export const justName = z.object({ name: z.string() })
export const justAddress = z.object({ address: z.string() })
export const justDomain = z.object({ domain: z.string() })
