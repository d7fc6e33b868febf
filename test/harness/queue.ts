import type { TestContext } from 'node:test'
import { LoggedQueue } from '../../src/delivery/logged-queue.ts'
import { commit } from '../../src/delivery/commit.ts'
import type { AcceptedMessage, OutgoingForm } from '../../src/delivery/delivery.ts'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { searchJournal } from '../../src/journal/search.ts'
import { tell } from '../../src/journal/tell.ts'
import { parseAddress } from '../../src/mail/address.ts'
import type { AccountId, QueueId } from '../../src/mail/ids.ts'
import { QueueIds } from '../../src/mail/queue-id.ts'
import { nodeNumberChange } from '../../src/queue/node.ts'
import type { Due, RecipientEnd, Way } from '../../src/queue/queue.ts'
import type { OpenDatabase } from './database.ts'
import { openTestStore, type TestStore } from './store.ts'

export const ann = 1 as AccountId
export const minute = 60_000
export const way: Way = { relay: 'first', host: 'mx.b.example', ip: '192.0.2.9', tls: 'sts' }
export const delivered: RecipientEnd = { end: 'delivered', reply: { code: 250, enhanced: '2.0.0', lines: ['queued'] } }
export const failed: RecipientEnd = {
  end: 'failed',
  trouble: { by: 'answer', reason: 'no-such-mailbox', reply: { code: 550, enhanced: '5.1.1', lines: ['no such user'] }, host: 'mx.b.example' },
}
export const busy = { by: 'answer', reason: 'try-later', reply: { code: 450, enhanced: '4.2.0', lines: ['later'] }, host: 'mx.b.example' } as const

export interface TestQueue extends TestStore {
  /** Whose leases are those of `queue`. */
  readonly node: number
  readonly queue: LoggedQueue
  /** Deferrals that were journalled. */
  readonly journal: JournalEntry[]
  /** Puts a message on its way; resolves when it is in the queue. */
  send(form: Partial<OutgoingForm>, message?: Partial<AcceptedMessage>): Promise<QueueId>
  take(wish?: { readonly maxRecipients?: number; readonly except?: readonly string[]; readonly leaseMs?: number }): Promise<readonly Due[]>
}

const queueIds = new QueueIds({ now: () => 1_700_000_000_000 })
const client = { ip: '192.0.2.1', port: 1, helo: 'client.example', protocol: 'ESMTPSA', tls: undefined }
export const received = 'Message-ID: <one@a.example>\r\nSubject: hello\r\n\r\nHello.\r\n'

/** The queue over a store of its own. Reports to @a.example go to Ann, those to @nobody.example to nobody, others are sent. */
export async function openTestQueue(context: TestContext, open: OpenDatabase, options: Parameters<typeof openTestStore>[2] = {}): Promise<TestQueue> {
  const parts = await openTestStore(context, open, options)
  const clock = { now: () => parts.clock.nowMs }
  const journal: JournalEntry[] = []
  const node = await parts.database.change(nodeNumberChange, { name: 'this' })
  const queue = new LoggedQueue({
    node,
    ...parts,
    clock,
    journal: { record: (entry) => journal.push(entry) },
    route: async ({ to, octets }) => {
      if (to.endsWith('@nobody.example')) return undefined
      const report = { queueId: queueIds.next(), client, reversePath: null, received: '', octets: [octets] }
      return to.endsWith('@a.example')
        ? { ...report, recipients: [toAnn] }
        : { ...report, recipients: [], outgoing: [form({ kind: 'report', reversePath: '', recipients: [{ address: to }] })] }
    },
  })
  return {
    ...parts,
    node,
    queue,
    journal,
    async send(wanted, message = {}) {
      const queueId = queueIds.next()
      const accepted = { queueId, client, reversePath: parseAddress('ann@a.example') ?? null, recipients: [], received: '', octets: [Buffer.from(received)] }
      await commit({ ...accepted, outgoing: [form(wanted)], ...message }, { store: parts.store, clock })
      await parts.store.settled()
      return queueId
    },
    take: ({ except = [], ...wish } = {}) =>
      queue.take({ nowMs: parts.clock.nowMs, leaseMs: 10 * minute, maxRecipients: 100, ...wish, except: new Set(except) }),
  }
}

export const toAnn = {
  forwardPath: { localPart: 'ann', domain: 'a.example' },
  recipient: { addressId: 1, customerId: 1, targets: [{ accountId: ann }] } as unknown as AcceptedMessage['recipients'][number]['recipient'],
  checks: [],
  clientName: undefined,
}

export function form(wanted: Partial<OutgoingForm>): OutgoingForm {
  return {
    kind: 'submitted',
    class: 'paid',
    originator: { accountId: ann, addressId: 1, customerId: 1 },
    reversePath: 'ann@a.example',
    recipients: [{ address: 'bob@b.example' }],
    utf8: false,
    eightBit: false,
    requireTls: false,
    priority: 0,
    fields: 'Received: by a.example\r\n',
    edits: [],
    ...wanted,
  }
}

export const whom = (dues: readonly Due[]) => dues.map(({ recipients }) => recipients.map(({ address }) => address).join(' '))

export async function textOf({ queue }: TestQueue, due: Due | undefined): Promise<string> {
  if (due === undefined) throw new Error('nothing is due')
  const pieces: Buffer[] = []
  for await (const piece of queue.text(due)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

/** What the journal says in English, oldest first. */
export async function told({ database, store }: TestQueue): Promise<string[]> {
  await store.settled()
  const found: string[] = []
  for await (const entry of searchJournal(database, {})) found.unshift(tell(entry, 'en').summary)
  return found
}

/** Everything in the queue, whenever it is due. */
export async function everything(queue: TestQueue): Promise<string[]> {
  const dues = await queue.queue.take({ nowMs: 2 ** 50, leaseMs: 0, maxRecipients: 1000, except: new Set() })
  return dues.flatMap(({ queueId, number, recipients }) => recipients.map(({ index, address }) => `${queueId}/${number}/${index} ${address}`)).sort()
}
