import type { Recipient } from '../directory/recipient.ts'
import type { Sender } from '../directory/query/sender.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import type { Client } from '../mail/client.ts'
import type { AccountId } from '../mail/ids.ts'
import type { Reply } from '../mail/reply.ts'
import { accept, type Verdict } from '../mail/verdict.ts'
import { author } from '../message/author.ts'
import { judgeAuthors } from '../protection/lists.ts'
import { atConnect, type DoorVisit } from './at-connect.ts'
import { loop, recordDiscards, size } from './at-data.ts'
import { atRcpt } from './at-rcpt.ts'
import type { Door } from './dependencies.ts'
import { noteRefusal, ours } from './door.ts'
import { faultReply } from './fault-reply.ts'
import { Findings } from './findings.ts'
import { namesOnlyItself } from './named-authors.ts'
import { judgeOutgoing } from './outgoing-content.ts'
import { isOwnAddress } from './own-address.ts'
import type { DataVerdict, IncomingMessage, MailVerdict, Policy, RcptVerdict, RecipientFate, Transaction } from './policy.ts'
import { judgePosters, restrictedLists } from './posting.ts'
import { actionOf, recordMessageRefusal, recordRefusal } from './refusals.ts'
import { replies } from './replies.ts'
import { runErrands } from './run-errands.ts'
import { newRecipient, spend, spendingOf } from './sending-limits.ts'
import { outgoingForms, submittedEdits } from './submitted-message.ts'

export interface SubmissionDoor extends Door {
  /** Makes tokens of outgoing mail (mail/report-token.ts). */
  readonly reportKey: Uint8Array
}

/** What people may send who have signed in (SPEC C3, RFC 6409). */
export function createSubmissionPolicy(door: SubmissionDoor): Policy {
  return {
    atConnect: (client: Client) => atConnect(door, client, 'access'),
    atMail: (transaction) => orFault(door, transaction, () => atMail(door, transaction)),
    atRcpt: (visit, transaction, forwardPath) => orFault(door, transaction, () => atSubmittedRcpt(door, ours(visit), transaction, forwardPath)),
    atData: (transaction, message) => atData(door, transaction, message),
    noteRefusal: (transaction, because, reply, rcpt) => noteRefusal(door, transaction, { because, reply, rcpt }),
  }
}

async function orFault<Judged>(
  door: Door,
  { queueId, client }: Transaction,
  judging: () => Promise<Judged>,
): Promise<Judged | { readonly action: 'defer'; readonly reply: Reply }> {
  try {
    return await judging()
  } catch (err) {
    door.log.error('what is sent could not be judged', { queueId, ip: client.ip, err })
    return { action: 'defer', reply: faultReply(err) }
  }
}

/** The mailbox that sends, as it is now. */
interface Submitter {
  readonly accountId: AccountId
  readonly sender: Sender
  /** Its own address, with the settings that hold for it. */
  readonly own: Recipient
}

async function submitterOf({ directory }: Door, { submitter }: Transaction): Promise<Submitter | undefined> {
  if (submitter === undefined) throw new TypeError('nobody has signed in')
  const { accountId } = submitter
  const sender = await directory.senderOf(accountId)
  if (sender === undefined) return undefined
  const { found: own } = directory.resolveNow(sender.address) ?? (await directory.resolve(sender.address))
  return own === undefined ? undefined : { accountId, sender, own }
}

async function atMail(door: SubmissionDoor, transaction: Transaction): Promise<MailVerdict> {
  const findings = new Findings()
  const by = await submitterOf(door, transaction)
  const originator = by && { accountId: by.accountId, addressId: by.sender.addressId, customerId: by.sender.customerId }
  const reply = by === undefined ? replies.noSender : await refusalAtMail(door, transaction, by, findings)
  if (reply === undefined && originator !== undefined) {
    const highest = door.directory.settings['submission.highest-priority']
    return { action: 'accept', originator, priority: Math.min(transaction.wishes.priority, highest) }
  }
  const why = reply ?? replies.noSender
  const { client, queueId, reversePath, declaredSizeBytes: sizeBytes } = transaction
  recordRefusal(door, { client, queueId, reversePath, sizeBytes, originator }, why, findings.checks)
  return { action: actionOf(why), reply: why }
}

