import { setImmediate as turn } from 'node:timers/promises'
import { scan } from '../../../src/message/scan.ts'
import { summarise } from '../../../src/message/summary.ts'
import { transferExtensions } from '../../../src/smtp/server/extensions.ts'
import { parseCommand } from '../../../src/smtp/server/grammar.ts'
import { TextScanner } from '../../../src/smtp/server/text-scanner.ts'
import { LineReader } from '../../../src/wire/line-reader.ts'
import type { Bench } from '../bench.ts'
import { messagePool } from '../messages.ts'

/** What each measurement takes, after as long a warm-up. */
const measureMs = 300

/** Parts of the way of a message, by themselves: to see what a change did to one of them. */
export async function micro(bench: Bench): Promise<void> {
  await bench.section('Parts by themselves', async () => {
    for (const [name, operation] of operations()) {
      timeOf(operation)
      const times = Array.from({ length: bench.repetitions }, () => timeOf(operation))
      bench.report.row({ what: name, unit: 'µs', ours: times })
      await turn()
    }
  })
}

function operations(): (readonly [name: string, run: () => unknown])[] {
  const commands = ['EHLO mx.example.org', 'MAIL FROM:<ann@sender.example> SIZE=2048', 'RCPT TO:<bob@our.example>', 'DATA'].map((line) => Buffer.from(line))
  const lines = Buffer.from(commands.map((line) => `${line.toString()}\r\n`).join(''))
  const found: [string, () => unknown][] = [
    ['SMTP: four commands parsed', () => commands.map((line) => parseCommand(line, { utf8: false, extensions: transferExtensions }))],
    [
      'wire: four lines read',
      () => {
        const reader = new LineReader()
        reader.push(lines)
        for (let line = reader.line(1000); line !== undefined; line = reader.line(1000));
      },
    ],
  ]
  for (const [size, sizeBytes] of [
    ['2 kB', 2048],
    ['10 kB', 10_240],
    ['100 kB', 102_400],
    ['1 MB', 1_048_576],
  ] as const) {
    const pool = messagePool(sizeBytes, sizeBytes > 200_000 ? 4 : 50)
    let at = 0
    const next = () => pool[at++ % pool.length] ?? pool[0] ?? Buffer.alloc(0)
    const text = pool.map((message) => Buffer.concat([message, Buffer.from('.\r\n')]))
    found.push([`message: ${size} scanned and summarised`, () => summarise(scan(next()))])
    found.push([
      `SMTP: ${size} of text scanned`,
      () => new TextScanner({ stuffed: true, maxLineOctets: 4096 }).scan(text[at++ % text.length] ?? Buffer.alloc(0)),
    ])
  }
  return found
}

/** Microseconds of one run. */
function timeOf(operation: () => unknown): number {
  const startMs = performance.now()
  let runs = 0
  for (let batch = 1; performance.now() - startMs < measureMs; batch *= 2) {
    for (let n = 0; n < batch; n++) operation()
    runs += batch
  }
  return ((performance.now() - startMs) * 1000) / runs
}
