import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LetterShown } from '../../../src/api/contract/letters.ts'
import { operate } from '../../../src/api/operate.ts'
import { operationContext } from '../../../src/app/installation.ts'
import { openParts } from '../../../src/app/open.ts'
import { silent } from '../../../src/base/log.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { addMailbox } from '../../../src/directory/change/addresses.ts'
import { Server } from '../../harness/server.ts'
import type { Bench } from '../bench.ts'
import { cpuSeconds } from '../processes.ts'

const domain = 'a.example'
const pollMs = 500
const words = 'We move to another building on Monday, and nobody answers the telephone until noon.\n'

/** A letter to all mailboxes: until the last of them has it in its INBOX, durably, and the server’s CPU meanwhile. */
export async function letters(bench: Bench): Promise<void> {
  const mailboxes = bench.quick ? 1_000 : 10_000
  await bench.section(`A letter to ${mailboxes.toLocaleString('en')} mailboxes`, async (scope) => {
    const server = await scope.whole(() => Server.prepare())
    scope.onEnd(() => server[Symbol.asyncDispose]())
    await fill(server.data, mailboxes)
    await scope.whole(() => server.start())
    const file = path.join(server.folder, 'letter.txt')
    await writeFile(file, `We move, {address}\n\n${words.repeat(10)}`)
    const times: number[] = []
    const cpus: number[] = []
    for (let letter = 1; letter <= bench.repetitions; letter++) {
      const before = cpuSeconds([server.pid])
      await server.posthorn(['letter', 'send', '--en', file, '--all'])
      const { begun, finished } = await sent(server, letter)
      times.push((Date.parse(finished) - Date.parse(begun)) / 1000)
      cpus.push(cpuSeconds([server.pid]) - before)
    }
    bench.report.json('run', { what: 'letters', times, cpus })
    bench.report.row({ what: 'until all have it', unit: 's', ours: times })
    bench.report.row({ what: 'CPU of the server meanwhile', unit: 's', ours: cpus })
  })
}

async function fill(data: string, mailboxes: number): Promise<void> {
  const parts = await openParts({ config: loadConfig({ data }), log: silent })
  try {
    await operate(operationContext(parts, silent), 'domain.add', { domain })
    for (let from = 0; from < mailboxes; from += 500) {
      const some = Array.from({ length: 500 }, (_, index) => ({ localPart: `u${from + index}`, domain }))
      await Promise.all(some.map((address) => parts.directory.change(addMailbox, 'bench', { address, quotaBytes: 2 ** 30, credentials: [] })))
    }
  } finally {
    await parts.close()
  }
}

async function sent(server: Server, letter: number): Promise<{ readonly begun: string; readonly finished: string }> {
  for (;;) {
    await sleep(pollMs)
    const shown = (await server.json(['letter', 'show', String(letter)])) as LetterShown
    const { begun, finished } = shown
    if (finished !== null) return { begun, finished }
  }
}
