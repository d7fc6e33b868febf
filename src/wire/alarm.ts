/**
 * Deadlines of all connections on one coarse timer: setting one costs a few assignments and no allocation, however often it
 * is set anew (every command does). A timing wheel of linked lists; an alarm that was moved to a later time stays where it
 * is until its slot comes up, and is moved on then.
 */

/** How late an alarm may ring, and how often the timer runs while any alarm is set. */
const alarmResolutionMs = 100

const slotCount = 512

/** Who is told. */
export interface Sleeper {
  alarmRang(): void
}

/** One deadline of one owner. Links of the wheel stand in the alarm itself. */
export class Alarm {
  readonly sleeper: Sleeper
  /** Tick at which to ring; Infinity: not set. */
  dueTick = Infinity
  /** Tick whose slot it hangs in; -1: in none. */
  slotTick = -1
  next: Alarm | undefined
  previous: Alarm | undefined

  constructor(sleeper: Sleeper) {
    this.sleeper = sleeper
  }

  /** Rings once, `ms` from now or up to `alarmResolutionMs` later. Replaces what was set before. */
  set(ms: number): void {
    const tick = wheel.tickAfter(ms)
    this.dueTick = tick
    if (this.slotTick >= 0 && this.slotTick <= tick) return
    wheel.place(this)
  }

  clear(): void {
    this.dueTick = Infinity
    if (this.slotTick >= 0) wheel.remove(this)
  }
}

class Wheel {
  readonly #slots: (Alarm | undefined)[] = new Array<Alarm | undefined>(slotCount).fill(undefined)
  #count = 0
  /** The last tick that was worked off. */
  #tick = 0
  #timer: NodeJS.Timeout | undefined

  tickAfter(ms: number): number {
    return Math.ceil((performance.now() + ms) / alarmResolutionMs)
  }

  place(alarm: Alarm): void {
    if (this.#timer === undefined) this.#start()
    if (alarm.slotTick >= 0) this.remove(alarm)
    const tick = Math.min(Math.max(alarm.dueTick, this.#tick + 1), this.#tick + slotCount - 1)
    const slot = tick % slotCount
    const first = this.#slots[slot]
    alarm.slotTick = tick
    alarm.previous = undefined
    alarm.next = first
    if (first !== undefined) first.previous = alarm
    this.#slots[slot] = alarm
    this.#count++
  }

  remove(alarm: Alarm): void {
    if (alarm.previous === undefined) this.#slots[alarm.slotTick % slotCount] = alarm.next
    else alarm.previous.next = alarm.next
    if (alarm.next !== undefined) alarm.next.previous = alarm.previous
    alarm.next = undefined
    alarm.previous = undefined
    alarm.slotTick = -1
    this.#count--
  }

  #start(): void {
    this.#tick = Math.floor(performance.now() / alarmResolutionMs)
    // Open sockets keep the process alive, not their deadlines.
    this.#timer = setInterval(() => this.#run(), alarmResolutionMs).unref()
  }

  #run(): void {
    const now = Math.floor(performance.now() / alarmResolutionMs)
    // After a long pause (a suspended machine) one turn of the wheel has seen every alarm.
    if (now - this.#tick > slotCount) this.#tick = now - slotCount
    while (this.#tick < now) {
      this.#tick++
      this.#ring(this.#tick)
    }
    if (this.#count === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  #ring(tick: number): void {
    const slot = tick % slotCount
    let alarm = this.#slots[slot]
    this.#slots[slot] = undefined
    // Taken off the slot as a whole first: who rings may set and clear alarms, those of this slot among them.
    const due: Alarm[] = []
    while (alarm !== undefined) {
      const next = alarm.next
      alarm.next = undefined
      alarm.previous = undefined
      alarm.slotTick = -1
      this.#count--
      due.push(alarm)
      alarm = next
    }
    for (const each of due) {
      if (each.slotTick >= 0 || each.dueTick === Infinity) continue
      if (each.dueTick > tick) {
        this.place(each)
        continue
      }
      each.dueTick = Infinity
      each.sleeper.alarmRang()
    }
  }
}

const wheel = new Wheel()
