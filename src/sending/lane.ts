import type { Clock } from '../base/clock.ts'
import { Pace, type PaceLimits } from '../queue/pace.ts'
import type { Trouble } from '../queue/trouble.ts'
import { closeSession } from '../smtp/client/session.ts'
import { sendingLimits } from './limits.ts'
import type { OpenSession } from './opener.ts'
import type { Slots } from './slots.ts'

/** What carrying one message says of the destination, and the session while it can be used again. */
export interface Carried {
  readonly open: OpenSession | undefined
  readonly hint: 'well' | { readonly is: 'too-much' | 'unreachable'; readonly trouble: Trouble } | undefined
}

export interface LaneOptions<Item> {
  readonly clock: Clock
  readonly slots: Slots
  readonly limits: PaceLimits
  /** Hands one message over. Never rejects. */
  readonly carry: (item: Item, open: OpenSession | undefined) => Promise<Carried>
  /** These are not tried before then; `trouble`: why, where it is not our own limit. */
  readonly putOff: (items: readonly Item[], untilMs: number, trouble: Trouble | undefined) => void
  /** Nothing is left to do, and no session is open. */
  readonly empty: () => void
}

/** Messages for one set of hosts by one way: as many sessions as its pace allows, each used for one message after another. */
export class Lane<Item> {
  readonly #options: LaneOptions<Item>
  readonly #pace: Pace
  #waiting: Item[] = []
  #running = 0
  readonly #idle: { readonly open: OpenSession; readonly wake: () => void }[] = []
  #trouble: Trouble | undefined
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(options: LaneOptions<Item>) {
    this.#options = options
    this.#pace = new Pace(options.limits, options.clock.now())
  }

  /** Those that nobody carries yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  add(items: readonly Item[], first = false): void {
    this.#waiting = first ? [...items, ...this.#waiting] : this.#waiting.concat(items)
    this.#pump()
  }

  /** Sessions without work are closed; what waits is handed back; what is under way goes on. */
  stop(): Item[] {
    this.#stopped = true
    clearTimeout(this.#timer)
    for (const { wake, open } of this.#idle.splice(0)) {
      wake()
      this.#end(open)
    }
    return this.#waiting.splice(0)
  }

  /** True: a slot was taken. */
  readonly #pump = (): boolean => {
    clearTimeout(this.#timer)
    let took = false
    while (this.#waiting.length > 0 && this.#running < this.#pace.sessions && !this.#stopped) {
      const idle = this.#idle.pop()
      idle?.wake()
      if (idle === undefined && !this.#options.slots.take(this.#pump)) return took
      const item = this.#next()
      if (item === undefined) {
        if (idle === undefined) this.#options.slots.give()
        else this.#rest(idle.open)
        break
      }
      took ||= idle === undefined
      void this.#work(item, idle?.open)
    }
    this.#look()
    return took
  }

  /** With a slot of its own: one message after another, as long as there are any. */
  async #work(first: Item, session: OpenSession | undefined): Promise<void> {
    const { slots, limits, carry, clock } = this.#options
    this.#running += 1
    let open = session
    for (let item: Item | undefined = first; item !== undefined; ) {
      const carried: Carried = await carry(item, open)
      open = carried.open
      this.#learn(carried, clock.now())
      if (open !== undefined && (open.messages >= limits.maxMessagesPerSession || open.messages >= open.session.extensions.maxMessages)) {
        void closeSession(open.session)
        open = undefined
      }
      // Another destination's turn, and fewer at once where it was too much.
      if ((open === undefined && slots.wanted) || this.#running > this.#pace.sessions || this.#stopped) break
      item = this.#next()
    }
    this.#running -= 1
    if (open === undefined) slots.give()
    else if (this.#stopped || slots.wanted || this.#running >= this.#pace.sessions) this.#end(open)
    else this.#rest(open)
    this.#pump()
  }

  #learn({ hint }: Carried, nowMs: number): void {
    if (hint === undefined) return
    this.#trouble = hint === 'well' ? undefined : hint.trouble
    if (hint === 'well') this.#pace.wentWell()
    else if (hint.is === 'too-much') this.#pace.tooMuch(nowMs)
    else this.#pace.unreachable(nowMs)
  }

  /** The next one that may go now. Where none may, those that wait are put off. */
  #next(): Item | undefined {
    if (this.#waiting.length === 0) return undefined
    const nowMs = this.#options.clock.now()
    const leave = this.#pace.take(nowMs)
    if (leave.go) return this.#waiting.shift()
    if (this.#trouble === undefined && leave.againAtMs - nowMs < sendingLimits.idleMs) this.#timer = setTimeout(() => this.#pump(), leave.againAtMs - nowMs)
    else this.#options.putOff(this.#waiting.splice(0), leave.againAtMs, this.#trouble)
    return undefined
  }

  #rest(open: OpenSession): void {
    const end = () => {
      const at = this.#idle.findIndex((idle) => idle.open === open)
      if (at < 0) return
      this.#idle[at]?.wake()
      this.#idle.splice(at, 1)
      this.#end(open)
      this.#look()
    }
    const timer = setTimeout(end, sendingLimits.idleMs)
    const awake = this.#options.slots.rest(end)
    const wake = () => {
      clearTimeout(timer)
      awake()
    }
    this.#idle.push({ open, wake })
  }

  #end({ session }: OpenSession): void {
    this.#options.slots.give()
    void closeSession(session)
  }

  #look(): void {
    if (this.#waiting.length === 0 && this.#running === 0 && this.#idle.length === 0) this.#options.empty()
  }
}
