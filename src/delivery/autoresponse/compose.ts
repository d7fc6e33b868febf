import { randomBytes } from 'node:crypto'
import { type Address, formatAddress } from '../../mail/address.ts'
import type { QueueId } from '../../mail/ids.ts'
import { writeDate } from '../../message/date.ts'
import { fields, unfold } from '../../message/header-section.ts'
import { readMessageIds } from '../../message/message-id.ts'
import { readText } from '../../message/encoded-word.ts'
import { writeWords } from '../../message/write-words.ts'

/** What an absent person wants said. */
export interface Answer {
  /** Undefined: "Auto:" and the subject of what is answered (RFC 3834 3.1.5). */
  readonly subject: string | undefined
  readonly text: string
  /** The same with markup; undefined: none. */
  readonly html: string | undefined
}

/** What it is known by. */
export interface Written {
  readonly queueId: QueueId
  readonly hostname: string
  readonly atMs: number
}

interface About extends Written {
  readonly from: Address
  /** The display name; '' is none. */
  readonly name: string
  readonly to: Address
  readonly headerSection: Uint8Array
}

/** Message-IDs of a References field: of longer threads the first and the last ones count (RFC 5322 3.6.4). */
const maxReferences = 20

/** The answer to one message (RFC 3834 3.1). Its envelope has no reverse-path, so that nobody answers it. */
export function composeAnswer(answer: Answer, about: About): Buffer {
  const { from, name, to, headerSection, queueId, hostname, atMs } = about
  const asked = readText(fields(headerSection, 'subject')[0] ?? '').slice(0, 500)
  const [id] = idsOf(headerSection, 'message-id')
  const before = idsOf(headerSection, 'references').slice(-maxReferences)
  const header = [
    `Date: ${writeDate(atMs)}`,
    `From: ${name === '' ? '' : `${displayName(name)} `}<${formatAddress(from)}>`,
    `To: <${formatAddress(to)}>`,
    `Subject: ${writeWords(answer.subject ?? `Auto: ${asked}`)}`,
    `Message-ID: <${queueId}.auto@${hostname}>`,
    ...(id === undefined
      ? []
      : [`In-Reply-To: <${id}>`, `References: ${[...before.filter((other) => other !== id), id].map((one) => `<${one}>`).join('\r\n ')}`]),
    'Auto-Submitted: auto-replied',
    'X-Auto-Response-Suppress: All',
    'MIME-Version: 1.0',
  ]
  return Buffer.from([...header, ...body(answer)].join('\r\n'))
}

/** Those that can be written again as they are. */
function idsOf(headerSection: Uint8Array, name: string): string[] {
  return readMessageIds(unfold(fields(headerSection, name)[0] ?? '')).filter((id) => /^[!-;=?-~]{3,250}$/.test(id))
}

function body({ text, html }: Answer): string[] {
  if (html === undefined) return part('text/plain', text)
  const boundary = `=_${randomBytes(18).toString('base64url')}`
  return [
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    ...part('text/plain', text),
    `--${boundary}`,
    ...part('text/html', html),
    `--${boundary}--`,
    '',
  ]
}

/** base64: lines of any length and any line ends may stand in it. */
function part(type: string, text: string): string[] {
  const octets = Buffer.from(text.replaceAll(/\r\n?|\n/g, '\r\n'))
  return [`Content-Type: ${type}; charset=utf-8`, 'Content-Transfer-Encoding: base64', '', ...(octets.toString('base64').match(/.{1,76}/g) ?? []), '']
}

function displayName(name: string): string {
  const words = writeWords(name)
  return words.startsWith('=?') ? words : `"${words.replaceAll(/["\\]/g, '\\$&')}"`
}
