import type { Cursor, QueueSelection, Waiting } from '../../queue/list.ts'
import type { Hold, HoldSubject } from '../../queue/holds.ts'
import { addressOverview } from '../../directory/query/overview.ts'
import { noteQueueDelete, noteQueueHold, noteQueueRelease } from '../../directory/change/queue-acts.ts'
import { customerIdQuery, customerNameQuery } from '../../directory/query/listings.ts'
import { formatAddress } from '../../mail/address.ts'
import type { AccountId, QueueId } from '../../mail/ids.ts'
import { formatRemoteReply } from '../../mail/remote-reply.ts'
import type { Trouble } from '../../queue/trouble.ts'
import { change, type OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import type { HoldShown, WaitingShown } from '../contract/queue.ts'
import { mostRows } from '../page.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { readAddress, readDomain, readName, readSince } from '../reading.ts'
import { Refused } from '../refused.ts'

type Names = 'queue.destinations' | 'queue.history' | 'queue.list' | 'queue.retry' | 'queue.hold' | 'queue.release' | 'queue.delete'

/** Shown where nobody says how many. */
const defaultLimit = 50

/** Of one answer. */
const mostSteps = 3000
const stepsInMinutes = { minute: 1, 'ten-minutes': 10, hour: 60, day: 1440 } as const

/** Mail that waits for other servers (SPEC D1). */
export const queueOperations: Operations<Names> = {
  async 'queue.destinations'(context, { limit = defaultLimit }) {
    const { destinations, ...all } = await context.queue.destinations(limit)
    const holds: HoldShown[] = []
    for (const hold of await context.queue.holds()) holds.push(await holdShown(context, hold))
    return {
      ...all,
      destinations: destinations.map(({ destination, recipients, nextAttemptMs, held }) => ({
        destination,
        recipients,
        nextAttempt: nextAttemptMs === undefined ? null : timeOf(nextAttemptMs),
        heldReason: held?.reason ?? null,
      })),
      holds,
    }
  },

  async 'queue.history'(context, { from, to, step = 'ten-minutes' }) {
    const nowMs = context.clock.now()
    const toMs = to === undefined ? nowMs : readSince('to', to, nowMs)
    const fromMs = readSince('from', from ?? '24h', nowMs)
    const stepMinutes = stepsInMinutes[step]
    if (fromMs >= toMs || toMs - fromMs > mostSteps * stepMinutes * 60_000) {
      throw new Refused('input', 'from', {
        en: `from must be before to, and at most ${mostSteps} steps`,
        de: `from muss vor to liegen, höchstens ${mostSteps} Schritte`,
      })
    }
    const lengths = await context.queue.lengths({ fromMs, toMs, stepMinutes })
    return { from: timeOf(fromMs), to: timeOf(toMs), stepMinutes, lengths: lengths.map(({ atMs, recipients }) => ({ at: timeOf(atMs), recipients })) }
  },

  async 'queue.list'(context, { limit = mostRows, after, ...input }) {
    const selection = await selectionOf(context, input)
    const from = after === undefined ? undefined : await openCursor(context, selection, after)
    const { waiting, next } = await context.queue.page(selection, from, limit)
    const giveUpMs = context.directory.settings['sending.give-up']
    return { waiting: waiting.map((one) => shown(one, giveUpMs)), ...(next !== undefined && { next: await sealCursor(context, selection, next) }) }
  },

  async 'queue.retry'(context, input) {
    return { recipients: await context.queue.retry(await selectionOf(context, input)) }
  },

  async 'queue.hold'(context, { reason, ...input }) {
    const subject = await subjectOf(context, input)
    if ('queueId' in subject) await mustWait(context, subject)
    await context.queue.hold(subject, reason)
    await change(context, noteQueueHold, { subject: onlyOne(input)[1], detail: { kind: subject.kind, reason } })
    return { held: shownSubject(subject, input) }
  },

  async 'queue.release'(context, input) {
    const subject = await subjectOf(context, input)
    if (!(await context.queue.release(subject))) {
      const name = shownSubject(subject, input)
      throw new Refused('unknown', undefined, { en: `there is no hold on ${name}`, de: `${name} wird nicht zurückgehalten` })
    }
    await change(context, noteQueueRelease, { subject: onlyOne(input)[1], detail: { kind: subject.kind } })
    return { released: shownSubject(subject, input) }
  },

  async 'queue.delete'(context, input) {
    const recipients = await context.queue.remove(await selectionOf(context, input))
    if (recipients > 0) await change(context, noteQueueDelete, { subject: onlyOne(input)[1], detail: { kind: onlyOne(input)[0], recipients } })
    return { recipients }
  },
}

/** Where a page ended, sealed: its numbers tell how much mail there is of others. */
async function sealCursor(context: OperationContext, selection: QueueSelection, cursor: Cursor): Promise<string> {
  return context.vault.sealOctets(Buffer.from(JSON.stringify(cursor)), placeOf(selection))
}

async function openCursor(context: OperationContext, selection: QueueSelection, text: string): Promise<Cursor> {
  try {
    return JSON.parse((await context.vault.openOctets(text, placeOf(selection))).toString()) as Cursor
  } catch (cause) {
    context.log.debug('not a page of the queue', { err: cause })
    throw new Refused('input', 'after', {
      en: 'right would be `next` of the page before, of the same mail',
      de: 'richtig wäre `next` der Seite davor, von derselben Mail',
    })
  }
}

function placeOf(selection: QueueSelection): string {
  return `queue page ${JSON.stringify(selection)}`
}

type SelectionInput = Omit<OperationInput<'queue.hold'>, 'reason'>

/** One of them, and no more: what is deleted should not be guessed. */
function onlyOne(input: SelectionInput): readonly [kind: keyof SelectionInput, value: string] {
  const given = Object.entries(input).filter((entry): entry is [keyof SelectionInput, string] => entry[1] !== undefined)
  const [only] = given
  if (only !== undefined && given.length === 1) return only
  throw new Refused('input', 'id', {
    en: 'say which mail is meant, in one way: a queue id, a destination, a mailbox or a customer',
    de: 'welche Mail gemeint ist, auf eine Art angeben: Queue-ID, Ziel, Postfach oder Kunde',
  })
}

async function selectionOf(context: OperationContext, input: Omit<SelectionInput, 'senderDomain'>): Promise<QueueSelection> {
  const subject = await subjectOf(context, input)
  switch (subject.kind) {
    case 'message':
    case 'recipient': {
      await mustWait(context, subject)
      return subject.kind === 'message' ? { queueId: subject.queueId } : { queueId: subject.queueId, number: subject.number, index: subject.index }
    }
    case 'destination':
      return { destination: subject.domain }
    case 'mailbox':
      return { accountId: subject.accountId as AccountId }
    case 'customer':
      return { customerId: subject.customerId }
    case 'sender-domain':
      throw new Error('not asked for')
  }
}

async function subjectOf(context: OperationContext, input: SelectionInput): Promise<HoldSubject> {
  const [kind, value] = onlyOne(input)
  switch (kind) {
    case 'id':
      return readId(value)
    case 'destination':
      return { kind: 'destination', domain: value.startsWith('[') ? value : readDomain('destination', value) }
    case 'senderDomain':
      return { kind: 'sender-domain', domain: readDomain('senderDomain', value) }
    case 'mailbox':
      return { kind: 'mailbox', accountId: await accountOf(context, value) }
    case 'customer': {
      const customer = await context.directory.query(customerIdQuery, { name: readName('customer', value) })
      if (customer.refused !== undefined) throw directoryRefused(customer.refused, 'customer')
      return { kind: 'customer', customerId: customer.found }
    }
  }
}

async function accountOf(context: OperationContext, text: string): Promise<number> {
  const overview = await context.directory.query(addressOverview, { address: readAddress('mailbox', text) })
  if (overview.refused !== undefined) throw directoryRefused(overview.refused, 'mailbox')
  const { mailbox } = overview.found
  if (mailbox !== undefined) return mailbox.accountId
  throw new Refused('unknown', 'mailbox', { en: `${text} is not a mailbox`, de: `${text} ist kein Postfach` })
}

/** "0D4KX5GH3J01ABCD", or one recipient of it: "0D4KX5GH3J01ABCD/0/3". */
function readId(text: string): Extract<HoldSubject, { queueId: QueueId }> {
  const [, id, number, index] = /^([0-9A-Z]{10,20})(?:\/(\d{1,6})\/(\d{1,6}))?$/.exec(text.trim().toUpperCase()) ?? []
  if (id === undefined) {
    throw new Refused('input', 'id', {
      en: `${text} is no queue id; right would be one such as 0D4KX5GH3J01ABCD, or 0D4KX5GH3J01ABCD/0/3 for one recipient`,
      de: `${text} ist keine Queue-ID; richtig wäre eine wie 0D4KX5GH3J01ABCD, oder 0D4KX5GH3J01ABCD/0/3 für einen Empfänger`,
    })
  }
  const queueId = id as QueueId
  return number === undefined ? { kind: 'message', queueId } : { kind: 'recipient', queueId, number: Number(number), index: Number(index) }
}

async function mustWait(context: OperationContext, subject: Extract<HoldSubject, { queueId: QueueId }>): Promise<void> {
  const { queueId } = subject
  const selection = subject.kind === 'message' ? { queueId } : { queueId, number: subject.number, index: subject.index }
  if ((await context.queue.page(selection, undefined, 1)).waiting.length > 0) return
  throw new Refused('unknown', 'id', {
    en: `nothing of ${queueId} waits in the queue; the journal tells what became of it`,
    de: `von ${queueId} wartet nichts in der Warteschlange; das Journal sagt, was daraus wurde`,
  })
}

function shownSubject(subject: HoldSubject, input: SelectionInput): string {
  return `${subject.kind} ${onlyOne(input)[1]}`
}

async function holdShown(context: OperationContext, { subject, reason, sinceMs }: Hold): Promise<HoldShown> {
  return { kind: subject.kind, name: await nameOf(context, subject), reason, since: timeOf(sinceMs) }
}

async function nameOf(context: OperationContext, subject: HoldSubject): Promise<string> {
  switch (subject.kind) {
    case 'mailbox': {
      const sender = await context.directory.senderOf(subject.accountId as AccountId)
      return sender === undefined ? String(subject.accountId) : formatAddress(sender.address)
    }
    case 'customer':
      return (await context.directory.query(customerNameQuery, { customerId: subject.customerId })) ?? String(subject.customerId)
    case 'sender-domain':
    case 'destination':
      return subject.domain
    case 'message':
      return subject.queueId
    case 'recipient':
      return `${subject.queueId}/${subject.number}/${subject.index}`
  }
}

function shown(waiting: Waiting, usualGiveUpMs: number): WaitingShown {
  const { queueId, number, index, last, held } = waiting
  return {
    id: `${queueId}/${number}/${index}`,
    recipient: waiting.address,
    sender: waiting.sender,
    destination: waiting.destination,
    kind: waiting.kind,
    messageId: waiting.messageId ?? null,
    sizeBytes: waiting.sizeBytes,
    priority: waiting.priority,
    accepted: timeOf(waiting.acceptedAtMs),
    giveUp: timeOf(Math.min(waiting.giveUpAtMs ?? Number.POSITIVE_INFINITY, waiting.acceptedAtMs + usualGiveUpMs)),
    nextAttempt: held !== undefined || waiting.nextAttemptMs === undefined ? null : timeOf(waiting.nextAttemptMs),
    isBeingTried: waiting.isLeased,
    attempts: waiting.attempts,
    delayTold: waiting.delayTold,
    held: held === undefined ? null : { reason: held.reason, since: timeOf(held.sinceMs) },
    last:
      last === undefined
        ? null
        : {
            at: timeOf(last.atMs),
            relay: last.way?.relay ?? null,
            host: last.way?.host ?? null,
            ip: last.way?.ip ?? null,
            tls: last.way?.tls ?? null,
            found: foundOf(last.trouble),
          },
  }
}

function foundOf(trouble: Trouble): string {
  return trouble.by === 'answer' ? formatRemoteReply(trouble.reply) : `${trouble.enhanced} ${trouble.detail}`
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
