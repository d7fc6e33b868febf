/**
 * A node that sends from a queue which others send from, too: `fork(node-process.ts, [JSON of NodeSettings])`. It works on the database by itself and reads the
 * log's files; records are appended by whoever has the log, its parent.
 */
import { openPostgresql } from '../../../src/database/postgresql.ts'
import { silent } from '../../../src/base/log.ts'
import type { Appended, NewRecord } from '../../../src/content/content.ts'
import { SegmentReader } from '../../../src/content/segment-reader.ts'
import { LoggedQueue } from '../../../src/delivery/logged-queue.ts'
import { Resolver } from '../../../src/dns/resolver.ts'
import { usualPaceLimits } from '../../../src/queue/pace.ts'
import { freeLeasesChange, nodeNumberChange } from '../../../src/queue/node.ts'
import { usualSchedule } from '../../../src/queue/schedule.ts'
import { Deliverer } from '../../../src/sending/deliverer.ts'
import { oneRoute } from '../../../src/sending/routes.ts'
import type { Step } from '../../../src/store/notices.ts'

export interface NodeSettings {
  readonly name: string
  readonly database: string
  readonly contentFolder: string
  readonly dns: string
  readonly port: number
}

/** What the parent says. `later`: so many milliseconds pass at once. */
export type ToNode =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'appended'; readonly number: number; readonly appended: Appended }
  | { readonly kind: 'later'; readonly ms: number }
/** What the node says. */
export type FromNode = { readonly kind: 'ready' } | { readonly kind: 'append'; readonly number: number; readonly record: NewRecord }

const settings = JSON.parse(process.argv[2] ?? '') as NodeSettings
let aheadMs = 0
const clock = { now: () => Date.now() + aheadMs }
const database = await openPostgresql({ url: settings.database, log: silent, connections: 4 })
const node = await database.change(nodeNumberChange, { name: settings.name })
await database.change(freeLeasesChange, { node, nowMs: clock.now() })
const appending = new Map<number, (appended: Appended) => void>()
const listeners: ((step: Step) => void)[] = []
let appends = 0
const store = {
  records: {
    append: (record: NewRecord) =>
      new Promise<Appended>((resolve) => {
        appending.set(++appends, resolve)
        say({ kind: 'append', number: appends, record })
      }),
  },
  onStep: (listener: (step: Step) => void) => void listeners.push(listener),
} as unknown as ConstructorParameters<typeof LoggedQueue>[0]['store']
const content = new SegmentReader({ folder: settings.contentFolder })
const queue = new LoggedQueue({ node, store, content, database, clock, journal: { record: () => {} }, route: async () => undefined })
const deliverer = new Deliverer({
  ...{ queue, clock, log: silent, port: settings.port, hostname: settings.name, ipv6: false },
  resolver: new Resolver({ clock, servers: [settings.dns] }),
  ownNames: () => new Set([settings.name]),
  routes: oneRoute(settings.name),
  mtaSts: { policy: async () => ({ policy: undefined, fault: undefined }) },
  arrivals: { arrive: async () => {} },
  languageOf: async () => 'en',
  settings: () => ({ schedule: usualSchedule, delayNoticeMs: 4 * 3_600_000, pace: usualPaceLimits, maxSessions: 20 }),
  noteTls: () => {},
})

process.on('message', (said: ToNode) => {
  if (said.kind === 'step') for (const listener of listeners) listener(said.step)
  else if (said.kind === 'appended') appending.get(said.number)?.(said.appended)
  else {
    aheadMs += said.ms
    queue.wake()
  }
})
process.on('disconnect', () => process.exit())
deliverer.start()
say({ kind: 'ready' })

function say(what: FromNode): void {
  process.send?.(what)
}