async function refusalAtMail(door: SubmissionDoor, transaction: Transaction, by: Submitter, findings: Findings): Promise<Reply | undefined> {
  const { reversePath, declaredSizeBytes = 0 } = transaction
  const { sendingLocked } = by.sender
  if (sendingLocked !== undefined) {
    findings.add({ check: 'sender', result: 'fail', reason: 'sending locked', detail: sendingLocked })
    return replies.sendingLocked(sendingLocked)
  }
  if (reversePath !== null && !(await isOwnAddress(door, by.accountId, reversePath))) {
    findings.add({ check: 'sender', result: 'fail', reason: 'not an address of the mailbox', detail: formatAddress(by.sender.address) })
    return replies.notYours('MAIL FROM', formatAddress(reversePath))
  }
  const limitBytes = largestMessage(by)
  if (declaredSizeBytes > limitBytes) {
    findings.add({ check: 'size', result: 'fail', reason: 'declared size', detail: String(declaredSizeBytes) })
    return replies.tooLarge(limitBytes)
  }
  return await spend(door, by, { spending: { messages: 1, recipients: 0, newRecipients: 0 }, take: false }, findings)
}

/** What its plan takes is what it sends. */
function largestMessage({ own, accountId }: Submitter): number {
  return own.targets.find((target) => target.accountId === accountId)?.maxMessageBytes ?? 0
}

async function atSubmittedRcpt(door: SubmissionDoor, visit: DoorVisit, transaction: Transaction, forwardPath: Address | undefined): Promise<RcptVerdict> {
  const findings = new Findings()
  const rcpt = forwardPath === undefined ? 'postmaster' : formatAddress(forwardPath)
  const refused = await refusalAtRcpt(door, transaction, forwardPath, findings)
  if (refused !== undefined) {
    const { client, queueId, reversePath, originator } = transaction
    recordRefusal(door, { client, queueId, reversePath, originator, rcpt }, refused, findings.checks)
    return { action: actionOf(refused), reply: refused }
  }
  if (forwardPath !== undefined && (await isElsewhere(door, forwardPath))) {
    findings.add({ check: 'relay', result: 'pass', reason: 'to another server' })
    return { action: 'relay', accepted: { forwardPath, checks: findings.checks } }
  }
  const verdict = await atRcpt(door, visit, transaction, forwardPath)
  if (verdict.action !== 'accept') return verdict
  return { action: 'accept', accepted: { ...verdict.accepted, checks: [...findings.checks, ...verdict.accepted.checks] } }
}

async function refusalAtRcpt(door: SubmissionDoor, transaction: Transaction, forwardPath: Address | undefined, findings: Findings): Promise<Reply | undefined> {
  const by = await submitterOf(door, transaction)
  if (by === undefined) return replies.noSender
  const isNew = forwardPath !== undefined && !(await door.correspondents.knows(by.accountId, forwardPath))
  findings.add({ check: 'sending-limits', result: 'pass', reason: isNew ? newRecipient : 'known recipient' })
  const { recipients, newRecipients } = spendingOf(transaction)
  const spending = { messages: 0, recipients: recipients + 1, newRecipients: newRecipients + (isNew ? 1 : 0) }
  return await spend(door, by, { spending, take: false }, findings)
}

async function isElsewhere({ directory }: Door, address: Address): Promise<boolean> {
  const resolution = directory.resolveNow(address) ?? (await directory.resolve(address))
  return resolution.found === undefined && resolution.why === 'foreign'
}

async function atData(door: SubmissionDoor, transaction: Transaction, message: IncomingMessage): Promise<DataVerdict> {
  const findings = new Findings()
  const { checks } = findings
  let outcome: Outcome
  try {
    outcome = await judge(door, transaction, message, findings)
  } catch (err) {
    door.log.error('message could not be judged', { queueId: transaction.queueId, ip: transaction.client.ip, err })
    findings.add({ check: 'storage', result: 'temperror', reason: 'fault of ours' })
    outcome = { reply: faultReply(err) }
  }
  const { reply, ...accepted } = outcome
  if (reply !== undefined) {
    recordMessageRefusal(door, transaction, message, reply, checks)
    const verdict: Verdict = { action: actionOf(reply), reply, because: checks.at(-1)?.check ?? 'storage' }
    return { verdict, checks }
  }
  const discards = recordDiscards(door, transaction, message, checks, accepted.fates)
  rememberRecipients(door, transaction)
  return { verdict: transaction.remote.length > 0 ? accept : discards, checks, ...accepted }
}

