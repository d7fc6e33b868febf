import { type Bench, disturbingCores } from '../bench.ts'
import { deliver, refuse } from '../measure.ts'
import type { Posthorn } from '../posthorn.ts'
import { memoryBytes, threadSeconds } from '../processes.ts'
import { ImapReader } from '../reading/client.ts'
import { mailboxMessages } from '../reading/mailbox.ts'
import { fill, userOf } from '../reading/servers.ts'
import { cpuPer1000, perSecond, timed } from '../reading/timed.ts'

interface Load {
  readonly done: number
  readonly perSecond: number
  /** Of all the server's processes. */
  readonly cpuPer1000: number
  readonly generatorCores: number
  readonly otherCores: number
}

interface Run extends Load {
  /** Of the thread that was busiest: with cores enough for the others, the rate ends where this one has none left. */
  readonly busiestPer1000: number
}

const deliveries = [
  { what: '2 kB, 50 connections', sizeBytes: 2048, connections: 50, messagesPerConnection: 100 },
  { what: '10 kB, 50 connections', sizeBytes: 10_240, connections: 50, messagesPerConnection: 100 },
  { what: '2 kB, 50 connections, TLS', sizeBytes: 2048, connections: 50, messagesPerConnection: 100, tls: true },
  { what: '10 kB, 50 connections, TLS', sizeBytes: 10_240, connections: 50, messagesPerConnection: 100, tls: true },
  { what: '2 kB, 50 connections, TLS, one message each', sizeBytes: 2048, connections: 50, messagesPerConnection: 1, tls: true },
] as const

const readers = 8
/** Of the mailbox that all of them read, 12.5 kB on average. */
const messages = 10_000
/** None that mail is delivered to. */
const readersUser = 99
const readings = [
  { what: `FETCH 1:* ENVELOPE, ${readers} connections`, command: 'FETCH 1:* ENVELOPE', tls: false },
  { what: `FETCH 1:* ENVELOPE, ${readers} connections, TLS`, command: 'FETCH 1:* ENVELOPE', tls: true },
  { what: `FETCH 1:500 BODY.PEEK[], ${readers} connections`, command: 'FETCH 1:500 BODY.PEEK[]', tls: false },
  { what: `FETCH 1:500 BODY.PEEK[], ${readers} connections, TLS`, command: 'FETCH 1:500 BODY.PEEK[]', tls: true },
] as const

/** Two processes beside one, with the same load. */
export async function processes(bench: Bench): Promise<void> {
  await bench.section('Two processes; "peer": one process', async (scope) => {
    const two = await scope.posthorn({}, 2)
    const one = await scope.posthorn({}, 1)
    const servers = { two, one }
    for (const { what, ...load } of deliveries) {
      await rows(bench, what, servers, async (server) => {
        const { deliveredPerSecond = 0, ...measured } = await deliver(server, { ...load, seconds: bench.seconds })
        if (measured.errors > 0) bench.report.remark(`${what}: ${measured.errors} errors, the first: ${measured.firstError ?? ''}`)
        return { ...measured, perSecond: deliveredPerSecond }
      })
    }
    const refused = { recipient: 'nobody-{n}@open.test', recipients: Number.MAX_SAFE_INTEGER, connections: 50, expect: 5 } as const
    await rows(bench, 'refused at RCPT, 50 connections, one transaction each', servers, (server) =>
      refuse(server, { ...refused, port: server.smtpPort, seconds: bench.seconds }),
    )
    const count = bench.quick ? messages / 10 : messages
    bench.tell(`filling two mailboxes with ${count} messages`)
    for (const server of [two, one]) await fill(server, readersUser, mailboxMessages(count))
    for (const { what, command, tls } of readings) await rows(bench, what, servers, (server) => read(bench, server, command, tls))
    bench.report.row({ what: 'memory after all that', unit: 'MB (PSS)', ours: [memoryBytes(two.pids) / 1e6], theirs: [memoryBytes(one.pids) / 1e6] })
  })
}

async function rows(
  bench: Bench,
  what: string,
  servers: { readonly two: Posthorn; readonly one: Posthorn },
  load: (server: Posthorn) => Promise<Load>,
): Promise<void> {
  const runs = { two: [] as Run[], one: [] as Run[] }
  // The first pair does not count.
  for (let repetition = bench.quick ? 0 : -1; repetition < bench.repetitions; repetition++) {
    for (const name of ['two', 'one'] as const) {
      const before = threadSeconds(servers[name].pids)
      const measured = await load(servers[name])
      const busiest = Math.max(...[...threadSeconds(servers[name].pids)].map(([thread, seconds]) => seconds - (before.get(thread) ?? 0)))
      const run = { ...measured, busiestPer1000: (busiest / Math.max(1, measured.done)) * 1000 }
      bench.report.json('run', { what, side: name, repetition, ...run })
      bench.tell(
        `${what}: ${name}: ${run.perSecond.toFixed(0)}/s, CPU ${run.cpuPer1000.toFixed(3)} s/1000, of the busiest thread ${run.busiestPer1000.toFixed(3)}, generator ${run.generatorCores.toFixed(2)}, others ${run.otherCores.toFixed(2)} cores`,
      )
      if (repetition >= 0) runs[name].push(run)
    }
  }
  const row = (unit: string, pick: (run: Run) => number) => bench.report.row({ what, unit, ours: runs.two.map(pick), theirs: runs.one.map(pick) })
  row('1/s', ({ perSecond }) => perSecond)
  row('CPU s/1,000', ({ cpuPer1000 }) => cpuPer1000)
  row('CPU s/1,000 of the busiest thread', ({ busiestPer1000 }) => busiestPer1000)
  row('cores of the generator', ({ generatorCores }) => generatorCores)
  const all = [...runs.two, ...runs.one]
  const disturbed = all.filter(({ otherCores }) => otherCores > disturbingCores).length
  if (disturbed > 0) bench.report.remark(`${what}: in ${disturbed} of ${all.length} runs something else used more than ${disturbingCores} cores.`)
}

/** Each reader asks again as soon as it has its answer. */
async function read({ seconds }: Bench, server: Posthorn, command: string, tls: boolean): Promise<Load> {
  const port = tls ? server.imapsPort : server.imapPort
  const open = await Promise.all(Array.from({ length: readers }, () => ImapReader.signIn(port, userOf(server, readersUser), server.password, tls)))
  try {
    // Each process makes its own view of the mailbox.
    for (const reader of open) {
      await reader.command('SELECT INBOX')
      await reader.command(command)
    }
    const run = await timed(server, async () => {
      const endMs = performance.now() + seconds * 1000
      let done = 0
      const work = async (reader: ImapReader) => {
        for (; performance.now() < endMs; done++) await reader.command(command)
      }
      await Promise.all(open.map(work))
      return done
    })
    return { ...run, done: run.operations, perSecond: perSecond(run), cpuPer1000: cpuPer1000(run) }
  } finally {
    for (const reader of open) reader.close()
  }
}
