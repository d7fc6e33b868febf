import { type Edit, foreignFields, markedSubject } from '../delivery/edits.ts'
import { spamFields, virusField } from '../delivery/judged-fields.ts'
import type { SpamSettingKey } from '../directory/settings.ts'
import { formatAddress } from '../mail/address.ts'
import type { CheckReasons, TimedCheck } from '../mail/check.ts'
import { wantsNotice } from '../mail/outgoing.ts'
import type { Reply } from '../mail/reply.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import { observe } from '../dmarc/observation.ts'
import { claimedAuthor } from '../msgauth/author.ts'
import { isAuthorProven } from '../msgauth/claims.ts'
import { authenticationResultsField } from '../msgauth/results-field.ts'
import { letThroughAuthors } from '../protection/lists.ts'
import type { JudgedFolder } from '../store/mailbox.ts'
import type { Door } from './dependencies.ts'
import type { Findings } from './findings.ts'
import type { Judged, SpamScores, Timed } from './judging.ts'
import type { AcceptedRecipient, IncomingMessage, RecipientFate, Transaction } from './policy.ts'
import { judgePosting, restrictedLists } from './posting.ts'
import { replies } from './replies.ts'
import { knownSender, noteReputation, unknownSender } from './reputation.ts'
import { judgeSender, ourDomainsNamed, type SenderOutcome } from './sender.ts'
import { virusOutcome } from './virus.ts'

/** What the content of a message comes to: a reply that refuses it or puts it off, or what becomes of it for each recipient. */
export interface ContentOutcome {
  readonly reply?: Reply | undefined
  readonly fates?: readonly RecipientFate[] | undefined
  readonly authentication?: SenderAuthentication | undefined
}

/** Sender authentication, virus check and content filter (SPEC A4 to A8, A10), and what each recipient wants done about it. */
export async function judgeContent(door: Door, transaction: Transaction, message: IncomingMessage, findings: Findings): Promise<ContentOutcome> {
  const { recipients } = transaction
  const edits = foreignFields(message.headerSection, door.hostname)
  const filtered = recipients.filter(wantsFilter)
  const author = claimedAuthor(message.headerSection)
  const named = await ourDomainsNamed(door, author)
  const { settings } = door.directory
  // DMARC and our own domains are none of the recipients' choice (SPEC A10).
  const forwarded = recipients.some(({ recipient: { elsewhere } }) => elsewhere.length > 0)
  const restricted = (await Promise.all(recipients.map(({ recipient }) => restrictedLists(door, recipient)))).flat()
  // Who wishes to hear of success is told where his reverse-path is proven.
  const wished = recipients.some(({ dsn }) => wantsNotice(dsn, 'success'))
  const authenticate = wished || filtered.length > 0 || named.size > 0 || settings.dmarc === 'obey' || forwarded || restricted.length > 0
  if (!authenticate && !door.judging.hasVirusCheck) {
    return edits.length === 0 ? {} : { fates: recipients.map(() => ({ action: 'deliver', fields: '', edits, checks: [] })) }
  }
  const { queueId, client, reversePath } = transaction
  const accounts = filtered.flatMap(({ recipient: { targets } }) => (targets.length === 1 ? targets.map(({ accountId }) => accountId) : []))
  const judged = await door.judging.judge({
    queueId,
    client,
    clientName: clientName(recipients),
    reversePath,
    recipients: recipients.map(({ forwardPath }) => formatAddress(forwardPath)),
    sizeBytes: message.sizeBytes,
    octets: message.octets,
    authenticate,
    filter: filtered.length > 0,
    accounts,
    known: filtered.length === 0 ? unknownSender : await knownSender(door, transaction, author, accounts),
    settings,
  })
  if (judged.busy === true) {
    findings.add({ check: 'content-filter', result: 'wait', reason: 'too busy' })
    return { reply: replies.tooBusyToJudge }
  }
  if (judged.authentication !== undefined) findings.addTimed(authenticationCheck(judged.authentication))
  if (judged.virus !== undefined) findings.addTimed({ ...judged.virus.found, micros: judged.virus.micros })
  noteReputation(door, transaction, judged)
  const sender = await judgeSender(door, transaction, { named, found: judged.authentication?.found })
  if (sender !== undefined) findings.add(sender.check)
  noteForReports(door, transaction, judged.authentication?.found, sender)
  if (sender?.refusal !== undefined) return { reply: sender.refusal }
  const posting = await judgePosting(door, restricted, judged.authentication?.found)
  if (posting !== undefined) {
    findings.add(posting.check)
    return { reply: posting.reply }
  }
  const virus = judged.virus === undefined ? undefined : virusOutcome(judged.virus.found, settings)
  if (virus?.kind === 'reply') return { reply: virus.reply }
  if (virus?.kind === 'infected') {
    if (recipients.some(({ virusAction }) => virusAction === 'refuse')) return { reply: replies.virus(virus.name) }
  }
  const outcome = { door, message, edits, judged, sender, queueId }
  const authentication = judged.authentication?.found
  const each = recipients.map((accepted) => new ContentOfOne(outcome, accepted))
  if (virus?.kind === 'infected') return { fates: each.map((one) => one.infected()), authentication }
  const refusals = each.filter((one) => one.refuses)
  // Recipients that could refuse share a transaction only with their like; but models of their own may yet disagree, and then nobody refuses.
  const isRefused = refusals.length > 0 && refusals.length === each.length
  if (isRefused && refusals[0] !== undefined) {
    findings.addTimed(refusals[0].spamCheck('refuse'))
    return { reply: replies.spam }
  }
  return { fates: each.map((one) => one.fate()), authentication }
}

