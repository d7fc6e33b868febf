import type { Bench } from '../bench.ts'
import { LineClient } from '../reading/client.ts'
import { readingServers, userOf } from '../reading/servers.ts'
import { cpuPer1000, perSecond, Repetitions, Runs, timed } from '../reading/timed.ts'
import { atLeast } from '../report.ts'
import type { Target } from '../target.ts'

/** Commands in one packet. */
const pipelined = 50

const modes = [
  ['RETR, one by one', 1, 0.8],
  ['RETR, pipelined', pipelined, 1],
] as const

/** Everything of the mailbox of the other sections, by POP3. */
export async function pop3(bench: Bench): Promise<void> {
  const { posthorn, mdbox, maildir, messages } = await bench.shared(readingServers)
  await bench.section(`POP3: RETR of ${messages.toLocaleString('en')} messages`, async () => {
    const { report } = bench
    const runs = new Runs(bench)
    for (const [what, atOnce, goal] of modes) {
      const found = new Repetitions()
      for (let repetition = bench.quick ? 0 : -1; repetition < bench.repetitions; repetition++) {
        for (const target of [posthorn, mdbox, maildir]) {
          if (target === undefined) continue
          const run = await timed(target, () => retrieve(target, messages, atOnce))
          if (repetition >= 0) found.add(target, runs.note(what, target, run))
        }
      }
      report.row({ what, note: 'mdbox', unit: 'messages/s', ...found.figures(posthorn, mdbox, perSecond), goal: atLeast(goal) })
      if (maildir !== undefined) report.row({ what, note: 'maildir', unit: 'messages/s', ...found.figures(posthorn, maildir, perSecond), goal: atLeast(goal) })
      report.row({ what, note: 'mdbox', unit: 'CPU s/1,000', ...found.figures(posthorn, mdbox, cpuPer1000) })
    }
    runs.remark()
  })
}

async function retrieve(target: Target, messages: number, atOnce: number): Promise<number> {
  const client = await LineClient.connect(target.pop3Port)
  const ask = async (command: string, end: RegExp) => {
    client.send(`${command}\r\n`)
    await client.until(end)
  }
  await ask(`USER ${userOf(target)}`, /^\+OK.*\r\n$/)
  await ask(`PASS ${target.password}`, /^\+OK.*\r\n$/)
  for (let first = 1; first <= messages; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, messages - first + 1) }, (_, n) => first + n)
    await client.answers(numbers.map((number) => `RETR ${number}\r\n`).join(''), numbers.length)
  }
  await ask('QUIT', /\+OK.*\r\n$/)
  client.close()
  return messages
}
