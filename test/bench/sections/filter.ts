import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { RspamdDialogue } from '../../../src/engines/rspamd/dialogue.ts'
import { type Dialogue, Engine, type EngineMessage } from '../../../src/engines/engine.ts'
import { SpamdDialogue } from '../../../src/engines/spamassassin/dialogue.ts'
import { silent } from '../../../src/base/log.ts'
import { redisMissing, Rspamd, rspamdMissing } from '../../harness/rspamd.ts'
import { Spamd, spamdMissing } from '../../harness/spamd.ts'
import { type Bench, figures, type Scope } from '../bench.ts'
import { filterMessageOctets, filterMessages } from '../filter-messages.ts'
import type { FilterRequest, FilterRun } from '../filter-process.ts'
import { deliver, type Measured } from '../measure.ts'
import { cpuSeconds, machineCpuSeconds } from '../processes.ts'
import { atLeast, atMost, type Goal, valueAtMost } from '../report.ts'

/** Messages that a filter has at once. */
const inFlight = 8
const patienceMs = 30_000
/** TARGETS, "Content filter": CPU of a verdict, in milliseconds. */
const verdictMs = 5

/** The content filter beside those of others, and what it costs at the door. */
export async function filter(bench: Bench): Promise<void> {
  await bench.section('Content filter: 10 kB, 8 in flight', async (scope) => {
    const ours = await filterProcess(scope)
    const seconds = Math.min(2, bench.seconds)
    const { report } = bench
    const beside = async (what: string, missing: string | false, start: () => Promise<Peer>, goals: { readonly rate?: Goal; readonly cpu?: Goal }) => {
      if (missing !== false) report.remark(`Without ${what} beside it: ${missing}.`)
      const peer = missing === false ? await scope.whole(start) : undefined
      const pairs = await bench.interleaved(what, () => ours({ seconds, inFlight }), peer && (() => askPeer(peer, seconds)))
      const note = `"peer": ${what}`
      report.row({ what: 'judged', note, unit: 'messages/s', ...figures(pairs, ({ perSecond }) => perSecond), ...(goals.rate && { goal: goals.rate }) })
      report.row({ what: 'judged', note, unit: 'CPU s/1,000', ...figures(pairs, ({ cpuPer1000 }) => cpuPer1000), ...(goals.cpu && { goal: goals.cpu }) })
      return pairs
    }
    const first = await beside('rspamd without Bayes', rspamdMissing, () => rspamd(scope, false), { cpu: atMost(1) })
    // Seconds for 1,000 are milliseconds for one.
    report.row({ what: 'a verdict', unit: 'ms of CPU', ours: first.ours.map(({ cpuPer1000 }) => cpuPer1000), goal: valueAtMost(verdictMs) })
    await beside('rspamd with Bayes', rspamdMissing || redisMissing, () => rspamd(scope, true), { rate: atLeast(2) })
    await beside('SpamAssassin without Bayes', spamdMissing, () => spamassassin(scope), {})
    report.remark(
      'Ours: two judging threads, sender authentication without answers of the DNS, and an installation that was taught. The peers ask nobody; rspamd has two workers, SpamAssassin two children.',
    )
  })
  await bench.section('What the content filter costs at the door', async () => {
    const posthorn = await bench.posthorn()
    const load = { sizeBytes: filterMessageOctets, connections: 10, messagesPerConnection: 100, seconds: bench.seconds }
    const what = '10 kB, 10 connections'
    const pairs = await bench.interleaved(
      `${what}, filtered`,
      () => deliver(posthorn, { ...load, to: posthorn.filtered }),
      () => deliver(posthorn, load),
    )
    const row = (unit: string, pick: (measured: Measured) => number | undefined) =>
      bench.report.row({ what, note: 'filter and authentication on; "peer": Posthorn without', unit, ...figures(pairs, pick) })
    row('delivered/s', (measured) => measured.deliveredPerSecond)
    row('CPU s/1,000', (measured) => measured.cpuPer1000)
    row('p50 ms of the 250', (measured) => measured.replyMs.p50)
  })
}

