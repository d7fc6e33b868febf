import { setMaxListeners } from 'node:events'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { HeldHere } from '../mail/outgoing.ts'
import type { PaceLimits } from '../queue/pace.ts'
import type { Due, Queue, Way } from '../queue/queue.ts'
import type { Schedule } from '../queue/schedule.ts'
import type { Arrivals } from './arrivals.ts'
import { carry, tlsDemand } from './carry.ts'
import { Held } from './held.ts'
import { type Carried, Lane } from './lane.ts'
import { sendingLimits } from './limits.ts'
import type { NoticeOptions } from './notices.ts'
import { Opener, type OpenerOptions, type OpenSession } from './opener.ts'
import type { Attempt } from './outcome.ts'
import { Recorder, type RecorderOptions } from './recorder.ts'
import type { Route, Routes } from './routes.ts'
import { Slots } from './slots.ts'
import { type Target, Targets, type TargetsOptions } from './targets.ts'

/** What an operator may change while the server runs; asked for again each time. */
export interface SendingSettings {
  readonly schedule: Schedule
  /** A sender is told that it takes long when it has taken so long. */
  readonly delayNoticeMs: number
  /** For each destination; a new one is learnt when nothing was sent there for a while. */
  readonly pace: PaceLimits
  /** Sessions at once, of all destinations. */
  readonly maxSessions: number
}

export interface DelivererOptions
  extends TargetsOptions,
    Omit<OpenerOptions, 'signal'>,
    Pick<NoticeOptions, 'hostname' | 'languageOf'>,
    Pick<RecorderOptions, 'bounced'> {
  readonly queue: Queue
  readonly routes: Routes
  /** What waited for its time, for mailboxes here. */
  readonly arrivals: Pick<Arrivals, 'arrive'>
  readonly settings: () => SendingSettings
  readonly clock: Clock
  readonly log: Log
}

interface Item {
  readonly due: Due
  readonly target: Target
  readonly route: Route
}

/**
 * Sends what waits in the queue. Takes as much as it can hold, sorts it into lanes (one for each set of hosts, way and demand on security), and writes down
 * what became of it. What it holds is leased, so that nobody else sends it; what it does not come to is handed back.
 */
export class Deliverer {
  readonly #options: DelivererOptions
  readonly #targets: Targets
  readonly #opener: Opener
  readonly #slots: Slots
  readonly #recorder: Recorder
  readonly #held = new Held()
  readonly #lanes = new Map<string, Lane<Item>>()
  /** Without work; kept for what they have learnt. */
  readonly #resting = new LRUCache<string, Lane<Item>>({ max: sendingLimits.targets })
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()
  #stopping = false
  #filling: Promise<void> | undefined
  #fillAgain = false
  /** The queue has more than there was room for. */
  #more = false
  #timer: NodeJS.Timeout | undefined
  #wakeAtMs = Number.POSITIVE_INFINITY
  #renewal: NodeJS.Timeout | undefined
  #unsubscribe: (() => void) | undefined

