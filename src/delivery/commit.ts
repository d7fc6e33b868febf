import type { Clock } from '../base/clock.ts'
import type { Piece } from '../content/content.ts'
import { formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import type { Destination, MailRecipient, MailRecord, OutgoingMail } from '../store/record.ts'
import type { IndexedStore } from '../store/indexed-store.ts'
import type { Slice } from '../store/slices.ts'
import type { AcceptedMessage, Fate, OutgoingForm, RemoteAddressee } from './delivery.ts'
import { applyEdits } from './edits.ts'

/**
 * Takes responsibility for the message (RFC 5321 4.2.5): when this resolves it is durable, once for each mailbox, however many
 * of the recipients lead there, and once for each recipient elsewhere. Rejects with ContentFull or ContentFailed; then nothing was kept.
 */
export async function commit(message: AcceptedMessage, deps: { readonly store: Pick<IndexedStore, 'deliver'>; readonly clock: Clock }): Promise<void> {
  const { record, octets } = mailRecord(message, deps.clock.now())
  await deps.store.deliver(record, octets)
}

/** The message as the log has it. */
export function mailRecord(message: AcceptedMessage, atMs: number): { readonly record: MailRecord; readonly octets: readonly Piece[] } {
  const { prefix, destinations, versions, outgoing } = layOut(message)
  const record: MailRecord = {
    kind: 'mail',
    queueId: message.queueId,
    atMs,
    reversePath: reversePathOf(message),
    clientIp: message.client.ip,
    helo: message.client.helo,
    destinations,
    recipients: [...message.recipients.map(localRecipient), ...(message.remote ?? []).map(remoteRecipient)],
    octetsStart: prefix.length,
    ...versions,
    ...(outgoing.length > 0 && { outgoing }),
  }
  return { record, octets: [prefix, ...message.octets] }
}

function localRecipient({ forwardPath, recipient, checks, clientName }: AcceptedMessage['recipients'][number]): MailRecipient {
  const { addressId, customerId, targets } = recipient
  return { address: formatAddress(forwardPath), addressId, customerId, accountId: targets[0]?.accountId, clientName, checks }
}

/** In the journal it is its sender's. */
function remoteRecipient({ forwardPath, originator: { addressId, customerId }, checks }: RemoteAddressee): MailRecipient {
  return { address: formatAddress(forwardPath), addressId, customerId, accountId: undefined, clientName: undefined, checks }
}

/** What stands before the octets as received: for each form of the message its prefix, then its text that stands among the octets. */
interface Layout {
  readonly prefix: Buffer
  readonly destinations: readonly Destination[]
  readonly versions: Pick<MailRecord, 'versions'>
  readonly outgoing: readonly OutgoingMail[]
}

const plain: Fate = { fields: '', edits: [] }

function layOut(message: AcceptedMessage): Layout {
  const isPlain = message.recipients.every(({ fate }) => fate === undefined) && (message.outgoing ?? []).length === 0
  return isPlain ? layOutPlain(message) : layOutForms(message)
}

/** The message as it came, to all: one prefix serves every mailbox. RFC 5321 4.4: final delivery adds Return-Path, above the Received fields. */
function layOutPlain(message: AcceptedMessage): Layout {
  const prefix = Buffer.from(`Return-Path: <${reversePathOf(message)}>\r\n${message.received}`)
  const accounts = new Set(message.recipients.flatMap(({ recipient }) => recipient.targets.map((target) => target.accountId)))
  return { prefix, destinations: [...accounts].map((accountId) => ({ accountId, prefixStart: 0, prefixLength: prefix.length })), versions: {}, outgoing: [] }
}

/** Each account once: where several recipients lead to one mailbox, the first decides. */
function layOutForms(message: AcceptedMessage): Layout {
  const fates = new Map<AccountId, Fate>()
  for (const { recipient, fate = plain } of message.recipients) {
    for (const { accountId } of recipient.targets) if (!fates.has(accountId)) fates.set(accountId, fateOf(accountId, fate))
  }
  const start = `Return-Path: <${reversePathOf(message)}>\r\n`
  const octetsLength = message.octets.reduce((sum, piece) => sum + sizeOf(piece), 0)
  // Recipients with the same settings share their form.
  const forms = new Map<string, Form>()
  const destinations: { readonly form: Form; readonly accountId: AccountId; readonly fate: Fate }[] = []
  for (const [accountId, fate] of fates) {
    const key = JSON.stringify([fate.fields, fate.edits])
    const form = forms.get(key) ?? new Form(Buffer.from(`${start}${fate.fields}${message.received}`), fate, octetsLength)
    forms.set(key, form)
    destinations.push({ form, accountId, fate })
  }
  const outgoing = (message.outgoing ?? []).map((envelope) => ({ envelope, form: new Form(Buffer.from(envelope.fields), envelope, octetsLength) }))
  const each = [...forms.values(), ...outgoing.map(({ form }) => form)]
  const prefix = Buffer.concat(each.flatMap((form) => [form.prefix, form.inserted]))
  let at = 0
  for (const form of each) {
    form.start = at
    at += form.prefix.length + form.inserted.length
    form.slices = form.slices?.map(([from, length]) => [from < 0 ? from - prefix.length + at : from, length])
  }
  const isPlain = each.every(({ slices }) => slices === undefined)
  const placeOf = (form: Form) => ({ prefixStart: form.start, prefixLength: form.prefix.length, ...(isPlain ? {} : { version: each.indexOf(form) }) })
  return {
    prefix,
    destinations: destinations.map(({ form, accountId, fate: { folder } }) => ({
      accountId,
      ...placeOf(form),
      ...(folder === undefined ? {} : { folder }),
    })),
    versions: isPlain ? {} : { versions: each.map(({ slices }) => slices ?? null) },
    outgoing: outgoing.map(({ envelope: { fields: _fields, edits: _edits, ...envelope }, form }) => ({ ...envelope, ...placeOf(form) })),
  }
}

function fateOf(accountId: AccountId, fate: Fate): Fate {
  const own = fate.ownFields?.get(accountId)
  return own === undefined ? fate : { ...fate, fields: fate.fields + own }
}

/** One form in which mailboxes show the message, or other servers get it. */
class Form {
  readonly prefix: Buffer
  readonly inserted: Buffer
  /** Undefined: the octets as received. */
  slices: readonly Slice[] | undefined
  start = 0

  constructor(prefix: Buffer, { edits }: Pick<Fate | OutgoingForm, 'edits'>, octetsLength: number) {
    const { slices, inserted } = applyEdits(edits, octetsLength)
    this.prefix = prefix
    this.inserted = Buffer.from(inserted)
    this.slices = edits.length === 0 ? undefined : slices
  }
}

function reversePathOf({ reversePath }: AcceptedMessage): string {
  return reversePath === null ? '' : formatAddress(reversePath)
}

function sizeOf(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : piece.sizeBytes
}