/** DMARC reports tell what was done because of DMARC, and nothing of the rest. */
function noteForReports(door: Door, { client, reversePath }: Transaction, found: SenderAuthentication | undefined, sender: SenderOutcome | undefined): void {
  if (found === undefined) return
  const { sealer } = sender ?? {}
  const disposition = sender === undefined || sealer !== undefined ? 'none' : sender.refusal === undefined ? 'quarantine' : 'reject'
  const observation = observe(found, { clientIp: client.ip, reversePath, disposition, sealer })
  if (observation !== undefined) door.dmarc.note(observation)
}

/** Does the content filter judge for this recipient (SPEC A4, A3)? */
export function wantsFilter({ recipient: { settings }, checks }: Pick<AcceptedRecipient, 'recipient' | 'checks'>): boolean {
  return settings.spamLevel !== 'off' && !checks.some(({ check, reason }) => check === 'lists' && reason === 'let through')
}

/** What is known of a message's content. */
interface Outcome {
  readonly door: Door
  readonly message: IncomingMessage
  readonly edits: readonly Edit[]
  readonly judged: Judged
  readonly sender: SenderOutcome | undefined
  readonly queueId: string
}

/**
 * What becomes of it for each recipient where they cannot refuse it. Undefined: for one of them there is no other place, as where it would go on to is not here.
 */
export function fatesOf(outcome: Outcome, recipients: readonly AcceptedRecipient[]): readonly RecipientFate[] | undefined {
  const each = recipients.map((accepted) => new ContentOfOne(outcome, accepted))
  return each.some((one) => one.refuses && one.isHomeless) ? undefined : each.map((one) => one.fate())
}

type SpamAction = AcceptedRecipient['recipient']['settings']['spamAction']

/** What was found out, seen by one recipient with its settings. */
class ContentOfOne {
  readonly #outcome: Outcome
  readonly #accepted: AcceptedRecipient
  /** Undefined: the content filter has nothing to say here. */
  readonly #spam: { readonly found: SpamScores['common']; readonly required: number; readonly isSpam: boolean; readonly micros: number } | undefined

  constructor(outcome: Outcome, accepted: AcceptedRecipient) {
    this.#outcome = outcome
    this.#accepted = accepted
    const { spam, authentication } = outcome.judged
    const { settings, targets } = accepted.recipient
    if (spam === undefined || !wantsFilter(accepted) || isLetThrough(accepted, authentication?.found)) return
    const [target] = targets
    const found = (targets.length === 1 && target !== undefined ? spam.found.own.get(target.accountId) : undefined) ?? spam.found.common
    const required = outcome.door.directory.settings[`spam.${settings.spamLevel}` as SpamSettingKey]
    this.#spam = { found, required, isSpam: found.score >= required, micros: spam.micros }
  }

  get refuses(): boolean {
    return this.#spam?.isSpam === true && this.#action === 'refuse'
  }

