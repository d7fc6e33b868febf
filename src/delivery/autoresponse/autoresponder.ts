import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { spanOf } from '../../directory/autoresponder.ts'
import type { Answering } from '../../directory/query/autoresponders.ts'
import type { AddressSettings, DeliveryTarget, Recipient } from '../../directory/recipient.ts'
import type { Ephemeral } from '../../ephemeral/ephemeral.ts'
import type { Address } from '../../mail/address.ts'
import type { CheckReasons, TimedCheck } from '../../mail/check.ts'
import type { AccountId, QueueId } from '../../mail/ids.ts'
import type { Originator } from '../../mail/outgoing.ts'
import type { AcceptedMessage } from '../delivery.ts'
import type { Answered } from './answered.ts'
import { composeAnswer, type Written } from './compose.ts'
import { decide } from './decide.ts'

/** An answer that is to be given. */
export interface AutomaticAnswer {
  readonly from: Address
  readonly to: Address
  readonly originator: Originator
  write(as: Written): Buffer
}

export interface AutoresponderOptions {
  /** Those among these mailboxes that answer. */
  readonly answering: (accountIds: readonly AccountId[]) => Promise<readonly Answering[]>
  readonly answered: Pick<Answered, 'lastMs' | 'claim' | 'release'>
  /** What a mailbox has set; undefined: it is gone. */
  readonly settingsOf: (mailbox: Answering) => Promise<Pick<AddressSettings, 'answersPerDay' | 'displayName'> | undefined>
  readonly ephemeral: Pick<Ephemeral, 'spend'>
  /** The answer as a message for a mailbox or on its way; undefined: there is nobody to get it. */
  readonly route: (answer: AutomaticAnswer) => Promise<AcceptedMessage | undefined>
  readonly commit: (message: AcceptedMessage) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

const dayMs = 86_400_000

/** A mailbox that gets a message, and by which address. */
interface Reached {
  readonly written: Address
  readonly spam: boolean
}

/** What was decided for one mailbox. */
interface Decision {
  readonly mailbox: Answering
  readonly check: TimedCheck
  readonly answersPerDay: number
  /** Undefined: it does not answer. */
  readonly answer: AutomaticAnswer | undefined
}

/**
 * Absent people's answers to what comes in (SPEC B6, RFC 3834). An answer is a record of its own in the log, durable before the sender of the message is
 * told that we have it: whoever dies in between is sent the message again, and answers then.
 */
export class Autoresponder {
  readonly #options: AutoresponderOptions

  constructor(options: AutoresponderOptions) {
    this.#options = options
  }