type Outcome = Pick<DataVerdict, 'fates' | 'edits' | 'authorDomain' | 'outgoing'> & { readonly reply?: Reply | undefined }

async function judge(door: SubmissionDoor, transaction: Transaction, message: IncomingMessage, findings: Findings): Promise<Outcome> {
  const by = await submitterOf(door, transaction)
  if (by === undefined) return { reply: replies.noSender }
  const form =
    loop(transaction, message, findings) ??
    ownSize(by, message, findings) ??
    size(transaction, message, findings) ??
    (await namesOnlyItself(door, transaction, message, findings)) ??
    lists(transaction, message, findings)
  if (form !== undefined) return { reply: form }
  const posting = await mayPostTo(door, transaction, message)
  if (posting !== undefined) {
    findings.add(posting.check)
    return { reply: posting.reply }
  }
  const edits = submittedEdits(door, transaction, message)
  const { reply, fates } = await judgeOutgoing(door, transaction, message, { edits, findings })
  if (reply !== undefined) return { reply }
  // Last, so that what did not go out was not counted.
  const short = await spend(door, by, { spending: spendingOf(transaction), take: true }, findings)
  if (short !== undefined) return { reply: short }
  const authorDomain = author(message.headerSection).authors[0]?.domain
  const done = await withErrands(door, transaction, message, fates)
  return { fates: done, edits, authorDomain, outgoing: outgoingForms(door, transaction, message, { own: by.own, edits }) }
}

/** Authors of what is submitted are who they say. */
async function mayPostTo(door: SubmissionDoor, { recipients }: Transaction, { headerSection }: IncomingMessage) {
  const restricted = await Promise.all(recipients.filter(({ errand }) => errand === undefined).map(({ recipient }) => restrictedLists(door, recipient)))
  return judgePosters(door, restricted.flat(), author(headerSection).authors)
}

function ownSize(by: Submitter, { sizeBytes }: IncomingMessage, findings: Findings): Reply | undefined {
  const limitBytes = largestMessage(by)
  if (sizeBytes <= limitBytes) return undefined
  findings.add({ check: 'size', result: 'fail', reason: 'true size', detail: String(sizeBytes) })
  return replies.tooLarge(limitBytes)
}

/** A recipient here may have blocked the author, or allow others only: who sends is told whom to leave out. */
function lists(transaction: Transaction, { headerSection }: IncomingMessage, findings: Findings): Reply | undefined {
  for (const { recipient, checks, forwardPath } of transaction.recipients) {
    const atRcptReason = checks.find(({ check }) => check === 'lists')?.reason
    if (atRcptReason !== 'not listed' && atRcptReason !== 'From may match') continue
    const result = judgeAuthors(recipient.settings, atRcptReason, author(headerSection))
    if (result?.result !== 'fail') continue
    findings.add(result)
    return replies.takesNone(formatAddress(forwardPath))
  }
  return undefined
}

/** What goes to a list's own addresses is for nobody: it is done, and thrown away. Others get the same message beside them. */
async function withErrands(
  door: Door,
  transaction: Transaction,
  message: IncomingMessage,
  fates: readonly RecipientFate[] | undefined,
): Promise<readonly RecipientFate[] | undefined> {
  const { recipients } = transaction
  if (recipients.every(({ errand }) => errand === undefined)) return fates
  const done = (await runErrands(door, transaction, message)).values()
  return fates?.map((fate, index) => (recipients[index]?.errand === undefined ? fate : (done.next().value ?? fate)))
}

/** Nobody waits for it. */
function rememberRecipients({ correspondents }: Door, { submitter, recipients, remote }: Transaction): void {
  if (submitter === undefined) return
  void correspondents.wroteTo(
    submitter.accountId,
    [...recipients, ...remote].map(({ forwardPath }) => forwardPath),
  )
}
