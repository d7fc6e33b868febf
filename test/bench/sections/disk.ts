import { readdirSync, lstatSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { deliver } from '../measure.ts'
import { atMost } from '../report.ts'
import type { Target } from '../target.ts'

/**
 * So many are looked at, and as many before them to the same mailboxes: by then what a mailbox has once is there, and files that grow
 * to a size of their own (write-ahead logs) have it.
 */
const messages = { quick: 1500, usual: 10_000 } as const
const limitSeconds = 60
/** What is written later is written by then; looked at until it has stayed the same so long. */
const settledMs = 3000
const settleLimitMs = 30_000

/** Everything that stays of a message: octets, index, journal. Blocks of the disk, not lengths of files. */
export async function disk(bench: Bench): Promise<void> {
  await bench.section('Disk per message, index and journal included', async (scope) => {
    const { report } = bench
    const posthorn = await scope.posthorn()
    const mdbox = await scope.peer(report, 'mdbox')
    const maildir = await scope.peer(report, 'maildir')
    for (const [what, sizeBytes, limit] of [
      ['2 kB', 2048, 1],
      ['10 kB', 10_240, 0.95],
    ] as const) {
      const ours = await bytesPerMessage(bench, posthorn, sizeBytes)
      for (const [peer, goal] of [
        [mdbox, atMost(limit)],
        [maildir, undefined],
      ] as const) {
        if (peer === undefined) continue
        const theirs = await bytesPerMessage(bench, peer, sizeBytes)
        report.row({ what, note: peer.name, unit: 'B', ours: [ours], theirs: [theirs], ...(goal && { goal }) })
      }
      if (mdbox === undefined) report.row({ what, unit: 'B', ours: [ours] })
    }
  })
}

async function bytesPerMessage(bench: Bench, target: Target, sizeBytes: number): Promise<number> {
  const load = { sizeBytes, connections: 10, messagesPerConnection: 100, seconds: limitSeconds, firstRecipient: 0 }
  const count = bench.quick ? messages.quick : messages.usual
  await deliver(target, { ...load, messages: count })
  const before = await settled(target.folders)
  const { done } = await deliver(target, { ...load, messages: count })
  const perMessage = ((await settled(target.folders)) - before) / done
  bench.report.json('run', { what: 'disk', target: target.name, sizeBytes, done, perMessage })
  bench.tell(`${target.name}: ${perMessage.toFixed(0)} B for each of ${done} messages of ${sizeBytes} B`)
  return perMessage
}

async function settled(folders: readonly string[]): Promise<number> {
  const endMs = performance.now() + settleLimitMs
  let size = -1
  for (let now = diskBytes(folders); now !== size && performance.now() < endMs; now = diskBytes(folders)) {
    size = now
    await sleep(settledMs)
    // Some file systems give a file its blocks when it is written out.
    spawnSync('sync')
  }
  return size
}

function diskBytes(folders: readonly string[]): number {
  let bytes = 0
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      try {
        bytes += lstatSync(path.join(entry.parentPath, entry.name)).blocks * 512
      } catch {
        // Renamed meanwhile.
      }
    }
  }
  return bytes
}
