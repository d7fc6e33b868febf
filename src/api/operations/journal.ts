import type { Text } from '../../base/language.ts'
import { addressOverview } from '../../directory/query/overview.ts'
import { outOfReach } from '../../directory/query/reach.ts'
import { directionOf } from '../../journal/direction.ts'
import type { JournalId } from '../../journal/entry-id.ts'
import type { StoredEntry } from '../../journal/row.ts'
import type { JournalSearch } from '../../journal/search.ts'
import { storyOf } from '../../journal/story/story.ts'
import { tell } from '../../journal/tell.ts'
import { type Address, formatAddress, parseAddress } from '../../mail/address.ts'
import type { QueueId } from '../../mail/ids.ts'
import { isQueueId } from '../../mail/queue-id.ts'
import type { OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import type { JournalShown } from '../contract/journal.ts'
import { actOn, mayTake } from '../journal-acts.ts'
import type { Operations } from '../operation.ts'
import { reachOf } from '../principal.ts'
import { readAddress, readDomain, readSince } from '../reading.ts'
import { Refused } from '../refused.ts'
import { customersWithinReach } from '../within-reach.ts'

/** Entries shown where nobody says how many. */
const defaultLimit = 100
/** Entries of one message: its recipients and attempts. */
const mostOfOneMessage = 200
/** Questions to the journal for one answer, some 20 ms each: who wants more goes on with `next`. */
const mostQuestions = 20
const dayMs = 86_400_000

/** What became of messages and why, and whether what is kept is whole. */
export const journalOperations: Operations<'journal.search' | 'journal.show' | 'journal.act' | 'verify'> = {
  async 'journal.search'(context, input) {
    const search = { ...searchOf(context, input), ...(await theirs(context)) }
    const limit = input.limit ?? defaultLimit
    const entries: JournalShown[] = []
    let before = input.before === undefined ? undefined : readEntryId('before', input.before)
    for (let asked = 0; entries.length < limit && asked < mostQuestions; asked++) {
      const page = await context.journalPage({ search, before, limit: limit - entries.length })
      for (const entry of page.entries) entries.push(shown(entry))
      before = page.next
      if (before === undefined) break
    }
    const keptSinceMs = context.clock.now() - context.directory.settings['journal.days'] * dayMs
    return { entries, next: before === undefined ? null : String(before), keptSince: new Date(keptSinceMs).toISOString().slice(0, 10) }
  },

  async 'journal.show'(context, { id }) {
    const found = await entriesOf(context, id)
    const [newest] = found
    if (newest === undefined) throw unknownEntry(id)
    const why = await context.testReasons()
    const entries = []
    for (const entry of found.toReversed()) {
      const { offers, ...story } = storyOf(entry, why)
      entries.push({ ...shown(entry), story: { ...story, offers: await mayTake(context, entry, offers) } })
    }
    return { entries, didYouMean: await meant(context, newest), since: await cameSince(context, newest) }
  },

  async 'journal.act'(context, { id, action, undo = false }) {
    const entries = await entriesOf(context, id)
    if (entries.length === 0) throw unknownEntry(id)
    for (const entry of entries) {
      const offer = storyOf(entry, () => undefined).offers.find((one) => one.action === action)
      if (offer !== undefined) return await actOn(context, entry, offer, undo)
    }
    throw new Refused('conflict', 'action', {
      en: `${action} makes no sense for this message; its story tells what does`,
      de: `${action} passt nicht zu dieser Nachricht; ihre Geschichte sagt, was passt`,
    })
  },

  async verify(context) {
    const { records, accounts, emails, queued, faults } = await context.verify()
    return { records, accounts, emails, queued, faults: faults.map(({ kind, detail }) => ({ kind, detail })) }
  },
}

function shown({ id, atMs, ...entry }: StoredEntry): JournalShown {
  const summary: Text = { en: tell(entry, 'en').summary, de: tell(entry, 'de').summary }
  return { entry: String(id), at: new Date(atMs).toISOString(), direction: directionOf(entry), summary, ...entry }
}

/** Those in the asker's reach, the newest first. */
async function entriesOf(context: OperationContext, id: string): Promise<readonly StoredEntry[]> {
  const search = isEntryId(id) ? { id: Number(id) as JournalId } : idOf(id)
  const found: StoredEntry[] = []
  for await (const entry of context.searchJournal({ ...search, ...(await theirs(context)) })) {
    found.push(entry)
    if (found.length >= mostOfOneMessage) break
  }
  // What was sent later has its own time.
  return found.toSorted((a, b) => b.atMs - a.atMs)
}

/** There is an address like the one that is not there. */
async function meant(context: OperationContext, { checks, recipient = '' }: StoredEntry): Promise<string | null> {
  const address = parseAddress(recipient)
  if (address === undefined || !checks.some(({ check, reason }) => check === 'address' && reason === 'no such address')) return null
  // Whose the domain is now, may know all its addresses.
  if (!(await isTheirs(context, address))) return null
  const { refused } = await context.directory.query(addressOverview, { address })
  return refused?.code === 'unknown' && refused.thing === 'address' ? (refused.near ?? null) : null
}

/** Not to those whose the domain was. */
async function isTheirs({ directory, principal }: OperationContext, address: Address): Promise<boolean> {
  return (await directory.query(outOfReach, { reach: reachOf(principal), named: [{ kind: 'domain', name: address.domain }] })) === undefined
}

/** What came of a message that was not taken: as a rule it is brought again under another queue id. */
async function cameSince(context: OperationContext, { id, outcome, sender, recipient }: StoredEntry): Promise<JournalShown | null> {
  if ((outcome !== 'deferred' && outcome !== 'refused') || sender === undefined || recipient === undefined) return null
  const { entries } = await context.journalPage({ search: { sender, recipient, ...(await theirs(context)) }, limit: 1 })
  const [latest] = entries
  return latest === undefined || latest.id <= id ? null : shown(latest)
}

function searchOf(context: OperationContext, input: OperationInput<'journal.search'>): JournalSearch {
  const { address, domain, sender, since, until, id, text, result, direction, check } = input
  return {
    recipient: address === undefined ? undefined : formatAddress(readAddress('address', address)),
    sender: sender === undefined ? undefined : senderOf(sender),
    sinceMs: since === undefined ? undefined : readSince('since', since, context.clock.now()),
    untilMs: until === undefined ? undefined : readSince('until', until, context.clock.now()),
    domain: domain === undefined ? undefined : readDomain('domain', domain),
    ...{ result, direction, decidedBy: check },
    ...(text === undefined ? {} : textOf(text.trim())),
    ...(id === undefined ? {} : idOf(id.trim())),
  }
}

/** What the asker may see. A domain that changed hands leaves its journal with those whose it was. */
async function theirs(context: OperationContext): Promise<Pick<JournalSearch, 'customerIds' | 'accountId'>> {
  const reach = reachOf(context.principal)
  return reach.kind === 'account' ? { accountId: reach.accountId } : { customerIds: await customersWithinReach(context) }
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

/** People have one field for whatever they were told. */
function textOf(text: string): Pick<JournalSearch, 'text' | 'queueId'> {
  return isQueueId(text.toUpperCase()) ? { queueId: text.toUpperCase() as QueueId } : { text }
}

/** Queue ids have one character more. */
function isEntryId(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

function readEntryId(field: string, text: string): JournalId {
  if (isEntryId(text)) return Number(text) as JournalId
  throw new Refused('input', field, { en: `"${text}" is no entry of the journal`, de: `„${text}“ ist kein Eintrag des Journals` })
}

function unknownEntry(id: string): Refused {
  return new Refused('unknown', 'id', { en: `the journal has nothing of ${id}`, de: `das Journal hat nichts zu ${id}` })
}
