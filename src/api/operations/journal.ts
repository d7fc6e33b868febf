import { formatAddress } from '../../mail/address.ts'
import { readAddress, readSince } from '../reading.ts'
import type { Operations } from '../run.ts'

/** Entries shown where nobody says how many. */
const defaultLimit = 100

/** What became of messages and why, and whether what is kept is whole. */
export const journalOperations: Operations<'journal.search' | 'verify'> = {
  async 'journal.search'(context, input) {
    const nowMs = context.clock.now()
    const entries = await context.journal.search({
      ...(input.address === undefined ? {} : { recipient: formatAddress(readAddress('address', input.address)) }),
      ...(input.sender === undefined ? {} : { sender: input.sender === '<>' ? '' : input.sender }),
      ...(input.since === undefined ? {} : { sinceMs: readSince('since', input.since, nowMs) }),
      ...(input.id === undefined ? {} : { id: input.id }),
      limit: input.limit ?? defaultLimit,
    })
    return { entries: entries.map(({ atMs, ...entry }) => ({ at: new Date(atMs).toISOString(), ...entry })) }
  },

  async verify(context) {
    const { records, accounts, emails, faults } = await context.verify()
    return { records, accounts, emails, faults: faults.map(({ kind, detail }) => ({ kind, detail })) }
  },
}
