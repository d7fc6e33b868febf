import type { QueueId } from '../../mail/ids.ts'
import { formatAddress } from '../../mail/address.ts'
import type { JournalSearch } from '../../journal/search.ts'
import type { OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import type { JournalShown } from '../contract/journal.ts'
import { readAddress, readSince } from '../reading.ts'
import type { Operations } from '../operation.ts'

/** Entries shown where nobody says how many. */
const defaultLimit = 100

/** What became of messages and why, and whether what is kept is whole. */
export const journalOperations: Operations<'journal.search' | 'verify'> = {
  async 'journal.search'(context, input) {
    const limit = input.limit ?? defaultLimit
    const entries: JournalShown[] = []
    for await (const { id: _id, atMs, ...entry } of context.searchJournal(searchOf(context, input))) {
      entries.push({ at: new Date(atMs).toISOString(), ...entry })
      if (entries.length >= limit) break
    }
    return { entries }
  },

  async verify(context) {
    const { records, accounts, emails, queued, faults } = await context.verify()
    return { records, accounts, emails, queued, faults: faults.map(({ kind, detail }) => ({ kind, detail })) }
  },
}

function searchOf(context: OperationContext, { address, sender, since, id }: OperationInput<'journal.search'>): JournalSearch {
  return {
    ...theirs(context, address),
    sender: sender === undefined ? undefined : senderOf(sender),
    sinceMs: since === undefined ? undefined : readSince('since', since, context.clock.now()),
    ...(id === undefined ? {} : idOf(id)),
  }
}

/** What came to the address; where none is named, to whatever is the asker's. */
function theirs({ principal }: OperationContext, address: string | undefined): Pick<JournalSearch, 'recipient' | 'customerId'> {
  if (address !== undefined) return { recipient: formatAddress(readAddress('address', address)) }
  switch (principal.kind) {
    case 'system':
    case 'operator':
      return {}
    case 'person':
      return { customerId: principal.customerId }
    case 'mailbox':
      return { recipient: formatAddress(principal.address) }
  }
}

/** `<>` is the null sender; anything else compares as it stands in the journal, so it need not be a valid address. */
function senderOf(text: string): string {
  return text.replace(/^<(.*)>$/, '$1')
}

/** Message-IDs have an @ (RFC 5322 3.6.4), or should; in brackets they need none. Ours have neither. */
function idOf(text: string): Pick<JournalSearch, 'messageId' | 'queueId'> {
  const isMessageId = text.includes('@') || text.startsWith('<')
  return isMessageId ? { messageId: text.replace(/^<(.*)>$/, '$1') } : { queueId: text.toUpperCase() as QueueId }
}
