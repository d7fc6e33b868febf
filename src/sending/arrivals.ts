import type { Log } from '../base/log.ts'
import type { Clock } from '../base/clock.ts'
import type { AccountId } from '../mail/ids.ts'
import type { HeldHere } from '../mail/outgoing.ts'
import type { Due, OutgoingReport, Queue, RecipientEnd, Way } from '../queue/queue.ts'
import type { Trouble } from '../queue/trouble.ts'
import { headerSectionOf, type NoticeOptions, noticeOf } from './notices.ts'

export interface ArrivalsOptions extends Omit<NoticeOptions, 'queue'> {
  readonly queue: Pick<Queue, 'arrive' | 'settle' | 'text'>
  readonly isThere: (accountId: AccountId) => Promise<boolean>
  /** A notice on its way. */
  readonly tell: (report: OutgoingReport) => Promise<void>
  /** An absent person's answer, where there is to be one. */
  readonly answer: (due: Due, here: HeldHere, headerSection: Buffer) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

const removed: Trouble = { by: 'us', what: 'no-such-mailbox', enhanced: '5.1.1', detail: 'the mailbox was removed' }
const nobody: Way = { relay: '', host: undefined, ip: undefined, tls: 'none' }

/** Messages whose time has come, for mailboxes here (RFC 4865). One after another: each is in memory as a whole. */
export class Arrivals {
  readonly #options: ArrivalsOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ArrivalsOptions) {
    this.#options = options
  }

  /** Rejects for faults of ours; then it waits on. */
  arrive(due: Due, here: HeldHere): Promise<void> {
    const arriving = this.#last.then(() => this.#arrive(due, here))
    this.#last = arriving.catch(() => undefined)
    return arriving
  }

  async #arrive(due: Due, here: HeldHere): Promise<void> {
    const { queue, isThere, log } = this.#options
    const accounts: AccountId[] = []
    for (const accountId of here.accounts) if (await isThere(accountId)) accounts.push(accountId)
    if (accounts.length === 0) return this.#fail(due)
    // Read before: afterwards it waits no more.
    const headerSection = await headerSectionOf(queue.text(due))
    const notice = here.arrival === undefined ? undefined : await this.#notice(due, here.arrival)
    await queue.arrive(due, { ...here, accounts })
    try {
      if (notice !== undefined) await this.#options.tell(notice)
      await this.#options.answer(due, here, headerSection)
    } catch (err) {
      log.error('sender not told of what arrived', { queueId: due.queueId, err })
    }
  }

  #notice(due: Due, arrival: NonNullable<HeldHere['arrival']>): Promise<OutgoingReport | undefined> {
    const nowMs = this.#options.clock.now()
    const noticed = due.recipients.map((recipient) => ({ recipient, trouble: undefined }))
    return noticeOf(due, arrival === 'list' ? 'delivered' : arrival, noticed, { ...this.#options, nowMs, giveUpAtMs: nowMs, toList: arrival === 'list' })
  }

  async #fail(due: Due): Promise<void> {
    const nowMs = this.#options.clock.now()
    const noticed = due.recipients.map((recipient) => ({ recipient, trouble: removed }))
    const report = await noticeOf(due, 'failed', noticed, { ...this.#options, nowMs, giveUpAtMs: nowMs })
    const ends = due.recipients.map(({ index }): [number, RecipientEnd] => [index, { end: 'failed', trouble: removed }])
    await this.#options.queue.settle(due, new Map(ends), nobody, report)
  }
}
