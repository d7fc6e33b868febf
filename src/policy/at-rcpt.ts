import type { Recipient, Resolution } from '../directory/recipient.ts'
import type { Settings } from '../directory/settings.ts'
import { type Address, addressKey, formatAddress, type ReversePath } from '../mail/address.ts'
import { type CheckName, type CheckOutcome, type CheckReasons, found } from '../mail/check.ts'
import type { Reply } from '../mail/reply.ts'
import { authorsKey, judgeSender, type ListsReason, type ListsResult } from '../protection/lists.ts'
import { type HostNames, judgeHost, verifiedNow, verifyHost } from '../protection/reverse-lookup.ts'
import type { DoorVisit } from './at-connect.ts'
import { faultReply } from './fault-reply.ts'
import type { Door } from './dependencies.ts'
import { Findings } from './findings.ts'
import { type Errand, listErrand } from './list-errands.ts'
import { isForOthers, messageLimit } from './message-limit.ts'
import type { AcceptedRecipient, RcptVerdict, Transaction } from './policy.ts'
import { restrictedLists } from './posting.ts'
import { actionOf, recordRefusal } from './refusals.ts'
import { replies } from './replies.ts'
import { type Returning, returningTo } from './returning.ts'

/** One recipient, judged in the order of SPEC section A, with the settings of the address that was written to. */
export async function atRcpt(door: Door, visit: DoorVisit, transaction: Transaction, forwardPath: Address | undefined): Promise<RcptVerdict> {
  const rcpt = forwardPath === undefined ? 'postmaster' : formatAddress(forwardPath)
  const judging = new RcptJudging(door, transaction, rcpt)
  let refusal: Reply | undefined
  try {
    refusal = await judging.judge(visit, forwardPath)
  } catch (err) {
    door.log.error('recipient could not be judged', { queueId: transaction.queueId, ip: transaction.client.ip, err })
    judging.findings.add({ check: 'storage', result: 'temperror', reason: 'fault of ours' })
    refusal = faultReply(err)
  }
  const { recipient, customerId, clientName, answerGroup, virusAction, errand, findings } = judging
  if (refusal === undefined && recipient !== undefined) {
    const accepted = { forwardPath: forwardPath ?? recipient.address, recipient, checks: findings.checks, answerGroup, virusAction, clientName, errand }
    return { action: 'accept', accepted }
  }
  const { client, queueId, reversePath, originator, declaredSizeBytes } = transaction
  const reply = refusal ?? replies.ourFault
  recordRefusal(
    door,
    { client, clientName, queueId, reversePath, originator, rcpt, recipient, customerId, sizeBytes: declaredSizeBytes },
    reply,
    findings.checks,
  )
  return { action: actionOf(reply), reply }
}

/** The judging of one RCPT: what was found so far. Each step gives the reply that ends it, or undefined to go on. */
class RcptJudging {
  readonly findings = new Findings()
  recipient: Recipient | undefined
  /** Whose domain it is, where there is no recipient. */
  customerId: number | undefined
  answerGroup = ''
  errand: Errand | undefined
  virusAction: AcceptedRecipient['virusAction'] = 'refuse'
  readonly #door: Door
  readonly #transaction: Transaction
  readonly #rcpt: string
  /** Of one moment, for the whole command (SPEC A9). */
  readonly #settings: Settings
  #host: HostNames | undefined

  constructor(door: Door, transaction: Transaction, rcpt: string) {
    this.#door = door
    this.#transaction = transaction
    this.#rcpt = rcpt
    this.#settings = door.directory.settings
  }