  /**
   * Postmaster and abuse take everything (SPEC A9b), spam too: that is what people complain of there. Of others, spam is not forwarded (SPEC A13), so it
   * is refused where there is no mailbox to keep it.
   */
  get #action(): SpamAction {
    const { settings, alwaysAccepted, targets } = this.#accepted.recipient
    const { spamAction } = settings
    if (alwaysAccepted) return spamAction === 'refuse' || spamAction === 'discard' ? 'folder' : spamAction
    return targets.length === 0 && spamAction !== 'discard' ? 'refuse' : spamAction
  }

  /** No mailbox here gets it, and it is not forwarded whatever it is. */
  get isHomeless(): boolean {
    const { targets, alwaysAccepted } = this.#accepted.recipient
    return targets.length === 0 && !alwaysAccepted
  }

  infected(): RecipientFate {
    if (this.#accepted.virusAction === 'discard') return { action: 'discard', checks: [] }
    return { action: 'deliver', folder: 'virus', fields: this.#fields('virus'), edits: this.#outcome.edits, staysHere: true, checks: [] }
  }

  fate(): RecipientFate {
    const { edits, message, door, judged } = this.#outcome
    const spam = this.#spam
    if (spam === undefined) {
      const { noScore } = judged
      const checks: TimedCheck[] =
        noScore === undefined || !wantsFilter(this.#accepted) ? [] : [{ check: 'content-filter', result: 'temperror', reason: noScore, micros: 0 }]
      return this.#delivered(undefined, checks)
    }
    // It would have refused, but others of the transaction do not.
    const action = this.#action === 'refuse' ? (this.isHomeless ? 'discard' : 'folder') : this.#action
    const checks = [this.spamCheck(action)]
    if (!spam.isSpam) return this.#delivered(undefined, checks)
    switch (action) {
      case 'discard':
        return { action: 'discard', checks }
      case 'folder':
        return this.#delivered('spam', checks)
      case 'mark':
        return this.#delivered(undefined, checks, withMark(edits, message, door.directory.settings['spam.mark']))
      case 'deliver':
        return this.#delivered(undefined, checks)
    }
  }

  /** Where the content filter would have it, unless its sender keeps it from the inbox. */
  #delivered(wanted: JudgedFolder | undefined, checks: readonly TimedCheck[], edits = this.#outcome.edits): RecipientFate {
    const folder = wanted ?? (this.#outcome.sender?.concerns(this.#accepted) === true ? 'spam' : undefined)
    const doubtful = folder !== undefined || this.#spam?.isSpam === true
    if (doubtful && this.isHomeless) return { action: 'discard', checks }
    const staysHere = doubtful && this.#accepted.recipient.targets.length > 0
    return { action: 'deliver', ...(folder !== undefined && { folder }), fields: this.#fields(folder), edits, ...(staysHere && { staysHere }), checks }
  }

  spamCheck(action: SpamAction): TimedCheck {
    const spam = this.#spam
    if (spam === undefined) throw new Error('there is no score')
    const { found, required, isSpam, micros } = spam
    const reason = isSpam ? spamReasons[action] : 'not spam'
    return { check: 'content-filter', result: isSpam ? 'fail' : 'pass', reason, detail: scoreDetail(found, required), micros }
  }

  #fields(folder: JudgedFolder | undefined): string {
    const { judged, door, queueId } = this.#outcome
    const spam = this.#spam
    const killing = this.#action === 'refuse' || this.#action === 'discard'
    return [
      judged.authentication === undefined ? '' : authenticationResultsField(door.hostname, judged.authentication.found),
      judged.virus === undefined ? '' : virusField(judged.virus.found),
      spam === undefined ? '' : spamFields({ score: spam.found, required: spam.required, isSpam: spam.isSpam, kills: killing }),
      folder === undefined ? '' : `X-Quarantine-ID: <${queueId}>\r\n`,
    ].join('')
  }
}

/** As the journal shows it: the score, the one that was allowed, and the weightiest tests. */
export function scoreDetail({ score, tests, complete }: SpamScores['common'], required: number): string {
  const named = tests.slice(0, journalTests).map((test) => `${test.name}=${test.score}`)
  return `${score} / ${required}${complete ? '' : ' …'}${named.length === 0 ? '' : ': '}${named.join(', ')}`
}

/** Tests that the journal names: the weightiest. */
const journalTests = 8

const spamReasons: Readonly<Record<SpamAction, CheckReasons['content-filter']>> = {
  deliver: 'spam, delivered',
  mark: 'spam, marked',
  folder: 'spam, into the folder',
  discard: 'spam, thrown away',
  refuse: 'spam, refused',
}

function isLetThrough({ recipient }: AcceptedRecipient, authentication: SenderAuthentication | undefined): boolean {
  if (authentication === undefined || recipient.settings.letThrough.length === 0 || !isAuthorProven(authentication)) return false
  return letThroughAuthors(recipient.settings, authentication.author.addresses)
}

function authenticationCheck({ found: { spf, dkim, dmarc, arc }, micros }: Timed<SenderAuthentication>): TimedCheck {
  const signed = dkim.length === 0 ? ['dkim=none'] : dkim.map(({ result, domain }) => `dkim=${result} (${domain})`)
  const detail = [`spf=${spf.result} (${spf.domain})`, ...signed, `dmarc=${dmarc.result} (${dmarc.domain})`, `arc=${arc.result}`].join(', ')
  const { result } = dmarc
  return { check: 'authentication', result: result === 'permerror' ? 'fail' : result, reason: result, detail, micros }
}

function withMark(edits: readonly Edit[], { headerSection }: IncomingMessage, mark: string): readonly Edit[] {
  return [...edits, markedSubject(headerSection, mark)].sort((a, b) => a.at - b.at)
}

/** As known to the recipient for whom it was looked up. */
function clientName(recipients: readonly AcceptedRecipient[]): string | undefined {
  const found = recipients.find((accepted) => accepted.clientName !== undefined)
  return found?.clientName
}
