import assert from 'node:assert/strict'
import test from 'node:test'
import { silent } from '../base/log.ts'
import { withEachEngine } from '../../test/harness/database.ts'
import { ann, busy, delivered, everything, failed, minute, openTestQueue, type TestQueue, textOf, toAnn, way } from '../../test/harness/queue.ts'
import { runSql } from '../../test/harness/run-sql.ts'
import type { Due } from '../queue/queue.ts'
import { compact, writeBaselines } from '../store/compact.ts'
import { rebuild } from '../store/rebuild.ts'
import { verify } from '../store/verify.ts'

/** Segments so small that every few messages begin a new one. */
const segmentBytes = 4096

async function compactAll({ content, database, store }: TestQueue) {
  const append = (...given: Parameters<typeof store.record>) => store.record(...given)
  return compact({ content, database, log: silent, append, alone: (work) => store.alone(work), pause: async () => {} })
}

async function rebuildAll(queue: TestQueue) {
  await rebuild({ content: queue.content, database: queue.database, clock: { now: () => queue.clock.nowMs }, log: silent })
}

const long = (subject: string) => [Buffer.from(`Message-ID: <${subject}@a.example>\r\nSubject: ${subject}\r\n\r\n${'Hello.\r\n'.repeat(80)}`)]

withEachEngine((_, open) => {
  test('what waits survives compaction and rebuild, with its text; what was sent does not come back', async (context) => {
    const queue = await openTestQueue(context, open, { segmentBytes })
    for (let index = 0; index < 24; index++) {
      const recipients = [{ address: `u${index}@b.example` }, { address: `u${index}@c${index}.example` }]
      await queue.send({ recipients }, { octets: long(`${index}`), ...(index % 5 === 0 && { recipients: [toAnn], received: 'Received: here\r\n' }) })
    }
    const dues = await queue.take({ leaseMs: minute })
    for (const due of dues) {
      const number = Number(due.recipients[0]?.address.slice(1).split('@')[0])
      const ends = new Map(due.recipients.map(({ index }) => [index, number % 2 === 0 ? delivered : failed]))
      if (number % 6 !== 0) await queue.queue.settle(due, ends, way)
    }
    await queue.store.settled()
    queue.clock.nowMs += minute
    const waiting = await queue.take({ leaseMs: minute })
    assert.equal(waiting.length, 8)
    const texts = await Promise.all(waiting.map((due) => textOf(queue, due)))
    const before = await everything(queue)

    const compacted = await compactAll(queue)
    assert.ok(compacted.droppedSegments > 2 && compacted.movedBytes > 0)
    assert.deepEqual(await Promise.all(waiting.map((due) => textOf(queue, due))), texts)
    assert.deepEqual((await verify(queue)).faults, [])
    await rebuildAll(queue)
    assert.deepEqual(await everything(queue), before)
    assert.deepEqual(await Promise.all(waiting.map((due) => textOf(queue, due))), texts)
    const { faults, queued } = await verify(queue)
    assert.deepEqual([faults, queued], [[], 4])
  })

  test('what comes and goes while the queue is written down is the same after a rebuild, reports too', async (context) => {
    const queue = await openTestQueue(context, open, { segmentBytes })
    for (let index = 0; index < 6; index++) await queue.send({ recipients: [{ address: `u${index}@d${index}.example` }] })
    const dues = await queue.take({ leaseMs: minute })
    const report = (to: string) => ({ to, octets: Buffer.from('Subject: failed\r\n\r\nIt failed.\r\n') })
    let step = 0
    // The world goes on between any two records of the round.
    const append: TestQueue['store']['record'] = async (record, octets) => {
      await queue.store.record(record, octets)
      const due = dues[step++]
      if (due === undefined) return
      await queue.queue.settle(due, new Map([[0, failed]]), way, report(step % 2 === 0 ? 'ann@a.example' : `s${step}@s.example`))
      await queue.send({ recipients: [{ address: `new${step}@n.example` }] }, { recipients: [toAnn] })
      await queue.store.settled()
    }
    await writeBaselines({ content: queue.content, database: queue.database, append })
    assert.ok(step >= 2)
    const [before, inbox] = [await everything(queue), (await queue.store.mailbox(ann, 'INBOX'))?.messages]
    await rebuildAll(queue)
    assert.deepEqual(await everything(queue), before)
    assert.equal((await queue.store.mailbox(ann, 'INBOX'))?.messages, inbox)
  })

  test('a rebuild knows who was told of a delay', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({})
    const [due] = await queue.take()
    const deferral = { trouble: busy, nextAttemptMs: queue.clock.nowMs + minute, listedRelays: ['first'] }
    await queue.queue.defer(due as Due, new Map([[0, deferral]]), way, { to: 'x@nobody.example', octets: Buffer.from('') })
    await queue.store.settled()
    await rebuildAll(queue)
    queue.clock.nowMs += minute
    const [again] = await queue.take()
    assert.deepEqual(again?.recipients, [{ index: 0, address: 'bob@b.example', attempts: 1, delayTold: true, listedRelays: ['first'] }])
  })

  test('verify tells of counts that are wrong, and of octets that are not there', async (context) => {
    const queue = await openTestQueue(context, open)
    await queue.send({})
    await queue.send({ recipients: [{ address: 'c@c.example' }] })
    await queue.database.change(runSql, [
      "UPDATE queue_destination SET waiting = 7, next_ms = next_ms + 1 WHERE destination = 'b.example'",
      'UPDATE queue_message SET waiting = 3 WHERE message_id = (SELECT MIN(message_id) FROM queue_message)',
      'UPDATE queue_message SET record_offset = record_offset + 1 WHERE message_id = (SELECT MAX(message_id) FROM queue_message)',
    ])
    const { faults } = await verify(queue)
    assert.deepEqual(faults.map(({ kind }) => kind).sort(), ['missing-record', 'wrong-queue', 'wrong-queue', 'wrong-queue'])
  })
})
