/**
 * A botnet against the greylist, without the network between: `node test/bench/flood-process.ts '{"folder":…,"senders":…}'` lets so
 * many senders that were never seen ask one after another, and prints one line of JSON. A process of its own, so that its memory is
 * the table's.
 */
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { silent } from '../../src/base/log.ts'
import { settingsFrom } from '../../src/directory/settings.ts'
import { openLocal } from '../../src/ephemeral/local.ts'
import { Greylisting } from '../../src/protection/greylisting.ts'

export interface FloodResult {
  readonly perSecond: number
  readonly cpuSeconds: number
  /** Bytes in use after the flood, garbage collected: what the table needs. */
  readonly heldBytes: number
  /** By how many bytes the process was larger at most, garbage and all. */
  readonly grownBytes: number
  /** Bytes on disk: at their largest, and after closing. */
  readonly peakDiskBytes: number
  readonly diskBytes: number
  /** Senders that had come back before the flood, and those of them that are known after it. */
  readonly confirmed: number
  readonly stillKnown: number
  /** To open the table again. */
  readonly reopenSeconds: number
}

const confirmed = 1000
/** As many as may come in one turn of the event loop; then the table writes to its file. */
const turn = 250
/** Between two looks at memory and disk. */
const lookEvery = 100_000

async function flood(folder: string, senders: number): Promise<FloodResult> {
  const settings = settingsFrom({ 'greylisting.trusted-after': '0' })
  // Real time, and the delay on top once it has been waited for.
  let aheadMs = 0
  const clock = { now: () => Date.now() + aheadMs }
  const open = () => {
    const ephemeral = openLocal({ folder, log: silent, clock })
    return { ephemeral, greylisting: new Greylisting({ ephemeral, maxEntries: settings['greylisting.max-entries'], clock, log: silent }) }
  }
  const sender = (name: string, number: number) => ({
    reversePath: { localPart: `${name}${number}`, domain: 'example.org', original: `${name}${number}@example.org` },
    ip: `${11 + (number % 200)}.${(number >> 8) & 255}.${(number >> 16) & 255}.${number & 255}`,
    hostName: undefined,
  })
  const startBytes = inUse()
  const startRss = process.memoryUsage().rss
  const first = open()
  for (let n = 0; n < confirmed; n++) await first.greylisting.judge(sender('friend', n), settings)
  aheadMs += settings['greylisting.delay'] + 1000
  for (let n = 0; n < confirmed; n++) await first.greylisting.judge(sender('friend', n), settings)

  let grownBytes = 0
  let peakDiskBytes = 0
  const look = () => {
    grownBytes = Math.max(grownBytes, process.memoryUsage().rss - startRss)
    peakDiskBytes = Math.max(peakDiskBytes, folderBytes(folder))
  }
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  for (let n = 0; n < senders; n++) {
    await first.greylisting.judge(sender('stranger', n), settings)
    if (n % lookEvery === 0) look()
    if (n % turn === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const seconds = (performance.now() - startedMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const heldBytes = inUse() - startBytes
  await first.ephemeral.close()
  look()

  const diskBytes = folderBytes(folder)
  const reopenMs = performance.now()
  const again = open()
  const reopenSeconds = (performance.now() - reopenMs) / 1000
  let stillKnown = 0
  for (let n = 0; n < confirmed; n++) stillKnown += (await again.greylisting.judge(sender('friend', n), settings)).reason === 'known' ? 1 : 0
  await again.ephemeral.close()
  const cpuSeconds = (user + system) / 1e6
  return { perSecond: senders / seconds, cpuSeconds, heldBytes, grownBytes, peakDiskBytes, diskBytes, confirmed, stillKnown, reopenSeconds }
}

function inUse(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function folderBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + (statSync(path.join(folder, name), { throwIfNoEntry: false })?.blocks ?? 0) * 512, 0)
}

const { folder, senders } = JSON.parse(process.argv[2] ?? '{}') as { readonly folder: string; readonly senders: number }
console.log(JSON.stringify(await flood(folder, senders)))