type Ours = (request: FilterRequest) => Promise<Measured>

/** Ours runs in a process of its own, one request after another. */
async function filterProcess(scope: Scope): Promise<Ours> {
  const child = fork(path.join(import.meta.dirname, '../filter-process.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  scope.onEnd(async () => void child.kill('SIGKILL'))
  await once(child, 'message')
  return async (request) => {
    const machine = machineCpuSeconds()
    child.send(request)
    const [run] = (await once(child, 'message')) as [FilterRun]
    return measuredOf(run, 0, machineCpuSeconds() - machine)
  }
}

interface Peer {
  readonly engine: Engine
  readonly pids: readonly number[]
}

async function rspamd(scope: Scope, bayes: boolean): Promise<Peer> {
  const daemon = await Rspamd.start({ bayes, workers: 2 })
  scope.onEnd(() => daemon[Symbol.asyncDispose]())
  if (bayes) {
    for (const [n, octets] of filterMessages().taught.entries()) {
      const answered = await fetch(`${daemon.controllerUrl}/learn${n % 3 === 0 ? 'spam' : 'ham'}`, { method: 'POST', body: new Uint8Array(octets) })
      await answered.body?.cancel()
    }
  }
  return { engine: engineOf(new RspamdDialogue(daemon.url), scope), pids: daemon.daemon.pids }
}

async function spamassassin(scope: Scope): Promise<Peer> {
  const daemon = await Spamd.start({ children: 2 })
  scope.onEnd(() => daemon[Symbol.asyncDispose]())
  return { engine: engineOf(new SpamdDialogue(daemon.socket), scope), pids: daemon.daemon.pids }
}

function engineOf(dialogue: Dialogue, scope: Scope): Engine {
  const engine = new Engine(dialogue, { log: silent })
  scope.onEnd(async () => engine.close())
  return engine
}

/** The same messages, asked about as a server does. */
async function askPeer({ engine, pids }: Peer, seconds: number): Promise<Measured> {
  const { judged } = filterMessages()
  const client = { ip: '192.0.2.7', port: 25, helo: 'mx.example.org', protocol: 'ESMTP', tls: undefined }
  const trace = 'Received: from mx.example.org (mx.example.org [192.0.2.7])\r\n\tby mx.bench.test with ESMTP id Q1; Fri, 20 Nov 2026 10:59:00 +0000\r\n'
  const envelope = { queueId: 'Q1', client, clientName: 'mx.example.org', reversePath: 's@example.org', recipients: ['u1@bench.test'], trace }
  const [beganMs, cpu, machine, own] = [performance.now(), cpuSeconds(pids), machineCpuSeconds(), process.cpuUsage()]
  let [done, failed, at] = [0, 0, 0]
  const work = async () => {
    while (performance.now() - beganMs < seconds * 1000) {
      const octets = judged[at++ % judged.length] as Buffer
      const message: EngineMessage = { ...envelope, sizeBytes: octets.length, octets: [octets] }
      const { answer } = await engine.ask(message, patienceMs)
      if (answer === undefined) failed++
      else done++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  const elapsed = (performance.now() - beganMs) / 1000
  const { user, system } = process.cpuUsage(own)
  return measuredOf({ done, failed, seconds: elapsed, cpuSeconds: cpuSeconds(pids) - cpu }, (user + system) / 1e6, machineCpuSeconds() - machine)
}

function measuredOf({ done, failed, seconds, cpuSeconds: cpu }: FilterRun, generatorCpu: number, machineCpu: number): Measured {
  return {
    done,
    errors: failed,
    firstError: failed === 0 ? undefined : 'not judged',
    perSecond: done / seconds,
    deliveredPerSecond: undefined,
    cpuPer1000: (cpu / Math.max(1, done)) * 1000,
    replyMs: { p50: Number.NaN, p99: Number.NaN },
    transactionMs: { p50: Number.NaN, p99: Number.NaN },
    generatorCores: generatorCpu / seconds,
    otherCores: Math.max(0, (machineCpu - cpu - generatorCpu) / seconds),
  }
}