  constructor(options: DelivererOptions) {
    this.#options = options
    setMaxListeners(0, this.#closing.signal)
    this.#targets = new Targets(options)
    this.#opener = new Opener({ ...options, signal: this.#closing.signal })
    this.#slots = new Slots(() => options.settings().maxSessions)
    this.#recorder = new Recorder(options)
  }

  start(): void {
    this.#unsubscribe = this.#options.queue.onDue(() => this.#fill())
    this.#renewal = setInterval(() => this.#renew(), sendingLimits.leaseMs / 3).unref()
    this.#fill()
  }

  /** Takes no more; sessions under way have so long to come to their end. Resolves when all leases are used or handed back. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    this.#unsubscribe?.()
    clearTimeout(this.#timer)
    const late = setTimeout(() => {
      this.#closing.abort()
      this.#recorder.stop()
    }, graceMs)
    await this.#filling
    for (const lane of this.#lanes.values()) this.#handBack(lane.stop(), this.#options.clock.now())
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
    clearTimeout(late)
    clearInterval(this.#renewal)
  }

  #fill(): void {
    this.#fillAgain = true
    if (this.#stopping) return
    this.#filling ??= this.#takeAll()
      .catch((err: unknown) => {
        this.#options.log.error('queue cannot be asked', { err })
        this.#wakeBy(this.#options.clock.now() + sendingLimits.longestRetryMs)
      })
      .finally(() => {
        this.#filling = undefined
        if (this.#fillAgain) this.#fill()
      })
  }

  async #takeAll(): Promise<void> {
    const { queue, clock } = this.#options
    this.#fillAgain = false
    this.#more = false
    // Before anything is asked: what is put off while the queue answers sets its own alarm, which must stay.
    clearTimeout(this.#timer)
    this.#wakeAtMs = Number.POSITIVE_INFINITY
    while (!this.#stopping) {
      const maxRecipients = Math.min(sendingLimits.takenAtOnce, this.#held.room)
      const except = this.#held.crowded()
      this.#more ||= maxRecipients <= 0 || except.size > 0
      if (maxRecipients <= 0) return
      const nowMs = clock.now()
      const dues = await queue.take({ nowMs, leaseMs: sendingLimits.leaseMs, maxRecipients, except })
      for (const due of dues) if (this.#held.add(due)) void this.#track(this.#place(due))
      if (dues.length > 0) continue
      const nextMs = await queue.nextDueMs(except)
      if (nextMs !== undefined) this.#wakeBy(Math.max(nextMs, nowMs + 1))
      return
    }
  }

  #wakeBy(atMs: number): void {
    if (this.#stopping || atMs >= this.#wakeAtMs) return
    clearTimeout(this.#timer)
    this.#wakeAtMs = atMs
    this.#timer = setTimeout(() => this.#fill(), Math.max(0, Math.min(atMs - this.#options.clock.now(), longestTimerMs))).unref()
  }

  /** Into the lane that it goes by. */
  async #place(due: Due): Promise<void> {
    if (due.here !== undefined) return this.#arrive(due, due.here)
    const { routes, clock } = this.#options
    const { destination, acceptedAtMs } = due
    const route = routes.route({ class: due.class, destination, acceptedAtMs, listedRelays: listedRelaysOf(due), recipients: due.recipients.length })
    if ('againAtMs' in route) return this.#handBack([{ due }], route.againAtMs)
    const target = await this.#targets.of(due.destination, route)
    if (this.#stopping) this.#handBack([{ due, route }], clock.now())
    else if ('trouble' in target) this.#conclude(due, route, { kind: 'trouble', ...target })
    else this.#laneOf({ due, target, route }).add([{ due, target, route }])
  }

  async #arrive(due: Due, here: HeldHere): Promise<void> {
    const { arrivals, log, clock } = this.#options
    try {
      await arrivals.arrive(due, here)
      this.#letGo(due)
    } catch (err) {
      log.error('message that waited for its time cannot be delivered', { queueId: due.queueId, err })
      this.#handBack([{ due }], clock.now() + sendingLimits.longestRetryMs)
    }
  }

