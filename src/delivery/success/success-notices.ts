import type { Clock } from '../../base/clock.ts'
import type { Language } from '../../base/language.ts'
import type { Log } from '../../base/log.ts'
import type { Settings } from '../../directory/settings.ts'
import type { Ephemeral } from '../../ephemeral/ephemeral.ts'
import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import { readText } from '../../message/encoded-word.ts'
import { fields } from '../../message/header-section.ts'
import type { SenderAuthentication } from '../../msgauth/authentication.ts'
import { composeReport } from '../../queue/dsn/report.ts'
import { dsnLimits } from '../../queue/dsn/limits.ts'
import type { OutgoingReport } from '../../queue/queue.ts'
import type { AcceptedMessage } from '../delivery.ts'
import { type Success, successesOf } from './successes.ts'

export interface SuccessNoticesOptions {
  readonly hostname: string
  readonly settings: () => Settings
  readonly ephemeral: Pick<Ephemeral, 'spend'>
  /** Of a mailbox here; undefined: it is none. */
  readonly languageOf: (address: Address) => Promise<Language | undefined>
  /** The notice as a message for a mailbox or on its way; undefined: there is nobody to get it. */
  readonly route: (report: OutgoingReport) => Promise<AcceptedMessage | undefined>
  readonly commit: (message: AcceptedMessage) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

const hourMs = 3_600_000

/**
 * Notices to senders who wish to hear that their message arrived (RFC 3461). Each is a record of its own in the log, durable before the sender's program is told
 * that we have the message: whoever dies in between is sent the message again, and tells then.
 */
export class SuccessNotices {
  readonly #options: SuccessNoticesOptions

  constructor(options: SuccessNoticesOptions) {
    this.#options = options
  }

  /** Commits the message, then what is said of it. Rejects as `commit` does; a notice that fails is none. */
  async accept(message: AcceptedMessage, commit: () => Promise<void>): Promise<void> {
    await commit()
    const { log } = this.#options
    try {
      await this.#tell(message)
    } catch (err) {
      log.error('sender not told of success', { queueId: message.queueId, err })
    }
  }

  async #tell(message: AcceptedMessage): Promise<void> {
    const { reversePath, headerSection } = message
    const successes = successesOf(message)
    if (reversePath === null || headerSection === undefined || successes.length === 0) return
    const { route, commit } = this.#options
    if (message.submittedBy === undefined && !(await this.#mayBeTold(message, reversePath))) return
    for (const success of successes) {
      const report = await route(await this.#report(message, reversePath, { success, headerSection }))
      if (report !== undefined) await commit(report)
    }
  }

  /**
   * Anybody may write whatever reverse-path he likes, and wish that its owner be told. So who writes from elsewhere is told where the reverse-path is proven, not
   * too often, and never of what looked like spam.
   */
  async #mayBeTold({ recipients, authentication }: AcceptedMessage, reversePath: Address): Promise<boolean> {
    const { settings, ephemeral } = this.#options
    const { 'success-notices.to-others': whom, 'success-notices.per-hour': limit } = settings()
    if (whom === 'nobody' || (whom === 'proven' && !isProven(reversePath, authentication))) return false
    if (recipients.some(({ fate }) => fate?.staysHere === true)) return false
    const allowance = { counter: 'success-notices', key: addressKey(reversePath), amount: 1, limit, windowMs: hourMs }
    return (await ephemeral.spend([allowance], true)) === undefined
  }

  async #report(
    { queueId, wishes }: AcceptedMessage,
    to: Address,
    { success, headerSection }: { readonly success: Success; readonly headerSection: Uint8Array },
  ): Promise<OutgoingReport> {
    const { hostname, languageOf, clock } = this.#options
    const { action, toList, recipients } = success
    const atMs = clock.now()
    const subject = fields(headerSection, 'subject')[0]
    const octets = composeReport({
      ...{ action, toList, hostname, queueId, to, atMs, acceptedAtMs: atMs, giveUpAtMs: atMs },
      language: (await languageOf(to)) ?? recipients[0]?.recipient.settings.language ?? 'en',
      envelopeId: wishes?.envelopeId,
      original: { octets: headerSection.subarray(0, dsnLimits.returnedHeaderOctets), whole: false },
      subject: subject === undefined ? undefined : readText(subject),
      recipients: recipients.map(({ forwardPath, dsn }) => ({
        address: forwardPath,
        originalRecipient: dsn?.originalRecipient,
        trouble: undefined,
        lastAttemptMs: undefined,
      })),
    })
    return { to: formatAddress(to), octets, requireTls: wishes?.requireTls === true }
  }
}

/** By SPF, or by a signature of that very domain. */
function isProven({ domain }: Address, found: SenderAuthentication | undefined): boolean {
  if (found === undefined) return false
  const { spf, dkim } = found
  return (spf.result === 'pass' && spf.identity === 'mailfrom') || dkim.some((one) => one.result === 'pass' && one.domain === domain)
}
