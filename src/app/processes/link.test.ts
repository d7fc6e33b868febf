import assert from 'node:assert/strict'
import test from 'node:test'
import { linkedPair } from '../../../test/harness/pair.ts'
import { silent } from '../../base/log.ts'
import { ContentFull } from '../../content/content.ts'
import { DatabaseUnavailable } from '../../database/database.ts'
import { Link, type Message } from './link.ts'

const none = {}

test('answers find their calls, whatever order they come in', async () => {
  const late = Promise.withResolvers<string>()
  const { toLeft } = linkedPair({ late: () => late.promise, double: (n: number) => n * 2 }, none)
  const waiting = toLeft.call('late', undefined)
  assert.deepEqual(await Promise.all([toLeft.call('double', 1), toLeft.call('double', 2)]), [2, 4])
  late.resolve('at last')
  assert.equal(await waiting, 'at last')
})

test('calls and tells keep their order, and those of one turn leave together', async () => {
  const heard: string[] = []
  const sent: (readonly Message[])[] = []
  const link = new Link<{ hear: (text: string) => void }>((messages) => void sent.push(messages), none, silent)
  const other = new Link((messages) => link.receive(messages), { hear: (text: string) => void heard.push(text) }, silent)
  link.tell('hear', 'a')
  const answered = link.call('hear', 'b')
  link.tell('hear', 'c')
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(sent.length, 1)
  other.receive(sent[0] ?? [])
  await answered
  assert.deepEqual(heard, ['a', 'b', 'c'])
})

test('octets come as they went', async () => {
  const { toLeft } = linkedPair({ last: (octets: Uint8Array) => octets.at(-1) }, none)
  assert.equal(await toLeft.call('last', Buffer.alloc(300_000, 7)), 7)
})

test('a fault is thrown where the call was, as the class that callers weigh', async () => {
  const { toLeft } = linkedPair(
    {
      full: () => Promise.reject(new ContentFull('no room')),
      away: () => Promise.reject(new DatabaseUnavailable('away', { full: true })),
      broken() {
        throw new RangeError('a fault of ours')
      },
    },
    none,
  )
  await assert.rejects(toLeft.call('full', undefined), ContentFull)
  await assert.rejects(toLeft.call('away', undefined), (error) => error instanceof DatabaseUnavailable && error.full)
  await assert.rejects(toLeft.call('broken', undefined), { name: 'RangeError', message: 'a fault of ours' })
})

test('what cannot be cloned costs its own caller alone', async () => {
  const { toLeft } = linkedPair({ same: (value: unknown) => value, maker: () => () => {} }, none)
  const [bad, good] = await Promise.allSettled([toLeft.call('same', () => {}), toLeft.call('same', 1)])
  assert.equal(bad.status, 'rejected')
  assert.deepEqual(good, { status: 'fulfilled', value: 1 })
  await assert.rejects(toLeft.call('maker', undefined))
})

test('when the other process is gone, whoever waits hears of it, and whoever asks later', async () => {
  const { toLeft } = linkedPair({ never: () => new Promise<never>(() => {}) }, none)
  const waiting = toLeft.call('never', undefined)
  toLeft.lose('process 2 ended')
  await assert.rejects(waiting, DatabaseUnavailable)
  await assert.rejects(toLeft.call('never', undefined), /process 2 ended/)
})
