import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { openParts } from '../../src/app/open.ts'
import { silent } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/clock.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Database } from '../../src/database/database.ts'
import { searchJournal } from '../../src/journal/search.ts'
import { takeChange } from '../../src/queue/take.ts'
import { rebuild } from '../../src/store/rebuild.ts'
import { verify } from '../../src/store/verify.ts'
import { Random, seedOfRun } from '../harness/random.ts'

const rounds = 8
const loadMs = { least: 50, most: 500 } as const
const program = fileURLToPath(new URL('../harness/crash/queue-process.ts', import.meta.url))

test(`the queue under kill -9, ${rounds} times: what was accepted waits or was sent, and what was settled is over, once`, async (context) => {
  const random = new Random(seedOfRun())
  context.diagnostic(`seed ${random.seed}`)
  const data = await mkdtemp(path.join(tmpdir(), 'posthorn-queue-crash-'))
  context.after(() => rm(data, { recursive: true, force: true }))
  const said: Record<string, string[]> = { sent: [], trying: [], settled: [] }
  for (let round = 0; round < rounds; round++) await runAndKill(data, random.between(loadMs.least, loadMs.most), (word, rest) => said[word]?.push(rest))

  const accepted = (said['sent'] ?? []).flatMap((line) => {
    const [queueId = '', count = '0'] = line.split(' ')
    return Array.from({ length: Number(count) }, (_, index) => `${queueId}/${index}`)
  })
  const [tried, settled] = [new Set(said['trying']), new Set(said['settled'])]
  assert.ok(accepted.length > 50 && settled.size > 50, `${accepted.length} accepted, ${settled.size} settled`)

  const { content, database, store, close } = await openParts({ config: loadConfig({ data }), log: silent })
  try {
    const waiting = await everything(database)
    for (const name of accepted) assert.ok(waiting.has(name) || tried.has(name), `${name} was accepted, and is lost`)
    for (const name of settled) assert.ok(!waiting.has(name), `${name} was settled, and waits`)
    const told: string[] = []
    for await (const { queueId, recipient, outcome } of searchJournal(database, { sender: 'ann@a.example' }))
      told.push(`${outcome} ${queueId}/${recipient?.slice(1).split('@')[0]}`)
    assert.equal(new Set(told).size, told.length, 'each end is told once')
    for (const name of settled) assert.ok(told.includes(`sent ${name}`), `${name} was settled, and the journal does not say so`)
    assert.deepEqual((await verify({ content, database })).faults, [])
    await store.settled()
    await rebuild({ content, database, clock: systemClock, log: silent })
    assert.deepEqual(await everything(database), waiting)
  } finally {
    await close()
  }
})

async function runAndKill(data: string, ms: number, heard: (word: string, rest: string) => void): Promise<void> {
  const child = spawn(process.execPath, [program, data], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const space = line.indexOf(' ')
      if (line === 'ready') resolve()
      else heard(line.slice(0, space), line.slice(space + 1))
    })
  })
  await Promise.race([ready, ended])
  await sleep(ms)
  child.kill('SIGKILL')
  await ended
}

/** QUEUEID/INDEX of all that waits, leased or not. */
async function everything(database: Database): Promise<ReadonlySet<string>> {
  const dues = await database.change(takeChange, { node: 1, nowMs: 2 ** 50, leaseMs: 0, maxRecipients: 1_000_000, except: [] })
  return new Set(dues.flatMap(({ queueId, recipients }) => recipients.map(({ index }) => `${queueId}/${index}`)).sort())
}
