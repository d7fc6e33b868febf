import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test from 'node:test'
import { silent } from '../base/log.ts'
import { pseudoRandom, withFolder } from './content.suite.ts'
import { openSegments } from './segments.ts'

const rounds = 12
const segmentBytes = 300_000
const sizeOf = (id: number) => (id * 7919) % (id % 50 === 0 ? 400_000 : 6000)

/** The child: appends for ever, eight at a time, and says which records it was told to be durable. Began with the first id as argument. */
async function appendForEver(folder: string, firstId: number): Promise<void> {
  const content = await openSegments({ folder, log: silent, segmentBytes, compress: (firstId / 1_000_000) % 2 === 1 })
  let id = firstId
  const appender = async () => {
    for (;;) {
      const mine = id++
      const octets = pseudoRandom(sizeOf(mine), mine)
      const spool = path.join(folder, `spool-${mine}`)
      const large = octets.length > 100_000
      if (large) fs.writeFileSync(spool, octets)
      await content.append({ header: Buffer.from(String(mine)), octets: large ? [{ path: spool, sizeBytes: octets.length }] : [octets] })
      fs.writeSync(1, `${mine}\n`)
      if (large) fs.rmSync(spool)
    }
  }
  await Promise.all(Array.from({ length: 8 }, appender))
}

/** Runs the child until it has acknowledged something, kills it a little later; resolves to the ids that it acknowledged. */
function killedAppender(folder: string, firstId: number, afterMs: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [import.meta.filename], {
      env: { ...process.env, POSTHORN_TEST_APPEND: `${firstId} ${folder}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const output: Buffer[] = []
    child.stdout.on('data', (data: Buffer) => {
      if (output.length === 0) setTimeout(() => child.kill('SIGKILL'), afterMs)
      output.push(data)
    })
    child.on('error', reject)
    child.on('close', () => resolve(Buffer.concat(output).toString().split('\n').slice(0, -1).map(Number)))
  })
}

async function stored(folder: string): Promise<Map<number, number>> {
  const content = await openSegments({ folder, log: silent, segmentBytes })
  const found = new Map<number, number>()
  for await (const record of content.scan(undefined, undefined, { octetsUpToBytes: 1_000_000 })) {
    const id = Number(Buffer.from(record.header).toString())
    assert.ok(record.octets !== undefined && Buffer.from(record.octets).equals(pseudoRandom(sizeOf(id), id)), `record ${id} byte for byte`)
    found.set(id, (found.get(id) ?? 0) + 1)
  }
  await content.close()
  return found
}

const task = process.env['POSTHORN_TEST_APPEND']
if (task === undefined) {
  test(`kill -9 while appending, ${rounds} times: what was acknowledged is there, once, byte for byte`, () =>
    withFolder(async (folder) => {
      const acknowledged: number[] = []
      for (let round = 0; round < rounds; round++) {
        acknowledged.push(...(await killedAppender(folder, round * 1_000_000, 5 + round * 9)))
        // Looking at it tidies up: the next process must also find it as a killed one left it.
        if (round % 3 < 2) continue
        const found = await stored(folder)
        for (const id of acknowledged) assert.equal(found.get(id), 1, `record ${id} after round ${round}`)
        for (const [id, times] of found) assert.equal(times, 1, `record ${id} after round ${round}`)
      }
      assert.ok(acknowledged.length > rounds * 5, `${acknowledged.length} records were acknowledged`)
    }))
} else {
  const [firstId, folder] = task.split(' ')
  await appendForEver(folder ?? '', Number(firstId))
}
