import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { ann, busy, delivered, everything, minute, openTestQueue, type TestQueue, told, way, whom } from '../../test/harness/queue.ts'
import type { AccountId } from '../mail/ids.ts'
import type { Due } from '../queue/queue.ts'
import type { HoldSubject } from '../queue/holds.ts'
import type { Cursor, QueueSelection, Waiting } from '../queue/list.ts'
import { QueueControl } from './queue-control.ts'

const cat = 7 as AccountId
const ofCat = { originator: { accountId: cat, addressId: 9, customerId: 3 }, reversePath: 'cat@c.example' }

function control(queue: TestQueue, wake?: () => void): QueueControl {
  return new QueueControl({ store: queue.store, database: queue.database, clock: { now: () => queue.clock.nowMs } }, wake)
}

async function list(queue: TestQueue, selection: QueueSelection) {
  const found: Waiting[] = []
  let next: Cursor | undefined
  do {
    // Small pages: where one ends, the next goes on.
    const page = await control(queue).page(selection, next, 2)
    found.push(...page.waiting)
    next = page.next
  } while (next !== undefined)
  return found
}

withEachEngine((_, open) => {
  test('what is held is not taken, whatever it is held by, and goes when all of that is released', async (context) => {
    const queue = await openTestQueue(context, open)
    let woken = 0
    const hand = control(queue, () => woken++)
    const queueId = await queue.send({ ...ofCat, recipients: [{ address: 'bob@b.example' }, { address: 'ben@b.example' }] })
    const subjects: readonly HoldSubject[] = [
      { kind: 'mailbox', accountId: 7 },
      { kind: 'customer', customerId: 3 },
      { kind: 'sender-domain', domain: 'c.example' },
      { kind: 'destination', domain: 'b.example' },
      { kind: 'message', queueId },
    ]
    for (const subject of subjects) await hand.hold(subject, `because of ${subject.kind}`)
    assert.deepEqual(
      (await hand.holds()).map(({ subject }) => subject),
      subjects,
    )
    await queue.send({})
    for (const subject of subjects) {
      const free = subject.kind === 'message' ? ['bob@b.example'] : []
      const taken = await queue.take()
      assert.deepEqual(whom(taken), free, subject.kind)
      for (const due of taken) await queue.queue.settle(due, new Map([[0, delivered]]), way)
      await queue.store.settled()
      assert.ok(await hand.release(subject))
    }
    assert.equal(woken, subjects.length)
    assert.equal(await hand.release({ kind: 'message', queueId }), false)
    assert.deepEqual(whom(await queue.take()), ['bob@b.example ben@b.example'])
  })

  test('one recipient of a message is held, and the list says why and since when', async (context) => {
    const queue = await openTestQueue(context, open)
    const queueId = await queue.send({ recipients: [{ address: 'bob@b.example' }, { address: 'ben@b.example' }] })
    const sinceMs = queue.clock.nowMs
    await control(queue).hold({ kind: 'recipient', queueId, number: 0, index: 1 }, 'wrong address')
    assert.deepEqual(whom(await queue.take()), ['bob@b.example'])
    assert.equal(await queue.queue.nextDueMs(new Set()), sinceMs + 10 * minute)
    const [bob, ben] = await list(queue, { queueId })
    assert.deepEqual([bob?.held, bob?.isLeased, bob?.nextAttemptMs], [undefined, true, sinceMs + 10 * minute])
    assert.deepEqual([ben?.held, ben?.isLeased, ben?.nextAttemptMs], [{ by: `recipient ${queueId} 0 1`, reason: 'wrong address', sinceMs }, false, undefined])
  })

  test('many that are held are put aside and let go in portions, and others are not kept waiting', async (context) => {
    const queue = await openTestQueue(context, open)
    const recipients = Array.from({ length: 1200 }, (_, index) => ({ address: `u${index}@b.example` }))
    await control(queue).hold({ kind: 'mailbox', accountId: 7 }, 'hijacked')
    await queue.send({ ...ofCat, recipients })
    queue.clock.nowMs += 1
    await queue.send({})
    const rounds: string[][] = []
    while ((await queue.queue.nextDueMs(new Set())) === queue.clock.nowMs - 1 || rounds.flat().length === 0) rounds.push(whom(await queue.take({ leaseMs: 0 })))
    assert.deepEqual(rounds.flat(), ['bob@b.example'])
    assert.ok(rounds.length <= 14, `${rounds.length} rounds`)
    await control(queue).release({ kind: 'mailbox', accountId: 7 })
    const names = new Set<string>()
    for (let round = 0; round < 20 && names.size < 1201; round++) {
      for (const { recipients: some } of await queue.take({ maxRecipients: 500 })) for (const { address } of some) names.add(address)
    }
    assert.equal(names.size, 1201)
    assert.deepEqual(await control(queue).holds(), [])
  })

  test('retry makes due what waits, but not what somebody is at', async (context) => {
    const queue = await openTestQueue(context, open)
    const queueId = await queue.send({ recipients: [{ address: 'bob@b.example' }, { address: 'eve@e.example' }] })
    const [bob] = await queue.take({ except: ['e.example'] })
    await queue.queue.defer(bob as Due, new Map([[0, { trouble: busy, nextAttemptMs: queue.clock.nowMs + 60 * minute, listedRelays: [] }]]), way)
    assert.deepEqual(whom(await queue.take()), ['eve@e.example'])
    for (const selection of [{ queueId }, { destination: 'b.example' }, { accountId: ann }, { customerId: 1 }]) {
      assert.equal(await control(queue).retry(selection), 1)
      const [due] = await queue.take()
      assert.deepEqual(
        due?.recipients.map(({ address }) => address),
        ['bob@b.example'],
      )
      await queue.queue.defer(due, new Map([[0, { trouble: busy, nextAttemptMs: queue.clock.nowMs + 60 * minute, listedRelays: [] }]]), way)
    }
    const [first] = await list(queue, { queueId, number: 0, index: 0 })
    assert.deepEqual([first?.attempts, first?.last?.trouble, first?.last?.way], [5, busy, way])
  })

  test('what is removed is gone for good, and the journal has it', async (context) => {
    const queue = await openTestQueue(context, open)
    for (let index = 0; index < 3; index++) await queue.send({ recipients: [{ address: `a@d.example` }, { address: 'b@e.example' }] })
    const queueId = await queue.send(ofCat)
    assert.equal(await control(queue).remove({ destination: 'd.example' }), 3)
    assert.equal(await control(queue).remove({ queueId }), 1)
    assert.equal((await everything(queue)).length, 3)
    assert.deepEqual(
      await told(queue),
      Array.from({ length: 4 }, () => 'Removed: it was taken out of the queue by hand.'),
    )
  })

  test('destinations are listed with the largest first', async (context) => {
    const queue = await openTestQueue(context, open)
    for (let index = 0; index < 5; index++) {
      const recipients = Array.from({ length: index + 1 }, (_, at) => ({ address: `u${at}@d${index}.example` }))
      await queue.send({ recipients, priority: index % 2 })
    }
    await control(queue).hold({ kind: 'destination', domain: 'd4.example' }, 'moves house')
    const { destinations, recipients, destinationsInAll } = await control(queue).destinations(2)
    assert.deepEqual([recipients, destinationsInAll], [15, 5])
    assert.deepEqual(destinations, [
      { destination: 'd4.example', recipients: 5, nextAttemptMs: undefined, held: { reason: 'moves house', sinceMs: queue.clock.nowMs } },
      { destination: 'd3.example', recipients: 4, nextAttemptMs: queue.clock.nowMs, held: undefined },
    ])
  })
})
