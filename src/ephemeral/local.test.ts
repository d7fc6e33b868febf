import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test, { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silent } from '../base/log.ts'
import { systemClock } from '../base/clock.ts'
import { dayMs, ephemeralSuite, TestClock, until, withFolder } from './ephemeral.suite.ts'
import { openLocal } from './local.ts'

const task = process.env['POSTHORN_TEST_TABLE']
if (task === undefined) tests()
else await putForEver(task)

function tests(): void {
  ephemeralSuite({ name: 'local', open: (folder, clock) => Promise.resolve(openLocal({ folder, clock, log: silent })) })

  const file = (folder: string) => path.join(folder, 'greylist.table')

  async function filled(folder: string, count: number, clock = new TestClock()): Promise<void> {
    const ephemeral = openLocal({ folder, clock, log: silent })
    const table = ephemeral.table('greylist', { maxEntries: 100_000 })
    for (let index = 0; index < count; index++)
      await table.put(`k${index}`, { firstSeenAtMs: clock.now(), expiresAtMs: clock.now() + dayMs, confirmations: index % 3 })
    await ephemeral.close()
  }

  async function countOf(folder: string, clock = new TestClock()): Promise<number> {
    const ephemeral = openLocal({ folder, clock, log: silent })
    const size = await ephemeral.table('greylist', { maxEntries: 100_000 }).size()
    await ephemeral.close()
    return size
  }

  test('a torn or damaged file costs its end, or itself, and never the start', () =>
    withFolder(async (folder) => {
      await filled(folder, 10_000)
      const whole = fs.readFileSync(file(folder))
      for (const length of [0, 5, 31, 32, 40, 1000, whole.length - 1, whole.length]) {
        fs.writeFileSync(file(folder), whole.subarray(0, length))
        const found = await countOf(folder)
        assert.ok(length === whole.length ? found === 10_000 : found < 10_000 && found % 1000 === 0, `${found} entries of ${length} octets`)
        assert.equal(await countOf(folder), found)
      }
      for (const offset of [3, 20, 29, 34, 38, 42, 50, 70_000, whole.length - 3]) {
        const damaged = Buffer.from(whole)
        damaged[offset] = (damaged[offset] ?? 0) ^ 4
        fs.writeFileSync(file(folder), damaged)
        assert.ok((await countOf(folder)) < 10_000, `offset ${offset}`)
      }
    }))

  test('the file stays within twice the table and a little more', () =>
    withFolder(async (folder) => {
      const clock = new TestClock()
      const ephemeral = openLocal({ folder, clock, log: silent })
      const table = ephemeral.table('greylist', { maxEntries: 5000 })
      let largest = 0
      for (let round = 0; round < 40; round++) {
        for (let index = 0; index < 5000; index++)
          await table.put(`k${(round % 3) * 5000 + index}`, { firstSeenAtMs: clock.now(), expiresAtMs: clock.now() + dayMs, confirmations: 1 })
        clock.ms += 1000
        largest = Math.max(largest, await settledSize(file(folder)))
      }
      await ephemeral.close()
      assert.ok(largest < 20 * (4 * 5000 + 4 * 4096) + 100_000, `${largest} octets`)
      assert.ok(fs.statSync(file(folder)).size < 20 * 40_000)
      assert.deepEqual(fs.readdirSync(folder), ['allowances.table', 'greylist.table'])
      const again = openLocal({ folder, clock, log: silent })
      const reread = again.table('greylist', { maxEntries: 5000 })
      assert.equal(await reread.size(), 5000)
      for (let index = 0; index < 5000; index += 100) assert.notEqual(await reread.get(`k${index}`), undefined)
      await again.close()
    }))

  test('a disk that fails is a log line; the table goes on, and is written anew', () =>
    withFolder(async (folder) => {
      const warnings: string[] = []
      const clock = new TestClock()
      const ephemeral = openLocal({ folder, clock, log: { ...silent, warn: (event) => warnings.push(event) } })
      const table = ephemeral.table('greylist', { maxEntries: 100_000 })
      const put = (key: string) => table.put(key, { firstSeenAtMs: clock.now(), expiresAtMs: clock.now() + dayMs, confirmations: 1 })
      const broken = mock.method(fs, 'write', (...args: unknown[]) => {
        const done = args.at(-1)
        if (typeof done === 'function') process.nextTick(done, new Error('no space left on device'))
      })
      for (let index = 0; index < 4000; index++) await put(`k${index}`)
      await until(() => warnings.length > 0)
      broken.mock.restore()
      assert.deepEqual(warnings, ['table cannot be kept on disk for now'])
      assert.equal(await table.size(), 4000)
      const later = mock.method(performance, 'now', () => 1e9)
      await put('after')
      later.mock.restore()
      await until(() => fs.existsSync(file(folder)) && fs.statSync(file(folder)).size > 80_000)
      await put('last')
      await ephemeral.close()
      assert.equal(await countOf(folder), 4002)
    }))

  test('a folder that cannot be written is a log line', () =>
    withFolder(async (folder) => {
      fs.mkdirSync(file(folder))
      const warnings: string[] = []
      const ephemeral = openLocal({ folder, clock: systemClock, log: { ...silent, warn: (event) => warnings.push(event) } })
      const table = ephemeral.table('greylist', { maxEntries: 10 })
      await table.put('a', { firstSeenAtMs: Date.now(), expiresAtMs: Date.now() + dayMs, confirmations: 0 })
      assert.notEqual(await table.get('a'), undefined)
      await ephemeral.close()
      assert.ok(warnings.length > 0)
    }))

  test('kill -9: what was put more than 200 ms before is there', () =>
    withFolder(async (folder) => {
      const child = spawn(process.execPath, [import.meta.filename], {
        env: { ...process.env, POSTHORN_TEST_TABLE: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const lines: { atMs: number; last: number }[] = []
      child.stdout.on('data', (data: Buffer) => lines.push({ atMs: performance.now(), last: Number(data.toString().trim().split('\n').at(-1)) }))
      const ended = new Promise((resolve) => child.on('close', resolve))
      await until(() => lines.length > 5)
      await sleep(900)
      const killedAtMs = performance.now()
      child.kill('SIGKILL')
      await ended
      const sure = lines.filter(({ atMs }) => atMs < killedAtMs - 400).at(-1)?.last ?? 0
      assert.ok(sure > 100, `${sure} puts were old enough`)
      const ephemeral = openLocal({ folder, clock: systemClock, log: silent })
      const table = ephemeral.table('greylist', { maxEntries: 10_000_000 })
      for (let index = 0; index <= sure; index++) assert.notEqual(await table.get(`k${index}`), undefined, `k${index} of ${sure}`)
      await ephemeral.close()
    }))

  test('a flood of 200,000 senders pushes no confirmed one out, holds no turn up and stays within its bounds', () =>
    withFolder(async (folder) => {
      const clock = new TestClock()
      const ephemeral = openLocal({ folder, clock, log: silent })
      const table = ephemeral.table('greylist', { maxEntries: 50_000 })
      for (let index = 0; index < 20_000; index++)
        await table.put(`good${index}`, { firstSeenAtMs: clock.now(), expiresAtMs: clock.now() + 36 * dayMs, confirmations: 1 })
      let longest = 0
      let largest = 0
      for (let index = 0; index < 200_000; ) {
        const startedMs = process.cpuUsage().user / 1000
        for (const until = index + 1000; index < until; index++)
          void table.put(`flood${index}`, { firstSeenAtMs: clock.now(), expiresAtMs: clock.now() + dayMs, confirmations: 0 })
        longest = Math.max(longest, process.cpuUsage().user / 1000 - startedMs)
        clock.ms += 100
        await new Promise((resolve) => setImmediate(resolve))
        if (index % 10_000 === 0) largest = Math.max(largest, fs.statSync(file(folder)).size)
      }
      assert.equal(await table.size(), 50_000)
      for (let index = 0; index < 20_000; index += 7) assert.notEqual(await table.get(`good${index}`), undefined)
      assert.ok(longest < 100, `1,000 puts took ${longest} ms of CPU at worst`)
      assert.ok(largest < 20 * (4 * 50_000 + 20_000), `${largest} octets on disk`)
      await ephemeral.close()
    }))
}

/** The child: puts entries until it is killed, and says how far it is. */
async function putForEver(folder: string): Promise<void> {
  const table = openLocal({ folder, clock: systemClock, log: silent }).table('greylist', { maxEntries: 10_000_000 })
  for (let index = 0; ; index++) {
    await table.put(`k${index}`, { firstSeenAtMs: Date.now(), expiresAtMs: Date.now() + dayMs, confirmations: 0 })
    if (index % 50 !== 0) continue
    fs.writeSync(1, `${index}\n`)
    await sleep(1)
  }
}

/** The file's size once the writes and the rewrite that are under way have come to their end, however slow the disk is just now. */
async function settledSize(path: string): Promise<number> {
  for (let before = -1; ; ) {
    const { size } = fs.statSync(path)
    if (size === before) return size
    before = size
    await sleep(20)
  }
}
