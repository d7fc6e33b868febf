import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { wantsNotice } from '../mail/outgoing.ts'
import type { RemoteReply } from '../mail/remote-reply.ts'
import type { Deferral, Due, Queue, RecipientEnd, Way } from '../queue/queue.ts'
import type { Schedule } from '../queue/schedule.ts'
import type { Trouble } from '../queue/trouble.ts'
import { sendingLimits } from './limits.ts'
import { type Noticed, type NoticeOptions, noticeOf } from './notices.ts'
import { type Attempt, endMs, type Outcome, outcomesOf } from './outcome.ts'
import type { Carried as CarriedCounts, Heard, Route, Routes } from './routes.ts'

export interface RecorderOptions extends Omit<NoticeOptions, 'queue'> {
  readonly queue: Pick<Queue, 'settle' | 'defer' | 'text'>
  readonly routes: Routes
  readonly settings: () => { readonly schedule: Schedule; readonly delayNoticeMs: number }
  /** Is told of recipients that failed for good, before that is written down: perhaps twice. Never rejects. */
  readonly bounced?: (due: Due, failed: readonly Bounced[]) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

export interface Bounced {
  readonly recipient: Due['recipients'][number]
  readonly trouble: Trouble
}

/** What is left after an attempt. */
export interface Concluded {
  /** Not tried for want of room in the transaction: at once. */
  readonly again: Due['recipients']
  /** When the first of the others is tried again. */
  readonly nextAttemptMs: number | undefined
}

type Ended = Extract<Outcome, { kind: 'end' }>
type Waits = Extract<Outcome, { kind: 'wait' }>

/** Writes down what attempts came to, together with what senders are told of it. */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #stopped = new AbortController()

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  /** What cannot be written down now is tried again until it can, or until `stop`: what another server has taken must not be sent twice. */
  async conclude(due: Due, route: Route, attempt: Attempt, way: Way): Promise<Concluded> {
    const { routes, settings, clock } = this.#options
    const { schedule, delayNoticeMs } = settings()
    const nowMs = clock.now()
    const outcomes = outcomesOf(due, attempt, {
      ...{ schedule, nowMs, chance: Math.random(), relay: route.relay },
      heard: hearing(due, route, routes),
    })
    routes.carried(route.relay, { destination: due.destination, host: way.host }, countsOf(outcomes))
    this.#options.log.debug('message tried elsewhere', {
      ...{ queueId: due.queueId, destination: due.destination, relay: route.relay, host: way.host },
      outcomes: outcomes.map((outcome) => (outcome.kind === 'end' ? outcome.end.end : outcome.kind)),
    })
    const ended = outcomes.filter((outcome) => outcome.kind === 'end')
    const waiting = outcomes.filter((outcome) => outcome.kind === 'wait')
    const isLate = nowMs - Math.max(due.acceptedAtMs, due.notBeforeMs ?? 0) >= delayNoticeMs
    const [late, early] = halves(waiting, ({ recipient }) => isLate && !recipient.delayTold && wantsNotice(recipient.dsn, 'delay'))
    const [failed, taken] = halves(ended, ({ end }) => end.end === 'failed')
    const giveUpAtMs = endMs(due, schedule)
    const settle = async (some: readonly Ended[], action: 'failed' | 'relayed', about: readonly Ended[]) => {
      const report = await noticeOf(
        due,
        action,
        about.map((one) => noticed(one, way)),
        { ...this.#options, nowMs, giveUpAtMs },
      )
      await this.#options.queue.settle(due, new Map(some.map(({ recipient, end }): [number, RecipientEnd] => [recipient.index, end])), way, report)
    }
    const defer = async (some: readonly Waits[], tell: boolean) => {
      const report = tell
        ? await noticeOf(
            due,
            'delayed',
            some.map((one) => noticed(one, way)),
            { ...this.#options, nowMs, giveUpAtMs },
          )
        : undefined
      await this.#options.queue.defer(due, new Map(some.map(({ recipient, deferral }): [number, Deferral] => [recipient.index, deferral])), way, report)
    }
    await this.#surely(due, taken, () =>
      settle(
        taken,
        'relayed',
        taken.filter(({ end }) => end.end === 'relayed'),
      ),
    )
    const bounced = failed.flatMap(({ recipient, end }) => (end.end === 'failed' ? [{ recipient, trouble: end.trouble }] : []))
    if (bounced.length > 0) await this.#options.bounced?.(due, bounced)
    await this.#surely(due, failed, () => settle(failed, 'failed', failed))
    await this.#surely(due, late, () => defer(late, true))
    await this.#surely(due, early, () => defer(early, false))
    return {
      again: outcomes.flatMap((outcome) => (outcome.kind === 'again' ? [outcome.recipient] : [])),
      nextAttemptMs: waiting.length === 0 ? undefined : Math.min(...waiting.map(({ deferral }) => deferral.nextAttemptMs)),
    }
  }

  /** Nothing is tried again from now on. */
  stop(): void {
    this.#stopped.abort()
  }

  async #surely({ queueId }: Due, some: readonly unknown[], write: () => Promise<void>): Promise<void> {
    if (some.length === 0) return
    for (let waitMs: number = sendingLimits.firstRetryMs; ; waitMs = Math.min(2 * waitMs, sendingLimits.longestRetryMs)) {
      try {
        return await write()
      } catch (err) {
        this.#options.log.error('what became of a message cannot be written down', { queueId, err })
        if (this.#stopped.signal.aborted) throw err
        await sleep(waitMs, undefined, { signal: this.#stopped.signal })
      }
    }
  }
}

/** Each answer is told once, however many recipients it was for. */
function hearing(due: Due, { relay }: Route, routes: Routes): (reply: RemoteReply, host: string) => Heard {
  const known = new Map<RemoteReply, Heard>()
  const listedRelays = new Set([relay, ...due.recipients.flatMap((recipient) => recipient.listedRelays)])
  return (reply, host) => {
    const heard = known.get(reply) ?? routes.heard(relay, reply, { destination: due.destination, host }, { class: due.class, listedRelays })
    known.set(reply, heard)
    return heard
  }
}

function countsOf(outcomes: readonly Outcome[]): CarriedCounts {
  const counts = { delivered: 0, deferred: 0, failed: 0, listed: 0 }
  for (const outcome of outcomes) {
    if (outcome.kind === 'again') continue
    if (outcome.kind === 'end') counts[outcome.end.end === 'failed' ? 'failed' : 'delivered'] += 1
    else counts[outcome.deferral.trouble.by === 'answer' && outcome.deferral.trouble.reason === 'listed' ? 'listed' : 'deferred'] += 1
  }
  return counts
}

function noticed(outcome: Ended | Waits, { host = '' }: Way): Noticed {
  const { recipient } = outcome
  if (outcome.kind === 'wait') return { recipient, trouble: outcome.deferral.trouble }
  const { end } = outcome
  return end.end === 'failed' ? { recipient, trouble: end.trouble } : { recipient, trouble: undefined, taken: { host, reply: end.reply } }
}

function halves<One>(all: readonly One[], isFirst: (one: One) => boolean): [One[], One[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))]
}
