import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { openTestStore, type TestStore } from '../../test/harness/store.ts'
import { parseAddress } from '../mail/address.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import { QueueIds } from '../mail/queue-id.ts'
import type { JournalEntry } from '../journal/entry.ts'
import { searchJournal } from '../journal/search.ts'
import { tell } from '../journal/tell.ts'
import type { Due, RecipientEnd, Way } from '../queue/queue.ts'
import { rebuild } from '../store/rebuild.ts'
import { silent } from '../base/log.ts'
import { commit } from './commit.ts'
import type { AcceptedMessage, OutgoingForm } from './delivery.ts'
import { LoggedQueue } from './logged-queue.ts'

const ann = 1 as AccountId
const minute = 60_000
const way: Way = { relay: 'first', host: 'mx.b.example', ip: '192.0.2.9', tls: 'sts' }
const delivered: RecipientEnd = { end: 'delivered', reply: { code: 250, enhanced: '2.0.0', lines: ['queued'] } }
const failed: RecipientEnd = {
  end: 'failed',
  trouble: { by: 'answer', reason: 'no-such-mailbox', reply: { code: 550, enhanced: '5.1.1', lines: ['no such user'] }, host: 'mx.b.example' },
}
const busy = { by: 'answer', reason: 'try-later', reply: { code: 450, enhanced: '4.2.0', lines: ['later'] }, host: 'mx.b.example' } as const

interface TestQueue extends TestStore {
  readonly queue: LoggedQueue
  /** Deferrals that were journalled. */
  readonly journal: JournalEntry[]
  /** Puts a message on its way; resolves when it is in the queue. */
  send(form: Partial<OutgoingForm>, message?: Partial<AcceptedMessage>): Promise<QueueId>
  take(wish?: { readonly maxRecipients?: number; readonly except?: readonly string[]; readonly leaseMs?: number }): Promise<readonly Due[]>
}

const queueIds = new QueueIds({ now: () => 1_700_000_000_000 })
const client = { ip: '192.0.2.1', port: 1, helo: 'client.example', protocol: 'ESMTPSA', tls: undefined }
const received = 'Message-ID: <one@a.example>\r\nSubject: hello\r\n\r\nHello.\r\n'

