import { compareLocations, type Content, type ContentDamaged, type Location } from '../content/content.ts'
import type { Database, Query, Reader } from '../database/database.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import { queuedOctetsQuery, type QueuedOctets } from '../queue/baseline.ts'
import { destinationCountsQuery, queuedCountsQuery } from '../queue/verify.ts'
import { everyAccount } from './baseline.ts'
import { flagsNow } from './flag-pages.ts'
import { systemFlags } from './mailbox.ts'
import { strayTextQuery, type TextFault, textFaultsQuery } from './fulltext/verify-text.ts'
import { decodeRecord } from './pack-record.ts'
import type { LogRecord } from './record.ts'
import { scanPastDamage, type UnappliedState, unappliedQuery } from './unapplied.ts'
import { maxUid } from './uid-ranges.ts'

/** Something in the store that is not as it should be. */
export interface Fault {
  readonly kind: 'damaged-record' | 'missing-record' | 'missing-email' | 'lost-email' | 'wrong-count' | 'wrong-queue' | 'unapplied-record' | TextFault['kind']
  readonly accountId: AccountId | undefined
  readonly location: Location | undefined
  /** One line in English. */
  readonly detail: string
}

export interface Verified {
  readonly records: number
  readonly accounts: number
  readonly emails: number
  /** Messages in the queue. */
  readonly queued: number
  readonly faults: readonly Fault[]
}

interface Places {
  readonly emails: readonly { email_id: number; segment: number; record_offset: number; end: number; refs: number; shown: number }[]
  readonly orphans: readonly { mailbox_id: number; uid: number }[]
  readonly counts: readonly { name: string; messages: number; unseen: number; size_bytes: number; n: number; new_n: number; bytes: number; flags_n: number }[]
  readonly account: { used_bytes: number; messages: number; bytes: number; n: number } | undefined
}

const accountPlacesQuery: Query<{ accountId: AccountId }, Places> = {
  name: 'store.verify-account',
  async run(reader, { accountId }) {
    return {
      emails: await reader.all(
        `SELECT e.email_id, e.segment, e.record_offset, e.octets_start + e.octets_length AS "end", e.refs, COALESCE(s.n, 0) AS shown
         FROM email e LEFT JOIN (SELECT email_id, COUNT(*) AS n FROM message WHERE account_id = ? GROUP BY email_id) s ON s.email_id = e.email_id
         WHERE e.account_id = ?`,
        accountId,
        accountId,
      ),
      orphans: await reader.all(
        `SELECT m.mailbox_id, m.uid FROM message m WHERE m.account_id = ?
         AND NOT EXISTS (SELECT 1 FROM email e WHERE e.account_id = m.account_id AND e.email_id = m.email_id)`,
        accountId,
      ),
      counts: await countMailboxes(reader, accountId),
      account: await reader.get(
        `SELECT a.used_bytes, a.messages, (SELECT COALESCE(SUM(size_bytes), 0) FROM message WHERE account_id = ?) AS bytes,
           (SELECT COUNT(*) FROM message WHERE account_id = ?) AS n FROM account_state a WHERE a.account_id = ?`,
        accountId,
        accountId,
        accountId,
      ),
    }
  },
}

async function countMailboxes(reader: Reader, accountId: AccountId): Promise<Places['counts']> {
  const mailboxes = await reader.all<Omit<Places['counts'][number], 'new_n' | 'flags_n'> & { mailbox_id: MailboxId }>(
    `SELECT b.mailbox_id, b.name, b.messages, b.unseen, b.size_bytes, COUNT(m.uid) AS n, COALESCE(SUM(m.size_bytes), 0) AS bytes
     FROM mailbox b LEFT JOIN message m ON m.account_id = b.account_id AND m.mailbox_id = b.mailbox_id
     WHERE b.account_id = ? GROUP BY b.mailbox_id, b.name, b.messages, b.unseen, b.size_bytes`,
    accountId,
  )
  const counts: Places['counts'][number][] = []
  for (const mailbox of mailboxes) {
    const pages = await flagsNow(reader, { accountId, mailboxId: mailbox.mailbox_id }, 1, maxUid)
    const unseen = pages.flatMap((page) => [...page.system]).filter((system) => (system & systemFlags['\\Seen']) === 0)
    counts.push({ ...mailbox, new_n: unseen.length, flags_n: pages.reduce((sum, { count }) => sum + count, 0) })
  }
  return counts
}

export const verifyCatalogue = [accountPlacesQuery, textFaultsQuery, strayTextQuery] as const

/** Faults told one by one; more are counted only. */
const maxFaults = 1000

