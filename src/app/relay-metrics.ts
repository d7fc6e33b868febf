import type { Metric } from 'prom-client'
import type { Clock } from '../base/clock.ts'
import type { Directory } from '../directory/directory.ts'
import { candidatesOf, knownRelays } from '../relay/known.ts'
import { relaySnapshot } from '../relay/query/snapshot.ts'

export interface RelayMetricsParts {
  readonly directory: Pick<Directory, 'query' | 'settings'>
  readonly clock: Clock
}

const outcomes = ['delivered', 'deferred', 'failed', 'listed'] as const

/** Of each relay: whether it carries mail, what it carried today, and at how many lists it stands. */
export async function relayMetrics({ directory, clock }: RelayMetricsParts): Promise<readonly Metric[]> {
  const { Gauge } = (await import('prom-client')).default
  const read = async () => {
    const nowMs = clock.now()
    const snapshot = await directory.query(relaySnapshot, { nowMs })
    const known = knownRelays(snapshot)
    const pauseMs = directory.settings['relay.pause']
    const candidates = candidatesOf({ known, cases: snapshot.cases, today: () => 0, nowMs, pauseMs })
    return { known, candidates, today: new Map(snapshot.today) }
  }
  // All that are asked for together are of one look.
  let looking: ReturnType<typeof read> | undefined
  const look = () =>
    (looking ??= read().finally(() => {
      looking = undefined
    }))
  const registers: [] = []
  return [
    new Gauge({
      name: 'posthorn_relay_open',
      help: 'Relays: 1 carries mail, 0 is withdrawn or pauses.',
      labelNames: ['relay'],
      registers,
      async collect() {
        const { candidates } = await look()
        this.reset()
        for (const { relay, standing } of candidates) this.set({ relay: relay.name }, standing.state === 'in' || standing.state === 'warming' ? 1 : 0)
      },
    }),
    new Gauge({
      name: 'posthorn_relay_listings',
      help: 'Listings of a relay that are open.',
      labelNames: ['relay'],
      registers,
      async collect() {
        const { candidates } = await look()
        this.reset()
        for (const { relay, openCases } of candidates) this.set({ relay: relay.name }, openCases.length)
      },
    }),
    new Gauge({
      name: 'posthorn_relay_recipients_today',
      help: 'Recipients since midnight UTC, by relay and by what became of them.',
      labelNames: ['relay', 'outcome'],
      registers,
      async collect() {
        const { known, today } = await look()
        this.reset()
        for (const { relay, subject } of known) {
          const counts = today.get(subject)
          for (const outcome of outcomes) this.set({ relay: relay.name, outcome }, counts?.[outcome] ?? 0)
        }
      },
    }),
  ]
}
