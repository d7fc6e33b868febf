import type { Metric, Registry } from 'prom-client'
import type { Database } from '../database/database.ts'
import { decidingCheck } from '../journal/alike.ts'
import type { JournalEntry, JournalOutcome } from '../journal/entry.ts'
import type { CheckName } from '../mail/check.ts'
import { queueSizeQuery } from '../queue/size.ts'
import type { Step } from '../store/notices.ts'
import { type RelayMetricsParts, relayMetrics } from './relay-metrics.ts'
import { version } from './version.ts'

interface MetricsDependencies extends RelayMetricsParts {
  readonly database: Pick<Database, 'query'>
  /** Connections that are open now. */
  readonly connections: () => Readonly<Record<string, number>>
  /** Octets of the content log's segments. */
  readonly logBytes: () => Promise<number>
}

/** What Prometheus is told: counted in the first process, for all of them. Labels have few values, whatever comes in. */
export class Metrics {
  readonly #dependencies: MetricsDependencies
  readonly #outcomes = new Map<JournalOutcome, number>()
  readonly #refusals = new Map<CheckName, number>()
  #registry: Promise<Registry> | undefined

  constructor(dependencies: MetricsDependencies) {
    this.#dependencies = dependencies
  }

  /** What was not taken, and deferrals of what is sent. */
  noted({ outcome, checks }: JournalEntry): void {
    this.#ended(outcome, 1)
    const check = outcome === 'refused' || outcome === 'deferred' ? decidingCheck(checks)?.check : undefined
    if (check !== undefined) this.#refusals.set(check, (this.#refusals.get(check) ?? 0) + 1)
  }

  /** What came by the log. */
  stepped({ outcomes = {} }: Step): void {
    for (const [outcome, count] of Object.entries(outcomes)) this.#ended(outcome as JournalOutcome, count)
  }

  /** Prometheus text format 0.0.4. */
  async text(): Promise<string> {
    // Made for the first who asks: most installations that start are asked by nobody.
    return (await (this.#registry ??= this.#open())).metrics()
  }

  #ended(outcome: JournalOutcome, count: number): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + count)
  }

  async #open(): Promise<Registry> {
    const { collectDefaultMetrics, Counter, Gauge, Registry } = (await import('prom-client')).default
    const { database, connections, logBytes } = this.#dependencies
    const register = new Registry()
    // Into this registry, not into the one of the whole process.
    const registers: Registry[] = []
    const add = (metric: Metric) => register.registerMetric(metric)
    collectDefaultMetrics({ register })
    const info = new Gauge({ name: 'posthorn_info', help: 'Which Posthorn runs.', labelNames: ['version'], registers })
    info.set({ version }, 1)
    add(info)
    const counter = (name: string, help: string, label: string, counts: ReadonlyMap<string, number>) =>
      add(
        new Counter({
          name,
          help,
          labelNames: [label],
          registers,
          collect() {
            this.reset()
            for (const [value, count] of counts) this.inc({ [label]: value }, count)
          },
        }),
      )
    counter('posthorn_recipients_total', 'Recipients of messages, by what became of them (the journal’s words).', 'outcome', this.#outcomes)
    counter('posthorn_refusals_total', 'Recipients that were refused or told to try later, by the check that decided.', 'check', this.#refusals)
    add(
      new Gauge({
        name: 'posthorn_connections',
        help: 'Connections that are open: of mail servers, and of people’s programs.',
        labelNames: ['kind'],
        registers,
        collect() {
          for (const [kind, open] of Object.entries(connections())) this.set({ kind }, open)
        },
      }),
    )
    const recipients = new Gauge({ name: 'posthorn_queue_recipients', help: 'Recipients that wait for other servers.', registers })
    add(recipients)
    add(
      new Gauge({
        name: 'posthorn_queue_destinations',
        help: 'Domains that recipients wait for.',
        registers,
        async collect() {
          const size = await database.query(queueSizeQuery, {})
          recipients.set(size.recipients)
          this.set(size.destinations)
        },
      }),
    )
    add(
      new Gauge({
        name: 'posthorn_log_bytes',
        help: 'Size of the log that holds all messages.',
        registers,
        async collect() {
          this.set(await logBytes())
        },
      }),
    )
    for (const metric of await relayMetrics(this.#dependencies)) add(metric)
    return register
  }
}
