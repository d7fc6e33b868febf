import assert from 'node:assert/strict'
import test from 'node:test'
import { silent } from '../base/log.ts'
import { withEachEngine } from '../../test/harness/database.ts'
import { ann, busy, delivered, everything, failed, form, minute, openTestQueue, received, textOf, toAnn, told, way, whom } from '../../test/harness/queue.ts'
import type { Step } from '../store/notices.ts'
import { LoggedQueue } from './logged-queue.ts'
import { searchJournal } from '../journal/search.ts'
import { tell } from '../journal/tell.ts'
import type { Due, RecipientEnd } from '../queue/queue.ts'
import { freeLeasesChange, nodeNumberChange } from '../queue/node.ts'
import { takeChange } from '../queue/take.ts'
import { rebuild } from '../store/rebuild.ts'

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

  test('what waited for a mailbox here arrives once, however often that is said, and leaves the queue with it', async (context) => {
    const queue = await openTestQueue(context, open)
    const here = { addressId: 1, customerId: 1, accounts: [ann], isList: false } as const
    await queue.send({ recipients: [{ address: 'ann@a.example' }], fields: 'Return-Path: <x@a.example>\r\n', here })
    const [due] = await queue.take()
    assert.ok(due)
    assert.deepEqual(due.here, here)
    await Promise.all([queue.queue.arrive(due, here), queue.queue.arrive(due, here)].map((arriving) => arriving.catch(() => undefined)))
    await queue.store.settled()
    assert.equal((await queue.store.mailbox(ann, 'INBOX'))?.messages, 1)
    queue.clock.nowMs += 60 * minute
    assert.deepEqual(await queue.take(), [])
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
        'Noch nicht versandt: der andere Server bittet, es später wieder zu versuchen. Antwort von mx.b.example [192.0.2.9]: 450 4.2.0 later. Der nächste Versuch ist um 2023-11-14T22:14:20.000Z.',
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

  test("a node that begins again ends the leases of its last life, and nobody else's", async (context) => {
    const queue = await openTestQueue(context, open)
    const enter = async (name: string) => {
      const node = await queue.database.change(nodeNumberChange, { name })
      await queue.database.change(freeLeasesChange, { node, nowMs: queue.clock.nowMs })
      return node
    }
    const one = await enter('one')
    const two = await enter('two')
    assert.notEqual(one, two)
    await queue.send({ recipients: [{ address: 'bob@b.example' }] })
    const take = (node: number) => queue.database.change(takeChange, { node, nowMs: queue.clock.nowMs, leaseMs: minute, maxRecipients: 1, except: [] })
    assert.equal((await take(one)).length, 1)
    await queue.send({ recipients: [{ address: 'cat@c.example' }] })
    assert.equal((await take(two)).length, 1)
    assert.deepEqual(await queue.take(), [])
    assert.equal(await enter('one'), one)
    assert.deepEqual(whom(await queue.take()), ['bob@b.example'])
  })

  test('who slept through his lease says nothing any more of what another one took since', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({})
    const [due] = await queue.take({ leaseMs: minute })
    assert.ok(due)
    queue.clock.nowMs += minute
    const other = await queue.database.change(nodeNumberChange, { name: 'other' })
    assert.notEqual(other, queue.node)
    assert.equal((await queue.database.change(takeChange, { node: other, nowMs: queue.clock.nowMs, leaseMs: minute, maxRecipients: 1, except: [] })).length, 1)
    await queue.queue.lease([{ queueId: due.queueId, number: 0, indexes: [0] }], queue.clock.nowMs)
    await queue.queue.defer(due, new Map([[0, { trouble: busy, nextAttemptMs: queue.clock.nowMs, listedRelays: [] }]]), way)
    assert.deepEqual(await queue.take(), [])
    assert.deepEqual(queue.journal, [])
    assert.equal(await queue.queue.nextDueMs(new Set()), queue.clock.nowMs + minute)
  })

  test('what has ended is not taken again while the index is behind the log, however long that takes', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({ recipients: [{ address: 'bob@b.example' }, { address: 'ben@b.example' }] })
    const listeners: ((step: Step) => void)[] = []
    const location = { segment: 7, offset: 100 }
    // Its record is durable; the index does not get it.
    const behind = new LoggedQueue({
      ...queue,
      ...{ clock: { now: () => queue.clock.nowMs }, journal: { record: () => {} }, route: async () => undefined },
      store: { records: { ...queue.store.records, append: async () => ({ location, end: location }) }, onStep: (listener) => void listeners.push(listener) },
    })
    const take = async () => whom(await behind.take({ nowMs: queue.clock.nowMs, leaseMs: minute, maxRecipients: 10, except: new Set() }))
    const [due] = await behind.take({ nowMs: queue.clock.nowMs, leaseMs: minute, maxRecipients: 10, except: new Set() })
    assert.ok(due)
    await behind.settle(due, new Map([[0, delivered]]), way)
    queue.clock.nowMs += minute
    assert.deepEqual(await take(), ['ben@b.example'])
    for (const listener of listeners) listener({ to: { segment: 7, offset: 200 }, changed: [] })
    queue.clock.nowMs += minute
    assert.deepEqual(await take(), ['bob@b.example ben@b.example'])
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
