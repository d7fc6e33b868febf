import { addressKey, formatAddress, parseAddress } from '../mail/address.ts'
import type { Reply } from '../mail/reply.ts'
import type { TimedCheck } from '../mail/check.ts'
import { accept, type Verdict } from '../mail/verdict.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import { author } from '../message/author.ts'
import { countFields, fields, unfold } from '../message/header-section.ts'
import { judgeAuthors } from '../protection/lists.ts'
import { faultReply } from './fault-reply.ts'
import { isErrand, runErrands } from './run-errands.ts'
import { judgeContent } from './content.ts'
import type { Door } from './dependencies.ts'
import { Findings } from './findings.ts'
import { messageLimit } from './message-limit.ts'
import type { DataVerdict, IncomingMessage, RecipientFate, Transaction } from './policy.ts'
import { actionOf, recordDiscard, recordMessageRefusal } from './refusals.ts'
import { replies } from './replies.ts'

/** RFC 5321 6.3: "at least 100 Received entries". */
const maxReceived = 100

/**
 * A whole message, judged once for all its recipients: they were let into one transaction because they get one answer. What becomes of
 * it behind that answer is each recipient's own.
 */
export async function atData(door: Door, transaction: Transaction, message: IncomingMessage): Promise<DataVerdict> {
  const findings = new Findings()
  let reply: Reply | undefined
  let fates: readonly RecipientFate[] | undefined
  let authentication: SenderAuthentication | undefined
  try {
    reply = loop(transaction, message, findings) ?? size(transaction, message, findings) ?? lists(transaction, message, findings)
    if (reply === undefined && isErrand(transaction)) {
      const done = await runErrands(door, transaction, message)
      return { verdict: recordDiscards(door, transaction, message, findings.checks, done), checks: findings.checks, fates: done }
    }
    if (reply === undefined) ({ reply, fates, authentication } = await judgeContent(door, transaction, message, findings))
  } catch (err) {
    door.log.error('message could not be judged', { queueId: transaction.queueId, ip: transaction.client.ip, err })
    findings.add({ check: 'storage', result: 'temperror', reason: 'fault of ours' })
    reply = faultReply(err)
  }
  const { checks } = findings
  if (reply !== undefined) {
    recordMessageRefusal(door, transaction, message, reply, checks)
    const verdict: Verdict = { action: actionOf(reply), reply, because: checks.at(-1)?.check ?? 'storage' }
    return { verdict, checks }
  }
  door.deliverers.delivered(transaction.client.ip)
  return { verdict: recordDiscards(door, transaction, message, checks, fates), checks, fates, authentication }
}

/** Those for whom it is thrown away are journalled here; what is left to be done is accepted, or nothing. */
export function recordDiscards(
  door: Door,
  transaction: Transaction,
  message: IncomingMessage,
  checks: readonly TimedCheck[],
  fates: readonly RecipientFate[] = [],
): Verdict {
  let left = transaction.recipients.length
  for (const [index, fate] of fates.entries()) {
    const accepted = transaction.recipients[index]
    if (fate.action !== 'discard' || accepted === undefined) continue
    recordDiscard(door, transaction, message, accepted, [...checks, ...fate.checks])
    left -= 1
  }
  return left === 0 ? { action: 'discard', because: 'content-filter' } : accept
}

/** It came to us too often by its trace, or was here already: whom it is forwarded to sends it back. */
export function loop({ recipients }: Transaction, message: IncomingMessage, findings: Findings): Reply | undefined {
  const seen = new Set(fields(message.headerSection, 'delivered-to').map((value) => addressKeyOf(unfold(value).trim())))
  const again = recipients.find(({ recipient: { address, elsewhere } }) => elsewhere.length > 0 && seen.has(addressKey(address)))
  if (again !== undefined) {
    findings.add({ check: 'loop', result: 'fail', reason: 'was here already', detail: formatAddress(again.recipient.address) })
    return replies.forwardLoops
  }
  const hops = countFields(message.headerSection, 'received')
  if (hops <= maxReceived) return undefined
  findings.add({ check: 'loop', result: 'fail', reason: 'too many Received fields', detail: String(hops) })
  return replies.tooManyHops
}

function addressKeyOf(text: string): string | undefined {
  const address = parseAddress(text)
  return address && addressKey(address)
}

/** What MAIL declared was judged at RCPT; this is what came. */
export function size(transaction: Transaction, message: IncomingMessage, findings: Findings): Reply | undefined {
  for (const { recipient } of transaction.recipients) {
    const limitBytes = messageLimit(recipient)
    if (message.sizeBytes <= limitBytes) continue
    findings.add({ check: 'size', result: 'fail', reason: 'true size', detail: String(message.sizeBytes) })
    return replies.tooLarge(limitBytes)
  }
  return undefined
}

/** By the header From. What cannot be read of it is nobody's: nobody has blocked it, and nobody has allowed it. */
function lists(transaction: Transaction, message: IncomingMessage, findings: Findings): Reply | undefined {
  const judged = new Set<string>()
  for (const { recipient, checks, answerGroup } of transaction.recipients) {
    if (answerGroup === '' || judged.has(answerGroup)) continue
    judged.add(answerGroup)
    const atRcpt = checks.find(({ check }) => check === 'lists')?.reason
    if (atRcpt !== 'not listed' && atRcpt !== 'From may match') continue
    const result = judgeAuthors(recipient.settings, atRcpt, author(message.headerSection))
    if (result === undefined) continue
    findings.add(result)
    if (result.result === 'fail') return replies.listed
  }
  return undefined
}
