import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Bench } from '../bench.ts'
import type { FloodResult } from '../flood-process.ts'
import { valueAtMost } from '../report.ts'

/** SPEC A2: so much memory at most for the default number of entries. */
const memoryLimitMb = 100

export async function flood(bench: Bench): Promise<void> {
  const senders = bench.quick ? 2_000_000 : 10_000_000
  await bench.section(`Greylist under a flood of ${senders / 1e6} million senders`, async (scope) => {
    const { report } = bench
    const file = path.join(import.meta.dirname, '../flood-process.ts')
    const args = ['--expose-gc', file, JSON.stringify({ folder: path.join(await scope.folder(), 'ephemeral'), senders })]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    scope.onEnd(async () => void child.kill('SIGKILL'))
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`the flood ended with ${code ?? 'a signal'}`)
    const result = JSON.parse(output) as FloodResult
    report.json('run', { what: 'flood', ...result })
    report.row({ what: 'judged', unit: 'senders/s', ours: [result.perSecond] })
    report.row({ what: 'CPU', unit: 's/1,000', ours: [(result.cpuSeconds / senders) * 1000] })
    report.row({ what: 'memory of the table', unit: 'MB', ours: [result.heldBytes / 1e6], goal: valueAtMost(memoryLimitMb) })
    report.row({ what: 'growth of the process, garbage included', unit: 'MB', ours: [result.grownBytes / 1e6] })
    report.row({ what: 'disk, at most', unit: 'MB', ours: [result.peakDiskBytes / 1e6] })
    report.row({ what: 'disk, in the end', unit: 'MB', ours: [result.diskBytes / 1e6] })
    report.row({ what: 'to open the table again', unit: 's', ours: [result.reopenSeconds] })
    report.row({
      what: `of ${result.confirmed} confirmed senders forgotten`,
      unit: 'senders',
      ours: [result.confirmed - result.stillKnown],
      goal: valueAtMost(0),
    })
  })
}
