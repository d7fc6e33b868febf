import { randomBytes } from 'node:crypto'
import type { Language } from '../../base/language.ts'
import { type Address, formatAddress } from '../../mail/address.ts'
import type { QueueId } from '../../mail/ids.ts'
import { formatRemoteReply, type RemoteReply } from '../../mail/remote-reply.ts'
import { writeDate } from '../../message/date.ts'
import { isAsciiText } from '../../message/fold.ts'
import type { Trouble } from '../trouble.ts'
import { dsnText } from './texts.ts'

/** What happened to one recipient. */
export interface ReportedRecipient {
  readonly address: Address
  /** As the sender wrote it (ORCPT, RFC 3461 4.2), "rfc822;Ann@a.example". */
  readonly originalRecipient: string | undefined
  readonly trouble: Trouble | undefined
  /** `relayed`: who took it, and with what words. */
  readonly taken?: { readonly host: string; readonly reply: RemoteReply } | undefined
  readonly lastAttemptMs: number | undefined
}

/** A delivery status notification (RFC 3464). All recipients of one have the same action. */
export interface Report {
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'
  /** `delivered`: to distribution lists. */
  readonly toList?: boolean | undefined
  readonly language: Language
  readonly hostname: string
  readonly queueId: QueueId
  /** To whom: the reverse-path of the message it is about. */
  readonly to: Address
  readonly atMs: number
  readonly acceptedAtMs: number
  /** `delayed`: until when it is tried. */
  readonly giveUpAtMs: number
  readonly envelopeId: string | undefined
  readonly recipients: readonly ReportedRecipient[]
  /** The message it is about, or its header section alone (RET, RFC 3461 4.3). */
  readonly original: { readonly octets: Uint8Array; readonly whole: boolean }
  /** Its Subject, decoded, where there is one. */
  readonly subject: string | undefined
}

/** A whole message, from nobody (RFC 3464 2.1: the envelope's reverse-path is null). */
export function composeReport(report: Report): Buffer {
  const { hostname, queueId, to, atMs, action, original } = report
  // Nobody knows it before, so nobody can write it into what is returned.
  const boundary = `=_${randomBytes(18).toString('base64url')}`
  const { subject, paragraphs } = dsnText(report)
  const utf8 = report.recipients.some(({ address }) => !isAsciiText(formatAddress(address)))
  const kind = original.whole ? 'message/rfc822' : 'text/rfc822-headers'
  const header = [
    `Date: ${writeDate(atMs)}`,
    `From: Mail Delivery System <MAILER-DAEMON@${hostname}>`,
    `To: ${isAsciiText(formatAddress(to)) ? formatAddress(to) : 'undisclosed-recipients:;'}`,
    `Subject: ${subject}`,
    // One message may have several notices: its recipients fail one by one.
    `Message-ID: <${queueId}.${action}.${randomBytes(6).toString('hex')}@${hostname}>`,
    // RFC 3834: nobody's absence note answers it.
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${utf8 ? 'global-' : ''}delivery-status; boundary="${boundary}"`,
    'Content-Transfer-Encoding: 8bit',
    '',
    '',
  ]
  const text = [
    'Content-Type: text/plain; charset=utf-8',
    `Content-Language: ${report.language}`,
    'Content-Transfer-Encoding: 8bit',
    '',
    ...paragraphs.flatMap((paragraph) => [...wrapped(oneLine(paragraph)), '']),
  ]
  const status = [
    `Content-Type: message/${utf8 ? 'global-' : ''}delivery-status`,
    ...(utf8 ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    ...messageFields(report),
    '',
    ...report.recipients.flatMap((recipient) => [...recipientFields(report, recipient, utf8), '']),
  ]
  const returned = [`Content-Type: ${kind}`, 'Content-Transfer-Encoding: 8bit', '', '']
  const part = (lines: readonly string[]) => Buffer.from(`--${boundary}\r\n${lines.join('\r\n')}`)
  const line = Buffer.from('\r\n')
  return Buffer.concat([
    Buffer.from(header.join('\r\n')),
    part(text),
    line,
    part(status),
    line,
    part(returned),
    original.octets,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
}

/** RFC 3464 2.2. */
function messageFields({ hostname, envelopeId, acceptedAtMs }: Report): string[] {
  return [
    ...(envelopeId === undefined ? [] : [`Original-Envelope-Id: ${oneLine(envelopeId)}`]),
    `Reporting-MTA: dns; ${hostname}`,
    `Arrival-Date: ${writeDate(acceptedAtMs)}`,
  ]
}

/** RFC 3464 2.3; utf-8 addresses as RFC 6533 3 wants them. */
function recipientFields({ action, giveUpAtMs }: Report, recipient: ReportedRecipient, utf8: boolean): string[] {
  const { address, originalRecipient, trouble, taken, lastAttemptMs } = recipient
  const fields: string[] = []
  if (originalRecipient !== undefined) fields.push(`Original-Recipient: ${oneLine(originalRecipient)}`)
  fields.push(`Final-Recipient: ${utf8 ? 'utf-8' : 'rfc822'}; ${formatAddress(address)}`, `Action: ${action}`, `Status: ${statusOf(action, trouble)}`)
  const answer = trouble?.by === 'answer' ? trouble : taken
  if (answer !== undefined) fields.push(`Remote-MTA: dns; ${oneLine(answer.host)}`, ...folded('Diagnostic-Code: smtp; ', formatRemoteReply(answer.reply)))
  if (trouble?.by === 'us' && trouble.detail !== '') fields.push(...folded('Diagnostic-Code: x-posthorn; ', trouble.detail))
  if (lastAttemptMs !== undefined) fields.push(`Last-Attempt-Date: ${writeDate(lastAttemptMs)}`)
  if (action === 'delayed') fields.push(`Will-Retry-Until: ${writeDate(giveUpAtMs)}`)
  return fields
}

/** RFC 3463: the class is the action's, whatever the other side's was when time ran out. */
function statusOf(action: Report['action'], trouble: Trouble | undefined): string {
  const told = trouble?.by === 'answer' ? trouble.reply.enhanced : trouble?.enhanced
  const rest = told?.slice(2) ?? '0.0'
  return `${action === 'failed' ? 5 : action === 'delayed' ? 4 : 2}.${rest}`
}

/** RFC 5322 2.1.1: lines of 78 characters where there is a space to break at. */
function folded(name: string, text: string): string[] {
  const [first = '', ...rest] = wrapped(`${name}${oneLine(text)}`)
  return [first, ...rest.map((line) => ` ${line}`)]
}

function wrapped(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > 76) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** What came from outside must not begin a field of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 2000)
}
