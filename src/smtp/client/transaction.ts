import { formatAddress, type Address, type ReversePath } from '../../mail/address.ts'
import type { DsnWish } from '../../mail/outgoing.ts'
import { RemoteFault } from './connection.ts'
import { DataEncoder } from './data-encoder.ts'
import type { Extensions } from './extensions.ts'
import { maxPipelinedRecipients } from './limits.ts'
import type { RemoteReply } from '../../mail/remote-reply.ts'
import { RemoteRefusal, replyOf, type Session } from './session.ts'

export interface TransactionEnvelope {
  readonly reversePath: ReversePath
  readonly recipients: readonly { readonly address: Address; readonly dsn?: DsnWish | undefined }[]
  readonly sizeBytes: number
  /** An octet above 127 is in the text. */
  readonly eightBit: boolean
  /** An address or a header field is not ASCII (RFC 6531): the other side must offer SMTPUTF8. */
  readonly utf8: boolean
  /** RFC 8689. */
  readonly requireTls: boolean
  /** RFC 6710, -9 to 9; 0 is not said. */
  readonly priority: number
  readonly dsn?: { readonly ret: 'full' | 'hdrs' | undefined; readonly envelopeId: string | undefined } | undefined
}

/**
 * What became of each recipient, in their order. `accepted`: it is the other side's now. `refused`: the answer says whether to try again, and `by` whom it
 * was about. `unable`: the other side lacks what the message needs; it was not asked. `left`: past what it takes in one transaction (RFC 9422).
 */
export type RecipientResult =
  | { readonly result: 'accepted'; readonly reply: RemoteReply }
  | { readonly result: 'refused'; readonly reply: RemoteReply; readonly by: 'mail' | 'rcpt' | 'data' | 'final' }
  | { readonly result: 'unable'; readonly lacks: 'SMTPUTF8' | 'REQUIRETLS' | 'SIZE' }
  | { readonly result: 'left' }

/**
 * Hands one message to the other side. After a fault in `final` nobody knows whether it has it: trying again may make it come twice, not trying may lose
 * it (RFC 5321 4.5.3.2.6), so it is tried again.
 * @throws RemoteFault, RemoteRefusal
 */
export async function transact(session: Session, envelope: TransactionEnvelope, text: () => AsyncIterable<Buffer>): Promise<RecipientResult[]> {
  const lacks = lacking(session.extensions, envelope, session.tls !== undefined)
  if (lacks !== undefined) return envelope.recipients.map(() => ({ result: 'unable', lacks }))
  const taken = envelope.recipients.slice(0, session.extensions.maxRecipients)
  const results = session.extensions.pipelining ? await pipelined(session, envelope, taken, text) : await stepByStep(session, envelope, taken, text)
  return [...results, ...envelope.recipients.slice(taken.length).map(() => ({ result: 'left' }) as const)]
}

/** Makes a session ready for another transaction after one that did not come to its end. */
function reset(session: Session): Promise<void> {
  return afterwards(session, 'RSET')
}

type Recipients = TransactionEnvelope['recipients']
type Text = () => AsyncIterable<Buffer>

async function stepByStep(session: Session, envelope: TransactionEnvelope, recipients: Recipients, text: Text): Promise<RecipientResult[]> {
  const { connection, timeouts, extensions } = session
  connection.send(mailCommand(extensions, envelope))
  const mail = await replyOf(session, 'mail', timeouts.mailMs)
  if (!positive(mail)) return recipients.map(() => refused(mail, 'mail'))
  const answers: RemoteReply[] = []
  for (const recipient of recipients) {
    connection.send(rcptCommand(extensions, recipient))
    answers.push(await replyOf(session, 'rcpt', timeouts.rcptMs))
  }
  if (!answers.some(positive)) {
    await reset(session)
    return answers.map((reply) => refused(reply, 'rcpt'))
  }
  connection.send('DATA')
  return await afterData(session, answers, await replyOf(session, 'data', timeouts.dataMs), text)
}

/** MAIL, RCPT and DATA at once (RFC 2920 3.1); in turns where there are many recipients. */
async function pipelined(session: Session, envelope: TransactionEnvelope, recipients: Recipients, text: Text): Promise<RecipientResult[]> {
  const { connection, timeouts, extensions } = session
  const answers: RemoteReply[] = []
  let mail: RemoteReply | undefined
  for (let first = 0; first < recipients.length; first += maxPipelinedRecipients) {
    const some = recipients.slice(first, first + maxPipelinedRecipients)
    const last = first + some.length === recipients.length
    connection.send(
      ...(first === 0 ? [mailCommand(extensions, envelope)] : []),
      ...some.map((recipient) => rcptCommand(extensions, recipient)),
      ...(last ? ['DATA'] : []),
    )
    mail ??= await replyOf(session, 'mail', timeouts.mailMs)
    for (const _ of some) answers.push(await replyOf(session, 'rcpt', timeouts.rcptMs))
  }
  const data = await replyOf(session, 'data', timeouts.dataMs)
  if (mail !== undefined && !positive(mail)) {
    const reply = mail
    if (data.code === 354) await nothing(session)
    return recipients.map(() => refused(reply, 'mail'))
  }
  if (answers.some(positive)) return await afterData(session, answers, data, text)
  // "354" although nobody is left: an empty text, which the other side must refuse (RFC 2920 3.1).
  if (data.code === 354) await nothing(session)
  else await reset(session)
  return answers.map((reply) => refused(reply, 'rcpt'))
}

