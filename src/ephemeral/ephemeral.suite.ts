import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import type { Clock } from '../base/clock.ts'
import type { Entry, Ephemeral, Table } from './ephemeral.ts'

/** What every engine of the ephemeral port must do. `open` again after `close` finds what the tables held. */
export interface EphemeralEngine {
  readonly name: string
  open(folder: string, clock: Clock): Promise<Ephemeral>
}

export const dayMs = 24 * 3600 * 1000

/** A clock that stands until it is moved. */
export class TestClock implements Clock {
  ms = Date.UTC(2026, 0, 1)
  now(): number {
    return this.ms
  }
}

export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'posthorn-ephemeral-'))
  try {
    await run(folder)
  } finally {
    await fs.promises.rm(folder, { recursive: true })
  }
}

const entry = (clock: Clock, { days = 1, confirmations = 0 } = {}): Entry => ({
  firstSeenAtMs: clock.now(),
  expiresAtMs: clock.now() + days * dayMs,
  confirmations,
})

async function kept(table: Table, keys: readonly string[]): Promise<string[]> {
  const found = await Promise.all(keys.map(async (key) => ((await table.get(key)) === undefined ? [] : [key])))
  return found.flat()
}

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

export function ephemeralSuite({ name, open }: EphemeralEngine): void {
  const within = (what: string, run: (ephemeral: Ephemeral, clock: TestClock) => Promise<void>) =>
    void test(`${name}: ${what}`, () =>
      withFolder(async (folder) => {
        const clock = new TestClock()
        const ephemeral = await open(folder, clock)
        try {
          await run(ephemeral, clock)
        } finally {
          await ephemeral.close()
        }
      }))

  within('an entry is found, changed and deleted', async (ephemeral, clock) => {
    const table = ephemeral.table('greylist', { maxEntries: 100 })
    assert.equal(await table.get('a'), undefined)
    await table.put('a', entry(clock))
    await table.put('b', entry(clock, { confirmations: 3 }))
    assert.deepEqual(await table.get('a'), entry(clock))
    assert.deepEqual(await table.get('b'), entry(clock, { confirmations: 3 }))
    await table.put('a', entry(clock, { days: 36, confirmations: 1000 }))
    assert.deepEqual(await table.get('a'), entry(clock, { days: 36, confirmations: 255 }))
    assert.equal(await table.size(), 2)
    await table.delete('a')
    await table.delete('a')
    assert.equal(await table.get('a'), undefined)
    assert.equal(await table.size(), 1)
  })

  within('an entry that has expired is not there', async (ephemeral, clock) => {
    const table = ephemeral.table('greylist', { maxEntries: 100 })
    await table.put('a', entry(clock, { days: 1 }))
    clock.ms += dayMs - 1000
    assert.notEqual(await table.get('a'), undefined)
    clock.ms += 1000
    assert.equal(await table.get('a'), undefined)
    await table.put('late', { firstSeenAtMs: clock.ms - 1000, expiresAtMs: clock.ms, confirmations: 0 })
    assert.equal(await table.get('late'), undefined)
  })

  within('tables are apart, the same name is the same table', async (ephemeral, clock) => {
    await ephemeral.table('one', { maxEntries: 10 }).put('key', entry(clock))
    assert.equal(await ephemeral.table('two', { maxEntries: 10 }).get('key'), undefined)
    assert.notEqual(await ephemeral.table('one', { maxEntries: 10 }).get('key'), undefined)
  })

  within('when it is full, the unconfirmed go first, the oldest of them before the others', async (ephemeral, clock) => {
    const table = ephemeral.table('greylist', { maxEntries: 100 })
    for (const key of numbered('confirmed', 40)) await table.put(key, entry(clock, { days: 2, confirmations: 1 }))
    for (const key of numbered('new', 90)) {
      clock.ms += 1000
      await table.put(key, entry(clock, { days: 36 }))
    }
    assert.equal(await table.size(), 100)
    assert.equal((await kept(table, numbered('confirmed', 40))).length, 40)
    assert.deepEqual(await kept(table, numbered('new', 90)), numbered('new', 90).slice(30))
  })

  within('when only confirmed ones are left, those that expire soonest go', async (ephemeral, clock) => {
    const table = ephemeral.table('greylist', { maxEntries: 50 })
    const days = (index: number) => ((index * 37) % 60) + 1
    for (const [index, key] of numbered('c', 60).entries()) await table.put(key, entry(clock, { days: days(index), confirmations: 1 }))
    const left = await kept(table, numbered('c', 60))
    // Each newcomer may itself be the one that expires soonest, but it is in: the ten that went were the soonest of their moment.
    const gone = numbered('c', 60).filter((key) => !left.includes(key))
    assert.equal(gone.length, 10)
    assert.ok(
      gone.every((key) => days(Number(key.slice(1))) <= 20),
      gone.join(),
    )
  })

  within('expired ones go before anything else', async (ephemeral, clock) => {
    const table = ephemeral.table('greylist', { maxEntries: 50 })
    for (const key of numbered('short', 25)) await table.put(key, entry(clock, { days: 1, confirmations: 1 }))
    for (const key of numbered('long', 25)) await table.put(key, entry(clock, { days: 30 }))
    clock.ms += 2 * dayMs
    for (const key of numbered('more', 25)) await table.put(key, entry(clock, { days: 30 }))
    assert.equal((await kept(table, [...numbered('long', 25), ...numbered('more', 25)])).length, 50)
  })

  test(`${name}: a table survives a restart`, () =>
    withFolder(async (folder) => {
      const clock = new TestClock()
      const first = await open(folder, clock)
      const table = first.table('greylist', { maxEntries: 1000 })
      for (const key of numbered('a', 500)) await table.put(key, entry(clock))
      for (const key of numbered('a', 250)) await table.put(key, entry(clock, { days: 36, confirmations: 2 }))
      await table.delete('a7')
      await first.close()
      clock.ms += 2 * dayMs
      const second = await open(folder, clock)
      const again = second.table('greylist', { maxEntries: 1000 })
      assert.deepEqual(
        await kept(again, numbered('a', 500)),
        numbered('a', 250).filter((key) => key !== 'a7'),
      )
      assert.equal((await again.get('a0'))?.confirmations, 2)
      await second.close()
    }))

  const hourMs = 3_600_000
  const wish = (counter: string, key: string, amount: number, limit: number, windowMs = hourMs) => ({ counter, key, amount, limit, windowMs })

  within('an allowance is used up, and there again when its window ends', async (ephemeral, clock) => {
    const spend = (amount: number, key = 'a', counter = 'mail') => ephemeral.spend([wish(counter, key, amount, 10)], true)
    const endsAtMs = clock.ms + hourMs
    assert.equal(await spend(4), undefined)
    clock.ms += 600_000
    assert.equal(await spend(6), undefined)
    assert.deepEqual(await spend(1), { counter: 'mail', freeAtMs: endsAtMs })
    assert.equal(await spend(0), undefined)
    assert.equal(await spend(10, 'b'), undefined)
    assert.equal(await spend(10, 'a', 'other'), undefined)
    assert.deepEqual(await spend(11, 'c'), { counter: 'mail', freeAtMs: undefined })
    clock.ms = endsAtMs - 1000
    assert.notEqual(await spend(1), undefined)
    clock.ms = endsAtMs
    assert.equal(await spend(10), undefined)
  })

  within('of several allowances all are taken from, or none; looking takes nothing', async (ephemeral, clock) => {
    const both = (amount: number) => [wish('hour', 'a', amount, 10), wish('day', 'a', amount, 5, dayMs)]
    assert.equal(await ephemeral.spend(both(5), false), undefined)
    assert.equal(await ephemeral.spend(both(3), true), undefined)
    assert.deepEqual(await ephemeral.spend(both(3), true), { counter: 'day', freeAtMs: clock.ms + dayMs })
    assert.equal(await ephemeral.spend([wish('hour', 'a', 7, 10)], true), undefined)
  })

  test(`${name}: what was taken from an allowance survives a restart`, () =>
    withFolder(async (folder) => {
      const clock = new TestClock()
      const first = await open(folder, clock)
      await first.spend([wish('mail', 'a', 9, 10)], true)
      await first.close()
      clock.ms += 1000
      const second = await open(folder, clock)
      assert.notEqual(await second.spend([wish('mail', 'a', 2, 10)], true), undefined)
      assert.equal(await second.spend([wish('mail', 'a', 1, 10)], true), undefined)
      await second.close()
    }))

  within('a notice reaches every listener of its topic, until it stops listening', async (ephemeral) => {
    const heard: string[] = []
    const stop = ephemeral.subscribe('changes', (message) => heard.push(`1 ${message}`))
    const stopSecond = ephemeral.subscribe('changes', (message) => heard.push(`2 ${message}`))
    ephemeral.subscribe('changes', () => {
      throw new Error('a listener that fails')
    })
    ephemeral.subscribe('others', (message) => heard.push(`other ${message}`))
    ephemeral.publish('changes', 'a')
    ephemeral.publish('nobody', 'x')
    await until(() => heard.length === 2)
    stop()
    stop()
    ephemeral.publish('changes', 'b')
    await until(() => heard.length === 3)
    stopSecond()
    assert.deepEqual(heard, ['1 a', '2 a', '2 b'])
  })
}

export async function until(condition: () => boolean, timeoutMs = 5000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    assert.ok(performance.now() < deadline, 'it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