async function openTestQueue(context: TestContext, open: OpenDatabase): Promise<TestQueue> {
  const parts = await openTestStore(context, open)
  const clock = { now: () => parts.clock.nowMs }
  const journal: JournalEntry[] = []
  const queue = new LoggedQueue({
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

const toAnn = {
  forwardPath: { localPart: 'ann', domain: 'a.example' },
  recipient: { addressId: 1, customerId: 1, targets: [{ accountId: ann }] } as unknown as AcceptedMessage['recipients'][number]['recipient'],
  checks: [],
  clientName: undefined,
}

function form(wanted: Partial<OutgoingForm>): OutgoingForm {
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

const whom = (dues: readonly Due[]) => dues.map(({ recipients }) => recipients.map(({ address }) => address).join(' '))

async function textOf({ queue }: TestQueue, due: Due | undefined): Promise<string> {
  assert.ok(due)
  const pieces: Buffer[] = []
  for await (const piece of queue.text(due)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

/** What the journal says in English, oldest first. */
async function told({ database, store }: TestQueue): Promise<string[]> {
  await store.settled()
  const found: string[] = []
  for await (const entry of searchJournal(database, {})) found.unshift(tell(entry, 'en').summary)
  return found
}

/** Everything in the queue, whenever it is due. */
async function everything(queue: TestQueue): Promise<string[]> {
  const dues = await queue.queue.take({ nowMs: 2 ** 50, leaseMs: 0, maxRecipients: 1000, except: new Set() })
  return dues.flatMap(({ queueId, number, recipients }) => recipients.map(({ index, address }) => `${queueId}/${number}/${index} ${address}`)).sort()
}

withEachEngine((_, open) => {
  test('recipients of one destination come together, and the text as it goes out', async (context) => {
    const queue = await openTestQueue(context, open)
    const queueId = await queue.send({ recipients: [{ address: 'bob@b.example' }, { address: 'eve@e.example' }, { address: 'ben@b.example' }] })
    const dues = await queue.take()
    assert.deepEqual(whom(dues), ['bob@b.example ben@b.example', 'eve@e.example'])
    const [first] = dues
    assert.ok(first)
    const { recipients, ...rest } = first
    assert.deepEqual(
      recipients.map(({ index, attempts, delayTold, listedRelays }) => [index, attempts, delayTold, listedRelays]),
      [
        [0, 0, false, []],
        [2, 0, false, []],
      ],
    )
    const sizeBytes = `Received: by a.example\r\n${received}`.length
    assert.deepEqual(
      { ...rest },
      {
        kind: 'submitted',
        class: 'paid',
        originator: { accountId: 1, addressId: 1, customerId: 1 },
        reversePath: 'ann@a.example',
        utf8: false,
        eightBit: false,
        requireTls: false,
        priority: 0,
        queueId,
        number: 0,
        acceptedAtMs: queue.clock.nowMs,
        sizeBytes,
        destination: 'b.example',
        leasedUntilMs: queue.clock.nowMs + 10 * minute,
      },
    )
    assert.equal(await textOf(queue, first), `Received: by a.example\r\n${received}`)
  })

  test('one record has a mailbox and other servers in it, each with its own form of the message', async (context) => {
    const queue = await openTestQueue(context, open)
    const edits = [{ at: received.indexOf('Subject'), cut: 'Subject: hello'.length, insert: 'Subject: [list] hello' }]
    await queue.send(
      {},
      {
        recipients: [toAnn],
        received: 'Received: here\r\n',
        outgoing: [
          form({ reversePath: 'srs0=x@a.example', fields: 'X-One: 1\r\n' }),
          form({ recipients: [{ address: 'list@l.example' }], fields: 'X-Two: 2\r\n', edits }),
        ],
      },
    )
    const [one, two] = await queue.take()
    assert.equal(await textOf(queue, one), `X-One: 1\r\n${received}`)
    assert.equal(await textOf(queue, two), `X-Two: 2\r\n${received.replace('hello', '[list] hello')}`)
    assert.deepEqual([one?.number, one?.reversePath, two?.number, two?.sizeBytes], [0, 'srs0=x@a.example', 1, (await textOf(queue, two)).length])
    const inbox = await queue.store.mailbox(ann, 'INBOX')
    assert.equal(inbox?.messages, 1)
  })

  test('what is settled is gone, with a row in the journal; saying it again does nothing', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({ recipients: [{ address: 'bob@b.example' }, { address: 'ben@b.example' }] })
    const [due] = await queue.take()
    assert.ok(due)
    const ends = new Map<number, RecipientEnd>([
      [0, delivered],
      [1, failed],
    ])
    await queue.queue.settle(due, ends, way)
    await queue.queue.settle(due, ends, way)
    assert.deepEqual((await told(queue)).sort(), [
      'Failed: there is no such address there. Answer of mx.b.example [192.0.2.9]: 550 5.1.1 no such user',
      'Sent to mx.b.example [192.0.2.9] over TLS (MTA-STS) by relay first. Answer: 250 2.0.0 queued',
    ])
    assert.deepEqual(await everything(queue), [])
    assert.equal(await queue.queue.nextDueMs(new Set()), undefined)
    await assert.rejects(textOf(queue, due), /waits no more/)
    for await (const entry of searchJournal(queue.database, { messageId: 'one@a.example' })) assert.equal(entry.queueId, due.queueId)
  })

  test('a deferred recipient is due when it was said, and knows what happened', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({})
    const [due] = await queue.take()
    assert.ok(due)
    const nextAttemptMs = queue.clock.nowMs + minute
    await queue.queue.defer(due, new Map([[0, { trouble: busy, nextAttemptMs, listedRelays: ['first'] }]]), way)
    assert.equal(await queue.queue.nextDueMs(new Set()), nextAttemptMs)
    assert.deepEqual(await queue.take(), [])
    queue.clock.nowMs = nextAttemptMs
    const [again] = await queue.take()
    assert.deepEqual(again?.recipients, [{ index: 0, address: 'bob@b.example', attempts: 1, delayTold: false, listedRelays: ['first'] }])
    assert.deepEqual(
      queue.journal.map((entry) => tell(entry, 'de').summary),
      [
        'Noch nicht versandt: der andere Server bittet, es später wieder zu versuchen. Antwort von mx.b.example [192.0.2.9]: 450 4.2.0 later Der nächste Versuch ist um 2023-11-14T22:14:20.000Z.',
      ],
    )
  })

  test('a lease keeps others away until it ends; it can be renewed, and given back', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({})
    const [due] = await queue.take({ leaseMs: minute })
    assert.ok(due)
    assert.deepEqual(await queue.take(), [])
    await queue.queue.lease([{ queueId: due.queueId, number: 0, indexes: [0] }], queue.clock.nowMs + 2 * minute)
    queue.clock.nowMs += minute
    assert.deepEqual(await queue.take(), [])
    queue.clock.nowMs += minute
    assert.equal((await queue.take()).length, 1)
    await queue.queue.lease([{ queueId: due.queueId, number: 0, indexes: [0] }], queue.clock.nowMs)
    assert.deepEqual((await queue.take())[0]?.recipients[0]?.attempts, 0)
  })

  test('many that take at once never get the same recipient', async (context) => {
    const queue = await openTestQueue(context, open)
    for (let index = 0; index < 30; index++) {
      await queue.send({ recipients: Array.from({ length: 4 }, (_, at) => ({ address: `u${index}@d${(index + at) % 7}.example` })) })
    }
    const taken = (await Promise.all(Array.from({ length: 12 }, () => queue.take({ maxRecipients: 15 })))).flat()
    const names = taken.flatMap(({ queueId, number, recipients }) => recipients.map(({ index }) => `${queueId}/${number}/${index}`))
    assert.equal(new Set(names).size, names.length)
    const rest = await queue.take({ maxRecipients: 1000 })
    assert.equal(names.length + rest.flatMap(({ recipients }) => recipients).length, 120)
  })

  test('destinations that are busy are passed over, the urgent come first, and nothing before its time', async (context) => {
    const queue = await openTestQueue(context, open)
    const later = queue.clock.nowMs + minute
    for (const address of ['a@dead.example', 'b@dead.example']) await queue.send({ recipients: [{ address }] })
    await queue.send({ recipients: [{ address: 'c@c.example' }], priority: -4 })
    await queue.send({ recipients: [{ address: 'd@d.example' }], priority: 3 })
    await queue.send({ recipients: [{ address: 'e@e.example' }], notBeforeMs: later })
    assert.deepEqual(whom(await queue.take({ except: ['dead.example'], maxRecipients: 1 })), ['d@d.example'])
    assert.deepEqual(whom(await queue.take({ except: ['dead.example'] })), ['c@c.example'])
    assert.equal(await queue.queue.nextDueMs(new Set(['dead.example'])), later)
    assert.equal(await queue.queue.nextDueMs(new Set()), queue.clock.nowMs)
    assert.deepEqual(whom(await queue.take()), ['a@dead.example', 'b@dead.example'])
  })

  test('a report comes with the end that it tells of, once', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({})
    const [due] = await queue.take()
    assert.ok(due)
    const octets = Buffer.from('Subject: failed\r\n\r\nIt failed.\r\n')
    await Promise.all([
      queue.queue.settle(due, new Map([[0, failed]]), way, { to: 'ann@a.example', octets }),
      queue.queue.settle(due, new Map([[0, failed]]), way, { to: 'ann@a.example', octets }),
    ])
    await queue.store.settled()
    assert.equal((await queue.store.mailbox(ann, 'INBOX'))?.messages, 1)
  })

  test('a report to somebody elsewhere is on its way itself, and a delay is told once', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({})
    const [due] = await queue.take()
    assert.ok(due)
    const deferral = { trouble: busy, nextAttemptMs: queue.clock.nowMs + minute, listedRelays: [] }
    await queue.queue.defer(due, new Map([[0, deferral]]), way, { to: 'cat@c.example', octets: Buffer.from('Subject: delayed\r\n\r\nLater.\r\n') })
    await queue.store.settled()
    const [report] = await queue.take()
    assert.deepEqual([report?.kind, report?.reversePath, report?.destination], ['report', '', 'c.example'])
    queue.clock.nowMs += minute
    const [again] = await queue.take()
    assert.deepEqual([again?.recipients[0]?.delayTold, again?.recipients[0]?.attempts], [true, 1])
    await queue.queue.settle(again as Due, new Map([[0, failed]]), way, { to: 'x@nobody.example', octets: Buffer.from('') })
    await queue.store.settled()
    assert.equal((await everything(queue)).length, 1)
  })

  test('who waits for work hears of it', async (context) => {
    const queue = await openTestQueue(context, open)
    let heard = 0
    const end = queue.queue.onDue(() => heard++)
    await queue.send({})
    assert.equal(heard, 1)
    end()
    await queue.send({})
    assert.equal(heard, 1)
  })

  test('a rebuild makes the same queue', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({ recipients: [{ address: 'bob@b.example' }, { address: 'ben@b.example' }] })
    await queue.send({ recipients: [{ address: 'eve@e.example' }] }, { recipients: [toAnn] })
    const [due] = await queue.take({ except: ['e.example'] })
    await queue.queue.settle(due as Due, new Map([[1, delivered]]), way)
    await queue.store.settled()
    const before = await everything(queue)
    assert.equal(before.length, 2)
    await rebuild({ ...queue, clock: { now: () => queue.clock.nowMs }, log: silent })
    assert.deepEqual(await everything(queue), before)
  })
})