async function afterData(session: Session, answers: readonly RemoteReply[], data: RemoteReply, text: Text): Promise<RecipientResult[]> {
  const { connection, timeouts } = session
  const all = (end: RemoteReply, by: 'data' | 'final'): RecipientResult[] =>
    answers.map((reply) => (!positive(reply) ? refused(reply, 'rcpt') : positive(end) ? { result: 'accepted', reply: end } : refused(end, by)))
  if (data.code !== 354) {
    // "250" to DATA is nonsense; nothing was handed over, so it must not count as accepted.
    if (positive(data)) throw new RemoteFault('protocol', 'data', 'the other side answered DATA with 2xx')
    await reset(session)
    return all(data, 'data')
  }
  try {
    const encoder = new DataEncoder()
    for await (const piece of text()) await connection.write(encoder.encode(piece))
    await connection.write(encoder.end())
  } catch (error) {
    // Half a text must not come to its end by anything that follows.
    connection.close()
    if (!(error instanceof RemoteFault)) throw error
    return all(await refusedEarly(session, error), 'final')
  }
  return all(await replyOf(session, 'final', timeouts.finalMs), 'final')
}

/** Some servers refuse a text before its end, and close. What else they said of half a text counts for nothing. */
async function refusedEarly({ connection }: Session, fault: RemoteFault): Promise<RemoteReply> {
  if (!connection.heard) throw fault
  const reply = await connection.reply('text', 0)
  if (reply.code < 400 || reply.code === 421) throw fault
  return reply
}

/** An empty message to nobody, as RFC 2920 3.1 ends a transaction that came too far. Whoever takes it has a fault. */
function nothing(session: Session): Promise<void> {
  return afterwards(session, '.')
}

/** What was answered before holds, whatever becomes of the connection now. */
async function afterwards(session: Session, command: 'RSET' | '.'): Promise<void> {
  const { connection, timeouts } = session
  try {
    connection.send(command)
    await replyOf(session, 'mail', timeouts.commandMs)
  } catch (error) {
    connection.close()
    if (!(error instanceof RemoteFault || error instanceof RemoteRefusal)) throw error
  }
}

function lacking(extensions: Extensions, envelope: TransactionEnvelope, secure: boolean): 'SMTPUTF8' | 'REQUIRETLS' | 'SIZE' | undefined {
  // RFC 8689 5: a notice goes all the same.
  if (envelope.requireTls && envelope.reversePath !== null && !(extensions.requireTls && secure)) return 'REQUIRETLS'
  if (envelope.utf8 && !extensions.smtpUtf8) return 'SMTPUTF8'
  if (envelope.sizeBytes > (extensions.sizeBytes ?? Number.POSITIVE_INFINITY)) return 'SIZE'
  return undefined
}

function mailCommand(extensions: Extensions, { reversePath, sizeBytes, eightBit, utf8, requireTls, priority, dsn }: TransactionEnvelope): string {
  return [
    `MAIL FROM:<${reversePath === null ? '' : formatAddress(reversePath)}>`,
    extensions.sizeBytes !== undefined && `SIZE=${sizeBytes}`,
    // Who offers no 8BITMIME gets the octets all the same: to code them anew would break signatures, and nobody strips the eighth bit any more.
    eightBit && extensions.eightBitMime && 'BODY=8BITMIME',
    utf8 && 'SMTPUTF8',
    requireTls && extensions.requireTls && 'REQUIRETLS',
    priority !== 0 && extensions.mtPriority && `MT-PRIORITY=${priority}`,
    extensions.dsn && dsn?.ret !== undefined && `RET=${dsn.ret.toUpperCase()}`,
    extensions.dsn && dsn?.envelopeId !== undefined && `ENVID=${xtext(dsn.envelopeId)}`,
  ]
    .filter((part) => part !== false && part !== undefined)
    .join(' ')
}

function rcptCommand(extensions: Extensions, { address, dsn }: Recipients[number]): string {
  const wishes = extensions.dsn ? dsn : undefined
  return [
    `RCPT TO:<${formatAddress(address)}>`,
    wishes?.notify !== undefined && `NOTIFY=${wishes.notify === 'never' ? 'NEVER' : wishes.notify.join(',').toUpperCase()}`,
    wishes?.originalRecipient !== undefined && `ORCPT=${originalRecipient(wishes.originalRecipient)}`,
  ]
    .filter((part) => part !== false && part !== undefined)
    .join(' ')
}

/** The type stands as it is, what follows as xtext (RFC 3461 4.2). */
function originalRecipient(text: string): string {
  const semicolon = text.indexOf(';')
  return `${text.slice(0, semicolon + 1)}${xtext(text.slice(semicolon + 1))}`
}

/** RFC 3461 4. */
function xtext(text: string): string {
  return [...Buffer.from(text)].map((octet) => (octet > 32 && octet < 127 && octet !== 43 && octet !== 61 ? String.fromCharCode(octet) : hex(octet))).join('')
}

function hex(octet: number): string {
  return `+${octet.toString(16).toUpperCase().padStart(2, '0')}`
}

function positive({ code }: RemoteReply): boolean {
  return code >= 200 && code < 300
}

function refused(reply: RemoteReply, by: 'mail' | 'rcpt' | 'data' | 'final'): RecipientResult {
  return { result: 'refused', reply, by }
}
