import type { Log } from '../base/log.ts'
import { compareLocations, type Content, type Location } from '../content/content.ts'
import type { Change, Database, Query } from '../database/database.ts'
import type { AccountId, EmailId, MailboxId, QueueId, Uid } from '../mail/ids.ts'
import { queuedOctetsQuery } from '../queue/baseline.ts'
import { queuedMessage, removeFromQueue } from '../queue/rows.ts'
import { applyExpunge } from './apply/expunge.ts'
import { Batch } from './apply/batch.ts'
import { writeBaselines } from './compact.ts'
import { encodeRecord } from './pack-record.ts'

/** The index knows a log that is not there: what it says cannot be trusted, nor be made again. */
export class LogMissing extends Error {
  override readonly name = 'LogMissing'
}

export interface HealDependencies {
  readonly content: Content
  readonly database: Database
  readonly log: Log
}

/**
 * Where the log ends before the position that the index covers (decision 0006). Our own order of writing does not lead there: the index takes what
 * was synced only. A disk does that acknowledges a sync and forgets it, or a last record that was damaged later, or a copy of one that is
 * older than the other. What is missing is lost; the rest goes on, in a segment that no old position points into. Since the index may have
 * what the log has lost, and later records build on that, the log is given a baseline of every account before anything else happens.
 * @throws LogMissing where there is no log at all: a disk that is not mounted, more likely than one that lost everything
 */
export async function healLog({ content, database, log }: HealDependencies, covered: Location): Promise<void> {
  const end = content.segmentEnd(covered.segment)
  if (end !== undefined && covered.offset <= end) return
  const segments = await content.segments()
  if (segments.length === 0) {
    throw new LogMissing(
      'the index knows a content log, and there is none. Is its disk mounted? If the log is lost for good, "posthorn rebuild" makes an empty index',
    )
  }
  log.error('the log ends before what the index knows: records were lost that had been synced', { covered, end: content.end() })
  await content.beginAfter(covered.segment)
  await dropLost({ content, database, log }, { segment: covered.segment, offset: end ?? 0 })
  await writeBaselines({ content, database, append: async (record, octets) => void (await content.append({ header: encodeRecord(record), octets: [octets] })) })
  log.error('the log goes on in a new segment')
}

/** An email whose octets were in the part of the log that is missing. */
interface Suspect {
  readonly account_id: AccountId
  readonly email_id: EmailId
  readonly segment: number
  readonly record_offset: number
}

export const suspectsQuery: Query<Location, readonly Suspect[]> = {
  name: 'store.suspects',
  run: (reader, { segment, offset }) =>
    reader.all<Suspect>(
      `SELECT account_id, email_id, segment, record_offset FROM email
       WHERE segment > ? OR (segment = ? AND record_offset >= ?) ORDER BY account_id, email_id`,
      segment,
      segment,
      offset,
    ),
}

/** Takes messages away that cannot be read any more; resolves to where they were. */
export const dropEmailsChange: Change<
  { readonly emails: readonly (readonly [AccountId, EmailId])[] },
  readonly { readonly accountId: AccountId; readonly mailboxId: MailboxId; readonly uid: Uid }[]
> = {
  name: 'store.drop-emails',
  durable: true,
  async run(tx, { emails }) {
    const batch = new Batch(tx, { notesLessons: false })
    const dropped: { accountId: AccountId; mailboxId: MailboxId; uid: Uid }[] = []
    for (const [accountId, emailId] of emails) {
      const places = await tx.all<{ mailboxId: MailboxId; uid: Uid }>(
        'SELECT mailbox_id AS "mailboxId", uid FROM message WHERE account_id = ? AND email_id = ?',
        accountId,
        emailId,
      )
      for (const { mailboxId, uid } of places) {
        await applyExpunge(batch, { kind: 'expunge', accountId, mailboxId, uids: [[uid, uid]], deletedOnly: false })
        dropped.push({ accountId, mailboxId, uid })
      }
    }
    await batch.finish()
    return dropped
  },
}

/** The same of messages in the queue. */
export const dropQueuedChange: Change<
  { readonly messageIds: readonly number[] },
  readonly { readonly queueId: string; readonly number: number; readonly recipients: readonly string[] }[]
> = {
  name: 'store.drop-queued',
  durable: true,
  async run(tx, { messageIds }) {
    const batch = new Batch(tx, { notesLessons: false })
    const dropped: { queueId: string; number: number; recipients: readonly string[] }[] = []
    for (const messageId of messageIds) {
      const message = await tx.get<{ queue_id: QueueId; number: number }>('SELECT queue_id, number FROM queue_message WHERE message_id = ?', messageId)
      const queued = message && (await queuedMessage(tx, { queueId: message.queue_id, number: message.number }))
      if (message === undefined || queued === undefined) continue
      const recipients = await tx.all<{ place: number; address: string }>('SELECT place, address FROM queue_recipient WHERE message_id = ?', messageId)
      if (
        await removeFromQueue(
          tx,
          queued,
          recipients.map(({ place }) => place),
        )
      )
        batch.removed(queued.segment, queued.octets_length)
      dropped.push({ queueId: message.queue_id, number: message.number, recipients: recipients.map(({ address }) => address) })
    }
    await batch.finish()
    return dropped
  },
}

/** A message with some of its octets wrong is not the message: what is torn may be most of it. The log still has what there is. */
async function dropLost({ content, database, log }: HealDependencies, end: Location): Promise<void> {
  const lost: (readonly [AccountId, EmailId])[] = []
  for (const { account_id, email_id, segment, record_offset } of await database.query(suspectsQuery, end)) {
    if (!(await content.verify({ segment, offset: record_offset }))) lost.push([account_id, email_id])
  }
  for (const place of await database.change(dropEmailsChange, { emails: lost })) log.error('a message is lost', { ...place })
  await dropLostOfQueue({ content, database, log }, end)
}

async function dropLostOfQueue({ content, database, log }: HealDependencies, end: Location): Promise<void> {
  const limit = 1000
  const lost: number[] = []
  for (let after = 0; ; ) {
    const page = await database.query(queuedOctetsQuery, { after, limit })
    for (const { message_id, segment, record_offset } of page) {
      const location = { segment, offset: record_offset }
      if (compareLocations(location, end) >= 0 && !(await content.verify(location))) lost.push(message_id)
    }
    if (page.length < limit) break
    after = page.at(-1)?.message_id ?? after
  }
  for (const { queueId, number, recipients } of await database.change(dropQueuedChange, { messageIds: lost })) {
    log.error('a message that waited for other servers is lost', { queueId, number, recipients })
  }
}