/** Reads every record of the log and every row of the index, and reports where they disagree. Changes nothing. */
export async function verify(deps: { readonly content: Content; readonly database: Database }): Promise<Verified> {
  const end = deps.content.end()
  const faults: Fault[] = []
  const report = (fault: Fault) => {
    if (faults.length < maxFaults) faults.push(fault)
  }
  const octets = new Map<string, number>()
  let records = 0
  const onDamage = ({ location, message }: ContentDamaged) => report({ kind: 'damaged-record', accountId: undefined, location, detail: message })
  for await (const { location, octetsLength, header } of scanPastDamage(deps.content, { onDamage })) {
    records++
    if (!(await deps.content.verify(location))) report({ kind: 'damaged-record', accountId: undefined, location, detail: 'the checksum does not match' })
    const kind = kindOf(header)
    if (kind === 'mail' || kind === 'append' || kind === 'append-all' || kind === 'quota-level' || kind === 'sent' || kind === 'relocate')
      octets.set(`${location.segment}:${location.offset}`, octetsLength)
  }
  for (const { from, state, reason } of await deps.database.query(unappliedQuery, {})) {
    const detail = `segment ${from.segment}, offset ${from.offset}: ${unappliedWords[state]} (${reason})`
    report({ kind: 'unapplied-record', accountId: undefined, location: from, detail })
  }
  /** It came in since the log was read. */
  const isNew = ({ segment, record_offset: offset }: { readonly segment: number; readonly record_offset: number }) =>
    compareLocations({ segment, offset }, end) >= 0 && compareLocations({ segment, offset }, deps.content.end()) < 0
  let accounts = 0
  let emails = 0
  for await (const accountId of everyAccount(deps.database)) {
    accounts++
    const places = await deps.database.query(accountPlacesQuery, { accountId })
    emails += places.emails.length
    verifyAccount(accountId, { ...places, emails: places.emails.filter((email) => !isNew(email)) }, octets, report)
    for (const fault of await deps.database.query(textFaultsQuery, { accountId })) report({ ...fault, accountId, location: undefined })
  }
  for (const accountId of await deps.database.query(strayTextQuery, {})) {
    report({ kind: 'extra-text', accountId, location: undefined, detail: `account ${accountId} is removed, and is in the text index` })
  }
  const queued = await verifyQueue(deps.database, octets, { isNew, report })
  return { records, accounts, emails, queued, faults }
}

/** Are the octets there, and the counts true? Records that come meanwhile are left out. */
async function verifyQueue(
  database: Database,
  octets: ReadonlyMap<string, number>,
  { isNew, report }: { readonly isNew: (place: QueuedOctets) => boolean; readonly report: (fault: Fault) => void },
): Promise<number> {
  const limit = 1000
  let queued = 0
  for (let after = 0; ; ) {
    const page = await database.query(queuedOctetsQuery, { after, limit })
    queued += page.length
    for (const message of page) {
      const location = { segment: message.segment, offset: message.record_offset }
      const length = octets.get(`${location.segment}:${location.offset}`)
      const name = `message ${message.number} of ${message.queue_id}, which waits for other servers,`
      if (isNew(message) || (length !== undefined && length >= message.octets_end)) continue
      const detail = length === undefined ? `${name} has no record in the log` : `${name} is longer than its record`
      report({ kind: 'missing-record', accountId: undefined, location, detail })
    }
    if (page.length < limit) break
    after = page.at(-1)?.message_id ?? after
  }
  for (const query of [queuedCountsQuery, destinationCountsQuery]) {
    for (let after: number | undefined = 0; after !== undefined; ) {
      const page: Awaited<ReturnType<typeof query.run>> = await database.query(query, { after })
      for (const detail of page.faults) report({ kind: 'wrong-queue', accountId: undefined, location: undefined, detail })
      after = page.next
    }
  }
  return queued
}

const unappliedWords: Record<UnappliedState, string> = {
  aside: 'set aside, since it could not be applied; "posthorn rebuild" tries it again',
  damaged: 'passed over, since it could not be read',
  bare: 'applied without structure and journal',
}

/** Undefined: a record that nobody can read was set aside, which is told elsewhere. */
function kindOf(header: Uint8Array): LogRecord['kind'] | undefined {
  try {
    return decodeRecord(header).kind
  } catch {
    return undefined
  }
}

function verifyAccount(accountId: AccountId, places: Places, octets: ReadonlyMap<string, number>, report: (fault: Fault) => void): void {
  for (const email of places.emails) {
    const location = { segment: email.segment, offset: email.record_offset }
    const length = octets.get(`${location.segment}:${location.offset}`)
    if (length === undefined) report({ kind: 'missing-record', accountId, location, detail: `email ${email.email_id} has no record in the log` })
    else if (length < email.end) report({ kind: 'missing-record', accountId, location, detail: `email ${email.email_id} is longer than its record` })
    if (email.refs !== email.shown)
      report({ kind: 'lost-email', accountId, location, detail: `email ${email.email_id} counts ${email.refs} messages, there are ${email.shown}` })
  }
  for (const { mailbox_id, uid } of places.orphans) {
    report({ kind: 'missing-email', accountId, location: undefined, detail: `UID ${uid} of mailbox ${mailbox_id} has no email` })
  }
  for (const box of places.counts) {
    if (box.messages !== box.n || box.flags_n !== box.n || box.unseen !== box.new_n || box.size_bytes !== box.bytes) {
      const detail = `${box.name}: counted ${box.messages} messages, ${box.unseen} unseen, ${box.size_bytes} bytes; there are ${box.n}, ${box.new_n}, ${box.bytes}, and flags of ${box.flags_n}`
      report({ kind: 'wrong-count', accountId, location: undefined, detail })
    }
  }
  const { account } = places
  if (account !== undefined && (account.used_bytes !== account.bytes || account.messages !== account.n)) {
    const detail = `the account counts ${account.messages} messages, ${account.used_bytes} bytes; there are ${account.n}, ${account.bytes}`
    report({ kind: 'wrong-count', accountId, location: undefined, detail })
  }
}
