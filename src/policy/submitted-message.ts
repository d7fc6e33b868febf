import { isAscii } from 'node:buffer'
import { type Edit, foreignFields } from '../delivery/edits.ts'
import type { OutgoingForm } from '../delivery/delivery.ts'
import type { Recipient } from '../directory/recipient.ts'
import { formatAddress } from '../mail/address.ts'
import { type OutgoingEnvelope, relayClassOf } from '../mail/outgoing.ts'
import { makeReportToken, reportFieldName } from '../mail/report-token.ts'
import { writeDate } from '../message/date.ts'
import { countFields, eachField } from '../message/header-section.ts'
import { saysTlsIsOptional } from '../message/tls-required.ts'
import type { Door } from './dependencies.ts'
import type { IncomingMessage, Transaction } from './policy.ts'

/**
 * Fields that do not go further. Bcc would tell all whom it was to be kept from (RFC 5322 3.6.3: a server may take it out, and programs that leave it in rely
 * on that); Return-Path is made where a message arrives (RFC 5321 4.4); the others are ours to make.
 */
const removed = new Set(['bcc', 'resent-bcc', 'return-path', reportFieldName.toLowerCase()])

/** How what people send goes on, to whomever: without what must not, and with what RFC 5322 3.6 wants of each message (RFC 6409 8). */
export function submittedEdits({ hostname, clock }: Door, { queueId }: Transaction, { headerSection }: IncomingMessage): readonly Edit[] {
  const section = Buffer.from(headerSection.buffer, headerSection.byteOffset, headerSection.length)
  const edits = foreignFields(headerSection, hostname)
  for (const { start, nameEnd, end } of eachField(section)) {
    if (removed.has(section.toString('latin1', start, nameEnd).toLowerCase())) edits.push({ at: start, cut: end - start, insert: '' })
  }
  const missing = [
    countFields(headerSection, 'date') === 0 ? `Date: ${writeDate(clock.now())}\r\n` : '',
    countFields(headerSection, 'message-id') === 0 ? `Message-ID: <${queueId}@${hostname}>\r\n` : '',
  ].join('')
  edits.sort((a, b) => a.at - b.at)
  return missing === '' ? edits : [{ at: 0, cut: 0, insert: missing }, ...edits]
}

/** The message as it goes to other servers: one envelope, or two where some addresses want SMTPUTF8 and all else does not. */
export function outgoingForms(
  door: Door & { readonly reportKey: Uint8Array },
  transaction: Transaction,
  message: IncomingMessage,
  { own, edits }: { readonly own: Recipient; readonly edits: readonly Edit[] },
): readonly OutgoingForm[] {
  const { queueId, submitter, originator, wishes, remote, reversePath } = transaction
  if (submitter === undefined || originator === undefined) throw new TypeError('nobody has signed in')
  const sender = reversePath === null ? '' : formatAddress(reversePath)
  const all = remote.map(({ forwardPath, dsn }) => ({ address: formatAddress(forwardPath), dsn }))
  const form: Omit<OutgoingForm, keyof Pick<OutgoingEnvelope, 'recipients' | 'utf8'>> = {
    kind: 'submitted',
    class: relayClassOf('submitted', own.settings.relayClass),
    originator,
    reversePath: sender,
    ...wishes,
    ...(!wishes.requireTls && saysTlsIsOptional(message.headerSection) && { tlsOptional: true }),
    eightBit: wishes.eightBit || message.octets.some((piece) => piece instanceof Uint8Array && !isAscii(piece)),
    fields: `${reportFieldName}: ${makeReportToken(door.reportKey, queueId)}\r\n`,
    edits,
  }
  // RFC 6531 3.2 asks for it where it is needed; servers that do not know it get all the rest.
  const needsUtf8 = wishes.utf8 && !(isAscii(Buffer.from(sender)) && isAscii(message.headerSection))
  if (needsUtf8 || !wishes.utf8) return all.length === 0 ? [] : [{ ...form, utf8: needsUtf8, recipients: all }]
  return [false, true].flatMap((utf8) => {
    const recipients = all.filter(({ address }) => isAscii(Buffer.from(address)) !== utf8)
    return recipients.length === 0 ? [] : [{ ...form, utf8, recipients }]
  })
}