  /** The verified host name, where it was looked up: the one that the client uses itself, or else the first. */
  get clientName(): string | undefined {
    if (this.#host?.status !== 'verified') return undefined
    const helo = this.#transaction.client.helo?.toLowerCase()
    return helo !== undefined && this.#host.names.includes(helo) ? helo : this.#host.names[0]
  }

  async judge(visit: DoorVisit, forwardPath: Address | undefined): Promise<Reply | undefined> {
    const { directory } = this.#door
    const returning = forwardPath && (await returningTo(this.#door, forwardPath, this.#transaction.reversePath === null))
    if (returning !== undefined) return this.#returning(visit, returning)
    const errand = forwardPath && (await listErrand(this.#door, forwardPath))
    if (errand !== undefined) {
      this.errand = errand.errand
      return this.#judgeRecipient(errand.recipient, errand.errand.errand)
    }
    const known = forwardPath === undefined ? undefined : directory.resolveNow(forwardPath)
    const resolution = known ?? (await (forwardPath === undefined ? directory.postmaster() : directory.resolve(forwardPath)))
    if (resolution.found === undefined) return this.#notFound(visit, resolution)
    return this.#judgeRecipient(resolution.found, resolution.found.kind)
  }

  /** What comes back of forwarded mail goes on to its sender, here or elsewhere. */
  async #returning(visit: DoorVisit, returning: Returning): Promise<Reply | undefined> {
    if (returning === 'unknown') {
      this.#found('address', 'fail', 'no way back of ours')
      return (await visit.unknownRecipient()) ?? replies.userUnknown(this.#rcpt)
    }
    if (returning === 'notices only') {
      this.#found('address', 'fail', 'not a notice')
      return replies.noticesOnly(this.#rcpt)
    }
    const resolution = await this.#door.directory.resolve(returning.sender)
    if (resolution.found === undefined && resolution.why !== 'foreign') return this.#notFound(visit, resolution)
    return this.#judgeRecipient(resolution.found ?? returning.elsewhere, 'way back')
  }

  async #judgeRecipient(recipient: Recipient, reason: CheckReasons['address']): Promise<Reply | undefined> {
    this.recipient = recipient
    this.#found('address', 'pass', reason, destination(recipient, this.#rcpt))
    return this.#size(recipient) ?? (await this.#room(recipient)) ?? (await this.#sender(recipient))
  }

  async #notFound(visit: DoorVisit, { why, customerId }: Resolution & { found: undefined }): Promise<Reply> {
    this.customerId = customerId
    switch (why) {
      case 'unknown':
        this.#found('address', 'fail', 'no such address')
        void this.#door.reputation.note({ ip: this.#transaction.client.ip, domains: [] }, 'bad', guessedRecipient)
        return (await visit.unknownRecipient()) ?? replies.userUnknown(this.#rcpt)
      case 'foreign':
        this.#found('relay', 'fail', 'foreign domain')
        return (await visit.unknownRecipient()) ?? replies.relayDenied(this.#rcpt)
      case 'loop':
        this.#found('address', 'fail', 'leads back to itself')
        return replies.addressLoops(this.#rcpt)
      case 'locked':
        this.#found('address', 'wait', 'locked')
        return replies.locked(this.#rcpt)
    }
  }

  #size(recipient: Recipient): Reply | undefined {
    const { declaredSizeBytes } = this.#transaction
    const limitBytes = messageLimit(recipient)
    if (declaredSizeBytes === undefined || declaredSizeBytes <= limitBytes) return undefined
    this.#found('size', 'fail', 'declared size', String(declaredSizeBytes))
    return replies.tooLargeFor(this.#rcpt, limitBytes)
  }

  /** A list with one mailbox that has room is not full (README). */
  async #room(recipient: Recipient): Promise<Reply | undefined> {
    if (isForOthers(recipient)) return undefined
    for (const target of recipient.targets) {
      const full = this.#door.isFull(target, this.#transaction.declaredSizeBytes ?? 0)
      if (!(typeof full === 'boolean' ? full : await full)) return undefined
    }
    const refuse = this.#settings['mailbox.full'] === 'refuse'
    this.#found('quota', refuse ? 'fail' : 'wait', 'mailbox full')
    return refuse ? replies.full(this.#rcpt) : replies.fullForNow(this.#rcpt)
  }

  async #sender(recipient: Recipient): Promise<Reply | undefined> {
    if (this.#transaction.submitter !== undefined) return this.#submitter(recipient)
    if (recipient.alwaysAccepted) {
      this.#found('lists', 'skip', 'always accepted')
      return this.#group(recipient, 'off')
    }
    const lists = await this.#lists(recipient)
    if (lists.result === 'fail') return replies.listed
    if (lists.result === 'temperror') return replies.noHostNameNow(this.#transaction.client.ip)
    const local = (await this.#group(recipient, lists.reason)) ?? (await this.#reverseLookup(recipient)) ?? (await this.#greylisting(recipient, lists.reason))
    return local ?? (await this.#blocklists(lists.reason))
  }

  /**
   * Who has signed in needs neither a host name nor patience (SPEC A2). Only whom the recipient has listed himself counts. His mail has no answer groups
   * (SPEC A7): people's programs cannot send "separately", so what its content means to each recipient is none of the answer.
   */
  #submitter(recipient: Recipient): Reply | undefined {
    if (recipient.alwaysAccepted) return undefined
    const { reversePath, client } = this.#transaction
    const result = judgeSender(recipient.settings, { reversePath, ip: client.ip, hostNames: [] })
    if (result !== undefined && result.reason !== 'off') this.findings.add(result)
    return result?.result === 'fail' ? replies.takesNone(this.#rcpt) : undefined
  }

  async #lists(recipient: Recipient): Promise<ListsResult> {
    const { reversePath, client } = this.#transaction
    let result = judgeSender(recipient.settings, { reversePath, ip: client.ip, hostNames: hostNames(this.#host) })
    if (result === undefined) {
      const host = this.#hostNow() ?? (await this.#askHost())
      result = judgeSender(recipient.settings, { reversePath, ip: client.ip, hostNames: hostNames(host) })
    }
    if (result === undefined) throw new Error('the lists ask for a host name that they were given')
    if (result.reason !== 'off') this.findings.add(result)
    return result
  }

  /** SPEC A7: one transaction, one answer. */
  async #group(recipient: Recipient, lists: ListsReason): Promise<Reply | undefined> {
    const { declaredSizeBytes, recipients } = this.#transaction
    const limitBytes = messageLimit(recipient)
    const ownLimit = declaredSizeBytes === undefined && limitBytes < this.#door.directory.largestMessageBytes
    const { settings, alwaysAccepted } = recipient
    const { hasVirusCheck } = this.#door.judging
    if (hasVirusCheck) this.virusAction = await this.#virusAction(recipient)
    const group: AnswerGroup = {
      lists: authorsKey(settings, lists),
      size: ownLimit ? String(limitBytes) : '',
      virus: hasVirusCheck && this.virusAction === 'refuse' ? 'refuse' : '',
      posting: this.errand === undefined ? (await restrictedLists(this.#door, recipient)).map(({ address }) => addressKey(address)).join(' ') : 'errand',
      'content-filter': lists === 'let through' || alwaysAccepted ? '' : spamAnswers(recipient),
    }
    const answers = Object.values(group)
    this.answerGroup = answers.every((answer) => answer === '') ? '' : JSON.stringify(answers)
    const [first] = recipients
    if (first === undefined || first.answerGroup === this.answerGroup) return undefined
    this.#found(differingCheck(group, first.answerGroup), 'wait', 'different policy')
    return replies.differentPolicy(this.#rcpt)
  }

  /** Into a folder only where all mailboxes behind the address have one; to nobody else ever. */
  async #virusAction({ settings, targets }: Recipient): Promise<AcceptedRecipient['virusAction']> {
    if (settings.virusAction !== 'folder') return settings.virusAction
    if (targets.length === 0) return 'refuse'
    for (const { accountId } of targets) if (!(await this.#door.hasFolder(accountId, 'virus'))) return 'refuse'
    return 'folder'
  }

  async #reverseLookup(recipient: Recipient): Promise<Reply | undefined> {
    if (!recipient.settings.reverseLookup) return undefined
    const { ip, helo } = this.#transaction.client
    const host = this.#host ?? this.#hostNow() ?? (await this.#askHost())
    const result = judgeHost(host, this.#settings['reverse-lookup.strict'] ? { helo } : undefined)
    this.findings.add(result)
    if (result.result === 'pass') return undefined
    return result.result === 'temperror' ? replies.noHostNameNow(ip) : replies.noHostName(ip)
  }

  async #greylisting(recipient: Recipient, lists: ListsReason): Promise<Reply | undefined> {
    if (!recipient.settings.greylisting) return undefined
    if (lists === 'let through' || lists === 'allowed') {
      this.#found('greylisting', 'skip', lists)
      return undefined
    }
    const { reversePath, client } = this.#transaction
    if (await this.#hasWrittenTo(recipient, reversePath)) {
      this.#found('greylisting', 'skip', 'was written to')
      return undefined
    }
    const result = await this.#door.greylisting.judge({ reversePath, ip: client.ip, hostName: this.clientName }, this.#settings)
    this.findings.add(result)
    return result.result === 'wait' ? replies.greylisted(this.#rcpt) : undefined
  }

  /** The mailbox itself, that is: behind a list or a forward to several somebody always has. */
  async #hasWrittenTo({ kind, targets }: Recipient, reversePath: ReversePath): Promise<boolean> {
    const [target] = targets
    if (reversePath === null || target === undefined || targets.length > 1 || kind === 'list') return false
    return await this.#door.correspondents.knows(target.accountId, reversePath)
  }

  /** Last, since they are asked over the network, and a sender that is greylisted may never come back. */
  async #blocklists(lists: ListsReason): Promise<Reply | undefined> {
    if (this.#settings['blocklist.refuse'] === '' || lists === 'let through' || lists === 'allowed') return undefined
    const { ip } = this.#transaction.client
    const result = await this.#door.refusingLists.judge(ip, this.#settings['blocklist.refuse'])
    this.findings.add(result)
    return result.result === 'fail' ? replies.onBlocklist(ip, result.detail ?? '') : undefined
  }

  #hostNow(): HostNames | undefined {
    this.#host = verifiedNow(this.#transaction.client.ip, this.#door.resolver)
    return this.#host
  }

  async #askHost(): Promise<HostNames> {
    const host = await verifyHost(this.#transaction.client.ip, this.#door.resolver)
    this.#host = host
    return host
  }

  #found<Name extends CheckName>(check: Name, result: CheckOutcome, reason: CheckReasons[Name], detail?: string): void {
    this.findings.add(found(check, result, reason, detail))
  }
}

/** What a recipient that does not exist says against the client: people mistype, and only some guess. */
const guessedRecipient = 0.25

/** How a recipient could answer after DATA, by the check that would; '': it could not. */
type AnswerGroup = Readonly<Record<'lists' | 'size' | 'virus' | 'posting' | 'content-filter', string>>

/** Where nobody is here there is no folder for what is not forwarded: it is refused, if the sender alone is the reason, too (content.ts, sender.ts). */
function spamAnswers({ settings: { spamAction, spamLevel }, targets }: Recipient): string {
  if (targets.length === 0) return `forward ${spamAction === 'discard' ? 'discard' : 'refuse'} ${spamLevel}`
  return spamAction === 'refuse' && spamLevel !== 'off' ? spamLevel : ''
}

/** Because of what it cannot share a transaction with those of another group. */
function differingCheck(group: AnswerGroup, other: string): keyof AnswerGroup {
  const others = other === '' ? [] : (JSON.parse(other) as readonly string[])
  return (Object.keys(group) as (keyof AnswerGroup)[]).find((check, index) => group[check] !== (others[index] ?? '')) ?? 'lists'
}

/** Mailboxes and people elsewhere named in the journal; of the others it has the number. */
const maxNamed = 5

/** Where it would go, unless to the mailbox of that very name. */
function destination({ targets, elsewhere }: Recipient, rcpt: string): string | undefined {
  const all = [...targets.map(({ address }) => address), ...elsewhere]
  const names = all.slice(0, maxNamed).map(formatAddress)
  if (all.length === 1 && names[0]?.toLowerCase() === rcpt.toLowerCase()) return undefined
  return names.join(', ') + (all.length > maxNamed ? ` +${all.length - maxNamed}` : '')
}

function hostNames(host: HostNames | undefined): readonly string[] | 'unknown' | 'unasked' {
  if (host === undefined) return 'unasked'
  if (host.status === 'failed') return 'unknown'
  return host.status === 'verified' ? host.names : []
}
