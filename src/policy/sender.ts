import type { Settings } from '../directory/settings.ts'
import type { CheckResult } from '../mail/check.ts'
import type { Reply } from '../mail/reply.ts'
import type { ClaimedAuthor } from '../msgauth/author.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import { provenBySealer, unprovenClaim } from '../msgauth/claims.ts'
import type { Door } from './dependencies.ts'
import type { AcceptedRecipient, Transaction } from './policy.ts'
import { replies } from './replies.ts'

/** What is known of a message's sender. */
interface Sender {
  /** Domains of ours among its authors (`ourDomainsNamed`). */
  readonly named: ReadonlySet<string>
  /** Undefined: it took too long. */
  readonly found: SenderAuthentication | undefined
}

/** What the authentication of a message's sender comes to by itself, whatever the content filter says. */
export interface SenderOutcome {
  readonly check: CheckResult
  /** Said to the sender; undefined: the message is taken, and does not go to an inbox. */
  readonly refusal: Reply | undefined
  concerns(accepted: AcceptedRecipient): boolean
  /** Who vouched for a message that fails DMARC: it is taken as one that passes. */
  readonly sealer?: string
}

/**
 * Mail that names a domain of ours as its author's without proof never reaches an inbox, by no recipient's wish (SPEC A10): it goes to the
 * folder for spam, and is refused where a mailbox has none. What the owner of another domain wishes for mail that fails DMARC is done where
 * `dmarc=obey`; not for postmaster (SPEC A9b), and not for those who let the client or the reverse-path through: forwarders break what DMARC looks at.
 * A seal of somebody whom the operator trusts is proof in both cases.
 */
export async function judgeSender(door: Door, { recipients }: Transaction, { named, found }: Sender): Promise<SenderOutcome | undefined> {
  const sealer = found === undefined ? undefined : provenBySealer(found, trustedSealers(door.directory.settings))
  if (sealer !== undefined) {
    return {
      check: { check: 'authentication', result: 'pass', reason: 'proven by a sealer', detail: sealer },
      refusal: undefined,
      concerns: () => false,
      sealer,
    }
  }
  const claim = found === undefined ? [...named][0] : unprovenClaim(found, (domain) => named.has(domain))
  if (claim !== undefined) {
    // Who can make us wait for the DNS must not get past this; who cannot help it may try again.
    const isUnsure = found === undefined || found.dmarc.result === 'temperror'
    const refusal = isUnsure ? replies.noProofNow : replies.unprovenClaim
    const check: CheckResult = { check: 'authentication', result: isUnsure ? 'temperror' : 'fail', reason: 'claims our domain', detail: claim }
    return { check, refusal: (await haveSpamFolder(door, recipients)) ? undefined : refusal, concerns: () => true }
  }
  if (found === undefined) return undefined
  const { result, policy, domain } = found.dmarc
  if (door.directory.settings.dmarc !== 'obey' || result !== 'fail' || policy === 'none') return undefined
  // What is not forwarded and has no mailbox here can only be refused.
  const refuses = recipients.every((accepted) => obeys(accepted) && (policy === 'reject' || accepted.recipient.targets.length === 0))
  const check = { check: 'authentication', result: 'fail', reason: refuses ? 'refused by DMARC' : 'put aside by DMARC', detail: domain } as const
  return { check, refusal: refuses ? replies.failsDmarc(domain) : undefined, concerns: obeys }
}

/** Whom the operator believes. */
export function trustedSealers(settings: Pick<Settings, 'arc.trusted-sealers'>): ReadonlySet<string> {
  return new Set(settings['arc.trusted-sealers'].split(','))
}

/** Which domains of ours, or below them, the message names as an author's, in whatever way somebody could read it. */
export async function ourDomainsNamed({ directory }: Door, author: ClaimedAuthor): Promise<ReadonlySet<string>> {
  const ours = new Set<string>()
  for (const { domain } of author.addresses) {
    const labels = domain.split('.')
    for (let count = Math.min(labels.length, maxLabels); count > 1; count -= 1) {
      const postmaster = { localPart: 'postmaster', domain: labels.slice(-count).join('.') }
      const resolution = directory.resolveNow(postmaster) ?? (await directory.resolve(postmaster))
      if (resolution.found === undefined && resolution.why === 'foreign') continue
      ours.add(domain)
      break
    }
  }
  return ours
}

/** Of a domain that is looked up: nobody's domain has more, and each costs a question to the directory. */
const maxLabels = 8

async function haveSpamFolder(door: Door, recipients: readonly AcceptedRecipient[]): Promise<boolean> {
  for (const { recipient } of recipients) {
    if (recipient.targets.length === 0) return false
    for (const { accountId } of recipient.targets) if (!(await door.hasFolder(accountId, 'spam'))) return false
  }
  return true
}

function obeys({ recipient, checks }: AcceptedRecipient): boolean {
  return !recipient.alwaysAccepted && !checks.some(({ check, reason }) => check === 'lists' && reason === 'let through')
}
