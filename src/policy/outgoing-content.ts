import type { Edit } from '../delivery/edits.ts'
import { formatAddress } from '../mail/address.ts'
import type { TimedCheck } from '../mail/check.ts'
import { type ContentOutcome, fatesOf, scoreDetail, wantsFilter } from './content.ts'
import type { Door } from './dependencies.ts'
import type { Findings } from './findings.ts'
import type { Judged } from './judging.ts'
import type { IncomingMessage, Transaction } from './policy.ts'
import { replies } from './replies.ts'
import { unknownSender } from './reputation.ts'
import { virusOutcome } from './virus.ts'

/**
 * Virus check and content filter of what people of ours send, once for everybody. Viruses never leave (SPEC D4), by nobody's wish. What looks too much like
 * spam is refused, not held: who sends it learns so at once, and nobody has to look through a quarantine that a stolen mailbox fills. Recipients
 * here see the same score with settings of their own; those that refuse spam get it into a folder, since their refusal would hit all others too.
 */
export async function judgeOutgoing(
  door: Door,
  transaction: Transaction,
  message: IncomingMessage,
  { edits, findings }: { readonly edits: readonly Edit[]; readonly findings: Findings },
): Promise<ContentOutcome> {
  const { recipients, remote, reversePath, queueId } = transaction
  const { settings } = door.directory
  const limit = settings['outgoing.spam-limit']
  const filtered = recipients.filter(wantsFilter)
  const filter = limit < Infinity || filtered.length > 0
  const outcome = { door, message, edits, sender: undefined, queueId }
  if (!filter && !door.judging.hasVirusCheck) return { fates: fatesOf({ ...outcome, judged: {} }, recipients) }
  const judged = await door.judging.judge({
    queueId,
    client: undefined,
    clientName: undefined,
    reversePath,
    recipients: [...recipients, ...remote].map(({ forwardPath }) => formatAddress(forwardPath)),
    sizeBytes: message.sizeBytes,
    octets: message.octets,
    authenticate: false,
    filter,
    accounts: filtered.flatMap(({ recipient: { targets } }) => (targets.length === 1 ? targets.map(({ accountId }) => accountId) : [])),
    known: unknownSender,
    settings,
  })
  if (judged.busy === true) {
    findings.add({ check: 'content-filter', result: 'wait', reason: 'too busy' })
    return { reply: replies.tooBusyToJudge }
  }
  if (judged.virus !== undefined) {
    findings.addTimed({ ...judged.virus.found, micros: judged.virus.micros })
    const virus = virusOutcome(judged.virus.found, settings)
    if (virus.kind === 'reply') return { reply: virus.reply }
    if (virus.kind === 'infected') return { reply: replies.virus(virus.name) }
  }
  const score = outgoingScore(judged, limit)
  if (score !== undefined) findings.addTimed(score)
  const fates = score?.result === 'fail' ? undefined : fatesOf({ ...outcome, judged }, recipients)
  return fates === undefined ? { reply: replies.outgoingSpam } : { fates }
}

/** Undefined: it was not asked for. */
function outgoingScore({ spam, noScore }: Judged, limit: number): TimedCheck | undefined {
  if (spam === undefined) return noScore === undefined ? undefined : { check: 'content-filter', result: 'temperror', reason: noScore, micros: 0 }
  const found = spam.found.common
  const isTooMuch = found.score >= limit
  return {
    check: 'content-filter',
    result: isTooMuch ? 'fail' : 'pass',
    reason: isTooMuch ? 'outgoing spam, refused' : 'may leave',
    detail: scoreDetail(found, limit),
    micros: spam.micros,
  }
}
