import { spawn } from 'node:child_process'
import { type NameRecords, startNameServer, type Zone } from '../../harness/name-server.ts'
import { type Bench, figures, type Scope } from '../bench.ts'
import { type Measured, sendOut } from '../measure.ts'
import { ended, freePorts, listening } from '../peer-process.ts'
import { relayMissing, startPostfixRelay } from '../peers.ts'
import { startPosthorn, zone } from '../posthorn.ts'
import { atLeast, atMost, type Goal } from '../report.ts'

/** Domains, each with a host of its own. */
const destinations = new Map(Array.from({ length: 20 }, (_, n) => [`d${n}.remote.test`, `127.0.0.${n + 2}`] as const))
const recipient = 'someone@d{n}.remote.test'
const load = { recipient, sizeBytes: 10_240, connections: 10 }

function remoteZone(): Zone {
  const records = Array.from(destinations, ([domain, ip]): [string, NameRecords][] => [
    [domain, { MX: [[10, `mx.${domain}`]] }],
    [`mx.${domain}`, { A: [ip] }],
  ])
  return Object.fromEntries(records.flat())
}

/** Submission, queue and the way out, to a server that takes everything; Postfix hands on what it is given without asking for a password. */
export async function sending(bench: Bench): Promise<void> {
  await bench.section('Sending: submitted, queued, taken by 20 other hosts', async (scope) => {
    const missing = relayMissing()
    if (missing !== undefined) {
      bench.report.remark(`Left out: ${missing}.`)
      return
    }
    const [sinkPort] = await freePorts(1)
    const arrived = await startSink(scope, sinkPort)
    const names = await startNameServer({ ...zone, ...remoteZone() })
    scope.onEnd(() => names.close())
    const posthorn = await startPosthorn({ folder: await scope.folder(), nameServer: names.address, sendingPort: sinkPort })
    scope.onEnd(() => posthorn.stop())
    const postfix = await startPostfixRelay(await scope.folder(), destinations, sinkPort)
    scope.onEnd(() => postfix.stop())
    const address = posthorn.mailbox.replace('{n}', '0')
    const signIn = { address, password: posthorn.password }
    const what = '10 kB, 10 connections'
    const pairs = await bench.interleaved(
      what,
      () => sendOut(posthorn, { ...load, port: posthorn.submissionPort, signIn, sender: address, seconds: bench.seconds }, arrived),
      () => sendOut(postfix, { ...load, port: postfix.port, sender: 'u0@open.test', seconds: bench.seconds }, arrived),
    )
    const row = (unit: string, pick: (measured: Measured) => number | undefined, goal?: Goal) =>
      bench.report.row({ what, unit, ...figures(pairs, pick), ...(goal && { goal }) })
    row('arrived/s', (measured) => measured.deliveredPerSecond, atLeast(2))
    row('accepted/s', (measured) => measured.perSecond)
    row('CPU s/1,000', (measured) => measured.cpuPer1000, atMost(1 / 2))
  })
}

/** Debian's smtp-sink on all addresses of this machine, which says how many messages it has taken after each of them. */
async function startSink(scope: Scope, port: number): Promise<() => number> {
  const child = spawn('/usr/sbin/smtp-sink', ['-c', '-u', 'postfix', `0.0.0.0:${port}`, '1000'], { stdio: ['ignore', 'pipe', 'inherit'] })
  scope.onEnd(async () => {
    child.kill('SIGKILL')
    await ended(child)
  })
  let messages = 0
  let last = ''
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    // sess=1 quit=0 mesg=17, after a carriage return.
    const parts = (last + text).split('\r')
    last = parts.at(-1) ?? ''
    for (const part of parts) messages = Math.max(messages, Number(/mesg=(\d+)/.exec(part)?.[1] ?? 0))
  })
  await listening(port)
  return () => messages
}
