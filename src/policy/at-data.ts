import type { Reply } from '../mail/reply.ts'
import { accept, type Verdict } from '../mail/verdict.ts'
import { author } from '../message/author.ts'
import { countFields } from '../message/header-section.ts'
import { judgeAuthors, type ListsReason } from '../protection/lists.ts'
import { faultReply } from './fault-reply.ts'
import type { Door } from './dependencies.ts'
import { Findings } from './findings.ts'
import { messageLimit } from './message-limit.ts'
import type { DataVerdict, IncomingMessage, Transaction } from './policy.ts'
import { actionOf, recordMessageRefusal } from './refusals.ts'
import { replies } from './replies.ts'

/** RFC 5321 6.3: "at least 100 Received entries". */
const maxReceived = 100

/** A whole message, judged once for all its recipients: they were let into one transaction because they get one answer. */
export function atData(door: Door, transaction: Transaction, message: IncomingMessage): DataVerdict {
  const findings = new Findings()
  let reply: Reply | undefined
  try {
    reply = loop(message, findings) ?? size(transaction, message, findings) ?? lists(transaction, message, findings)
  } catch (err) {
    door.log.error('message could not be judged', { queueId: transaction.queueId, ip: transaction.client.ip, err })
    findings.add({ check: 'storage', result: 'temperror', reason: 'fault of ours' })
    reply = faultReply(err)
  }
  const { checks } = findings
  if (reply === undefined) {
    door.deliverers.delivered(transaction.client.ip)
    return { verdict: accept, checks }
  }
  recordMessageRefusal(door, transaction, message, reply, checks)
  const verdict: Verdict = { action: actionOf(reply), reply, because: checks.at(-1)?.check ?? 'storage' }
  return { verdict, checks }
}

function loop(message: IncomingMessage, findings: Findings): Reply | undefined {
  const hops = countFields(message.headerSection, 'received')
  if (hops <= maxReceived) return undefined
  findings.add({ check: 'loop', result: 'fail', reason: 'too many Received fields', detail: String(hops) })
  return replies.tooManyHops
}

/** What MAIL declared was judged at RCPT; this is what came. */
function size(transaction: Transaction, message: IncomingMessage, findings: Findings): Reply | undefined {
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
    if (atRcpt === undefined) continue
    const result = judgeAuthors(recipient.settings, atRcpt as ListsReason, author(message.headerSection))
    if (result === undefined) continue
    findings.add(result)
    if (result.result === 'fail') return replies.listed
  }
  return undefined
}