  /** Commits the message, whose journal tells what was decided, then what is answered to it. Rejects as `commit` does; an answer that fails is none. */
  async accept(message: AcceptedMessage, commit: (message: AcceptedMessage) => Promise<void>): Promise<void> {
    const decisions = await this.#decide(message).catch((err: unknown) => {
      this.#options.log.error('automatic answers could not be looked up', { queueId: message.queueId, err })
      return new Map<AccountId, Decision>()
    })
    await commit(decisions.size === 0 ? message : withChecks(message, decisions))
    for (const decision of decisions.values()) await this.#answer(decision, message.queueId)
  }

  async #decide(message: AcceptedMessage): Promise<Map<AccountId, Decision>> {
    const { headerSection, reversePath, wishes } = message
    // What waits for its time is answered when it arrives (sending/arrivals.ts).
    const reached = headerSection === undefined || wishes?.notBeforeMs !== undefined ? new Map<AccountId, Reached>() : reachedBy(message)
    const decisions = new Map<AccountId, Decision>()
    if (headerSection === undefined || reached.size === 0) return decisions
    const { answered, clock } = this.#options
    for (const mailbox of await this.#options.answering([...reached.keys()])) {
      const { accountId, addresses, periodMs, setAtMs, addressId, customerId } = mailbox
      const { written: from, spam } = reached.get(accountId) ?? {}
      if (from === undefined || spam === undefined) continue
      const absence = { ...spanOf(mailbox), periodMs, addresses: [...addresses, from] }
      const lastMs = reversePath === null ? undefined : await answered.lastMs({ accountId, setAtMs, sender: reversePath })
      const found = decide({ reversePath, headerSection, spam }, absence, clock.now(), lastMs)
      if (found.answer === undefined) {
        decisions.set(accountId, { mailbox, answersPerDay: 0, check: checkOf('skip', found.because), answer: undefined })
        continue
      }
      const { answersPerDay = 0, displayName: name = '' } = (await this.#options.settingsOf(mailbox)) ?? {}
      if (!(await this.#mayAnswer(accountId, answersPerDay, false))) {
        decisions.set(accountId, { mailbox, answersPerDay, check: checkOf('skip', 'enough for today'), answer: undefined })
        continue
      }
      const to = found.answer
      const words = { subject: mailbox.subject ?? undefined, text: mailbox.text, html: mailbox.html ?? undefined }
      const write = (as: Written) => composeAnswer(words, { from, name, to, headerSection, ...as })
      const answer = { from, to, originator: { accountId, addressId, customerId }, write }
      decisions.set(accountId, { mailbox, answersPerDay, check: checkOf('pass', 'answers'), answer })
    }
    return decisions
  }

  /** Whoever has a machine write to it from thousands of addresses makes it answer so often, and no more. */
  async #mayAnswer(accountId: AccountId, limit: number, take: boolean): Promise<boolean> {
    const allowance = { counter: 'answers-per-day', key: String(accountId), amount: 1, limit, windowMs: dayMs }
    return (await this.#options.ephemeral.spend([allowance], take)) === undefined
  }

  /** `queueId`: of what is answered. */
  async #answer({ mailbox: { accountId, setAtMs, periodMs }, answersPerDay, answer }: Decision, queueId: QueueId): Promise<void> {
    if (answer === undefined) return
    const { answered, route, commit, log } = this.#options
    const pair = { accountId, setAtMs, sender: answer.to }
    if (!(await answered.claim(pair, periodMs))) return
    try {
      // Others may have been answered since it was decided; then this one is another day.
      if (!(await this.#mayAnswer(accountId, answersPerDay, true))) return await answered.release(pair)
      const message = await route(answer)
      if (message !== undefined) await commit(message)
    } catch (err) {
      log.error('automatic answer not given', { queueId, accountId, err })
      await answered.release(pair).catch((cause: unknown) => log.error('automatic answer is not tried again', { queueId, accountId, err: cause }))
    }
  }
}

/** Mailboxes with an autoresponder. A list answers nobody, nor do those whom a message reaches by it. Where several recipients lead to one, the first decides. */
function reachedBy({ recipients }: AcceptedMessage): Map<AccountId, Reached> {
  const reached = new Map<AccountId, Reached>()
  for (const { recipient, forwardPath, fate } of recipients) {
    if (recipient.kind === 'list') continue
    for (const target of recipient.targets) {
      if (target.answers !== true || reached.has(target.accountId)) continue
      reached.set(target.accountId, { written: writtenTo(recipient, forwardPath, target), spam: fate?.staysHere === true })
    }
  }
  return reached
}

/** The address of the mailbox that the message went to (RFC 3834 3.1.2): who wrote to an alias, or a part of it, learns of no other. */
function writtenTo({ kind, alwaysAccepted }: Recipient, forwardPath: Address, { address }: DeliveryTarget): Address {
  return (kind === 'mailbox' || kind === 'alias') && !alwaysAccepted ? forwardPath : address
}

function checkOf(result: 'pass' | 'skip', reason: CheckReasons['autoresponse']): TimedCheck {
  return { check: 'autoresponse', result, reason, micros: 0 }
}

function withChecks(message: AcceptedMessage, decisions: ReadonlyMap<AccountId, Decision>): AcceptedMessage {
  const recipients = message.recipients.map((one) => {
    const added = one.recipient.kind === 'list' ? [] : one.recipient.targets.flatMap(({ accountId }) => decisions.get(accountId)?.check ?? [])
    return added.length === 0 ? one : { ...one, checks: [...one.checks, ...added] }
  })
  return { ...message, recipients }
}