  #laneOf({ due, target, route }: Item): Lane<Item> {
    const key = [route.relay, route.localIp, route.helloName, tlsDemand(due), target.key].join(' ')
    const lane = this.#lanes.get(key) ?? this.#resting.get(key) ?? this.#newLane(key)
    this.#resting.delete(key)
    this.#lanes.set(key, lane)
    return lane
  }

  #newLane(key: string): Lane<Item> {
    const { clock, settings } = this.#options
    const lane = new Lane<Item>({
      ...{ clock, slots: this.#slots, limits: settings().pace },
      carry: (item, open) => this.#track(this.#carry(item, open)),
      putOff: (items, untilMs, trouble) => {
        if (trouble === undefined) this.#handBack(items, untilMs)
        else for (const { due, route } of items) this.#conclude(due, route, { kind: 'trouble', trouble, lasting: false, notBeforeMs: untilMs })
      },
      empty: () => {
        this.#lanes.delete(key)
        this.#resting.set(key, lane)
      },
    })
    return lane
  }

  async #carry(item: Item, open: OpenSession | undefined): Promise<Carried> {
    const { due, route } = item
    const { queue, log, clock, routes } = this.#options
    // What waited for its turn does not leave by an address that was listed meanwhile.
    if (!routes.stands(route.relay, { class: due.class, listedRelays: listedRelaysOf(due) })) {
      this.#handBack([item], clock.now())
      return { open, hint: undefined }
    }
    try {
      const carried = await carry({ ...item, open, text: () => queue.text(due) }, this.#opener)
      if (this.#closing.signal.aborted && carried.attempt.kind === 'trouble') this.#handBack([item], clock.now())
      else this.#conclude(due, route, carried.attempt, carried.by, item)
      return carried
    } catch (err) {
      // A fault of ours costs the sender nothing.
      log.error('message cannot be sent', { queueId: due.queueId, err })
      this.#handBack([item], clock.now() + sendingLimits.longestRetryMs)
      return { open: undefined, hint: undefined }
    }
  }

  /** Writes down what became of it. The session does not wait for that. */
  #conclude(due: Due, route: Route, attempt: Attempt, by: Omit<Way, 'relay'> = notReached, item?: Item): void {
    const work = this.#recorder.conclude(due, route, attempt, { relay: route.relay, host: by.host, ip: by.ip, tls: by.tls })
    void this.#track(
      work.then(({ again, nextAttemptMs }) => {
        this.#letGo(due)
        if (nextAttemptMs !== undefined) this.#wakeBy(nextAttemptMs)
        if (again.length === 0 || item === undefined) return
        const rest = { ...item, due: { ...due, recipients: again } }
        this.#held.add(rest.due)
        if (this.#stopping) this.#handBack([rest], this.#options.clock.now())
        else this.#laneOf(rest).add([rest], true)
      }),
    )
  }

  #letGo(due: Due): void {
    this.#held.delete(due)
    if (this.#more && this.#held.hasRoomAgain(due.destination)) this.#fill()
  }

  #handBack(items: readonly (Pick<Item, 'due'> & Partial<Pick<Item, 'route'>>)[], atMs: number): void {
    if (items.length === 0) return
    const { queue, log, routes } = this.#options
    for (const { due, route } of items) if (route !== undefined) routes.released(route.relay, due.recipients.length)
    const work = queue.lease(
      items.map(({ due }) => nameOf(due)),
      atMs,
    )
    void this.#track(
      work
        .catch((err: unknown) => log.warn('leases run out by themselves', { err }))
        .then(() => {
          for (const { due } of items) this.#letGo(due)
          this.#wakeBy(atMs)
        }),
    )
  }

  #renew(): void {
    const { queue, clock, log } = this.#options
    const nowMs = clock.now()
    const dues = [...this.#held.all()].filter(({ leasedUntilMs }) => leasedUntilMs < nowMs + (2 / 3) * sendingLimits.leaseMs)
    if (dues.length === 0) return
    queue.lease(dues.map(nameOf), nowMs + sendingLimits.leaseMs).catch((err: unknown) => log.warn('leases cannot be renewed', { err }))
  }

  /** `stop` waits for it. */
  #track<Result>(work: Promise<Result>): Promise<Result> {
    const tracked: Promise<unknown> = work
      .catch((err: unknown) => {
        if (!this.#closing.signal.aborted) this.#options.log.error('sending: a fault', { err })
      })
      .finally(() => this.#underWay.delete(tracked))
    this.#underWay.add(tracked)
    return work
  }
}

/** setTimeout takes no more. */
const longestTimerMs = 2 ** 31 - 1

const notReached: Omit<Way, 'relay'> = { host: undefined, ip: undefined, tls: 'none' }

function nameOf({ queueId, number, recipients }: Due) {
  return { queueId, number, indexes: recipients.map(({ index }) => index) }
}

function listedRelaysOf({ recipients }: Due): ReadonlySet<string> {
  return new Set(recipients.flatMap((recipient) => recipient.listedRelays))
}
