import { type Bench, figures } from '../bench.ts'
import { deliver, type Measured } from '../measure.ts'
import { harakaMissing, startHaraka } from '../peers.ts'
import { atLeast, atMost, type Goal } from '../report.ts'
import { slowSync, slowSyncMs } from '../slow-sync.ts'
import type { Target } from '../target.ts'

interface Case {
  readonly what: string
  readonly sizeBytes: number
  readonly connections: number
  readonly messagesPerConnection: number
}

/** Rows of TARGETS, "Delivery". */
const cases = {
  small10: { what: '2 kB, 10 connections', sizeBytes: 2048, connections: 10, messagesPerConnection: 100 },
  small50: { what: '2 kB, 50 connections', sizeBytes: 2048, connections: 50, messagesPerConnection: 100 },
  medium: { what: '10 kB, 10 connections', sizeBytes: 10_240, connections: 10, messagesPerConnection: 100 },
  large: { what: '100 kB, 10 connections', sizeBytes: 102_400, connections: 10, messagesPerConnection: 100 },
  single: { what: '2 kB, 10 connections, one message each', sizeBytes: 2048, connections: 10, messagesPerConnection: 1 },
  lone: { what: '2 kB, 1 connection', sizeBytes: 2048, connections: 1, messagesPerConnection: 100 },
} as const satisfies Record<string, Case>

type Goals = Partial<Record<keyof typeof cases, { readonly rate?: Goal; readonly cpu?: Goal; readonly p99?: Goal }>>

/** With the syncs of this machine, however quick they are. */
export async function delivery(bench: Bench): Promise<void> {
  const tenth = atMost(1 / 10)
  await bench.section('Delivery: durable, indexed, visible in IMAP', async () => {
    await allCases(bench, await bench.posthorn(), await bench.peer(), {
      small10: { rate: atLeast(10), cpu: tenth, p99: atMost(1 / 5) },
      small50: { rate: atLeast(10), cpu: tenth },
      medium: { rate: atLeast(10), cpu: tenth },
      large: { rate: atLeast(8) },
      single: { rate: atLeast(10), cpu: tenth },
      lone: { p99: atMost(1 / 5) },
    })
  })
}

/** The same with syncs as on a disk without a protected cache. */
export async function deliveryWithSlowSync(bench: Bench): Promise<void> {
  await bench.section(`Delivery, ${slowSyncMs} ms added to each sync`, async (scope) => {
    const shim = slowSync(await scope.folder())
    if ('missing' in shim) {
      bench.report.remark(`Left out: ${shim.missing}.`)
      return
    }
    const posthorn = await scope.posthorn(shim.env)
    const peer = await scope.peer(bench.report, 'maildir', shim.env)
    await allCases(bench, posthorn, peer, { small10: { rate: atLeast(3) }, small50: { rate: atLeast(8) } })
  })
}

async function allCases(bench: Bench, posthorn: Target, peer: Target | undefined, goals: Goals): Promise<void> {
  for (const [name, { what, ...load }] of Object.entries(cases) as [keyof typeof cases, Case][]) {
    const one = (target: Target) => deliver(target, { ...load, seconds: bench.seconds })
    const pairs = await bench.interleaved(what, () => one(posthorn), peer === undefined ? undefined : () => one(peer))
    const goal = goals[name] ?? {}
    const row = (unit: string, pick: (measured: Measured) => number | undefined, wanted: Goal | undefined) =>
      bench.report.row({ what, unit, ...figures(pairs, pick), ...(wanted && { goal: wanted }) })
    row('delivered/s', (measured) => measured.deliveredPerSecond, goal.rate)
    row('CPU s/1,000', (measured) => measured.cpuPer1000, goal.cpu)
    if (name !== 'lone' && name !== 'small10') continue
    row('p50 ms of the 250', (measured) => measured.replyMs.p50, undefined)
    row('p99 ms of the 250', (measured) => measured.replyMs.p99, goal.p99)
    row('p99 ms of MAIL to 250', (measured) => measured.transactionMs.p99, undefined)
  }
}

/** What the protection of an address costs: Posthorn beside itself. */
export async function protection(bench: Bench): Promise<void> {
  await bench.section('Delivery with reverse lookup, greylisting (known senders) and lists on', async () => {
    const posthorn = await bench.posthorn()
    const senders = 20
    const load = { sizeBytes: 2048, connections: 10, messagesPerConnection: 100, senders, seconds: bench.seconds }
    await makeSendersKnown(bench, posthorn, posthorn.guarded)
    const what = cases.small10.what
    const pairs = await bench.interleaved(
      `${what}, protected`,
      () => deliver(posthorn, { ...load, to: posthorn.guarded }),
      () => deliver(posthorn, load),
    )
    const row = (unit: string, pick: (measured: Measured) => number | undefined, goal?: Goal) =>
      bench.report.row({ what, note: 'with protection; "peer": Posthorn without', unit, ...figures(pairs, pick), ...(goal && { goal }) })
    row('delivered/s', (measured) => measured.deliveredPerSecond, atLeast(0.85))
    row('CPU s/1,000', (measured) => measured.cpuPer1000)
  })
}

/** The first try of each sender is greylisted, the one a good second later passes. */
async function makeSendersKnown(bench: Bench, posthorn: Target, to: { readonly mailbox: string; readonly mailboxes: number }): Promise<void> {
  const introduce = { sizeBytes: 2048, connections: 1, messagesPerConnection: 100, senders: 20, seconds: 0.5, to }
  const first = await deliver(posthorn, introduce)
  if (first.errors === 0) throw new Error('nobody was greylisted')
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const second = await deliver(posthorn, introduce)
  if (second.errors > 0) throw new Error(`a sender is still greylisted: ${second.firstError ?? ''}`)
  bench.tell('the senders are known')
}

/** Haraka keeps nothing; Posthorn keeps everything. */
export async function haraka(bench: Bench): Promise<void> {
  await bench.section('Durable delivery against Haraka, which throws the mail away', async (scope) => {
    const missing = harakaMissing()
    if (missing !== undefined) {
      bench.report.remark(`Left out: ${missing}.`)
      return
    }
    const posthorn = await bench.posthorn()
    const peer = await scope.whole(async () => {
      const started = await startHaraka({ folder: await scope.folder() })
      scope.onEnd(() => started.stop())
      return started
    })
    const { what, ...load } = cases.small10
    const pairs = await bench.interleaved(
      what,
      () => deliver(posthorn, { ...load, seconds: bench.seconds }),
      () => deliver(peer, { ...load, seconds: bench.seconds }),
    )
    bench.report.row({ what, unit: 'delivered/s (Haraka: accepted/s)', ...figures(pairs, (measured) => measured.deliveredPerSecond), goal: atLeast(1) })
    bench.report.row({ what, unit: 'CPU s/1,000', ...figures(pairs, (measured) => measured.cpuPer1000) })
  })
}
