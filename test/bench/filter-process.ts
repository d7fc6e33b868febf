/**
 * The judging threads of a server, without the server: sender authentication (nobody answers its questions to the DNS) and content filter, with
 * what the installation has learned. A process of its own, so that its CPU is theirs: `{ seconds, inFlight }` as a message from its parent makes it
 * judge so long and answer with `FilterRun`.
 */
import type { QueueId } from '../../src/mail/ids.ts'
import { availableParallelism } from 'node:os'
import { handedOver } from '../../src/app/judging/job-octets.ts'
import { JudgingPool } from '../../src/app/judging/pool.ts'
import type { JudgeJob } from '../../src/app/judging/calls.ts'
import { silent } from '../../src/base/log.ts'
import type { Dns } from '../../src/msgauth/dns.ts'
import { unknownSender } from '../../src/policy/reputation.ts'
import { Model } from '../../src/spam/learn/model.ts'
import { filterMessages } from './filter-messages.ts'

export interface FilterRequest {
  readonly seconds: number
  readonly inFlight: number
}

export interface FilterRun {
  readonly done: number
  readonly failed: number
  readonly seconds: number
  readonly cpuSeconds: number
}

const timeoutMs = 10_000
const noDns: Dns = { lookup: async () => ({ status: 'failed', why: 'closed' }), ptr: async () => ({ status: 'failed', why: 'closed' }) }

async function main(): Promise<void> {
  const pool = new JudgingPool({ threads: Math.min(2, availableParallelism()), dns: noDns, ownRules: '/nowhere', log: silent })
  const { taught, judged } = filterMessages()
  const model = Model.create('installation', true).buffer as SharedArrayBuffer
  for (const [n, octets] of taught.entries()) {
    await pool.run({ kind: 'teach', octets: handedOver([octets]), label: n % 3 === 0 ? 'spam' : 'ham', model }, timeoutMs)
  }
  const jobOf = (octets: Buffer): JudgeJob => ({
    kind: 'judge',
    queueId: 'BENCH' as QueueId,
    octets: handedOver([octets]),
    filter: true,
    client: { ip: '192.0.2.7', helo: 'mx.example.org', hostName: 'mx.example.org' },
    envelope: { reversePath: 's@example.org', recipients: ['u1@bench.test'] },
    reversePath: null,
    hostname: 'mx.bench.test',
    nowMs: Date.now(),
    timeoutMs,
    testString: '',
    trustedSealers: new Set(),
    known: unknownSender,
    models: { installation: model, own: [] },
  })
  const judgeFor = async ({ seconds, inFlight }: FilterRequest): Promise<FilterRun> => {
    const [beganMs, cpu] = [performance.now(), process.cpuUsage()]
    let [done, failed, at] = [0, 0, 0]
    const work = async () => {
      while (performance.now() - beganMs < seconds * 1000) {
        const outcome = await pool.run(jobOf(judged[at++ % judged.length] as Buffer), timeoutMs)
        if (typeof outcome === 'string' || outcome.spam === undefined) failed++
        else done++
      }
    }
    await Promise.all(Array.from({ length: inFlight }, work))
    const { user, system } = process.cpuUsage(cpu)
    return { done, failed, seconds: (performance.now() - beganMs) / 1000, cpuSeconds: (user + system) / 1e6 }
  }
  process.on('message', (request: FilterRequest) => void judgeFor(request).then((run) => process.send?.(run)))
  process.send?.('ready')
}

await main()
