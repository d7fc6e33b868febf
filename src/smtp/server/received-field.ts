import { writeDate } from '../../message/date.ts'
import { type Address, formatAddress } from '../../mail/address.ts'
import type { Client } from '../../mail/client.ts'
import type { QueueId } from '../../mail/ids.ts'

export interface Hop {
  readonly client: Client
  /** Verified host name of the client, where one is known. */
  readonly clientName: string | undefined
  /** Where the client is connected from is nobody's business: our own name stands where RFC 5321 4.4 wants one. */
  readonly hidesClient?: boolean
  /** Our own. */
  readonly hostname: string
  readonly queueId: QueueId
  /** The only recipient; undefined where there are several: Bcc must not show (RFC 5321 7.2). */
  readonly onlyRecipient: Address | undefined
  readonly atMs: number
}

/**
 * The trace field of this hop, folded, with its CRLF (RFC 5321 4.4): `with` words of RFC 3848 and RFC 6531, the `tls` clause of
 * RFC 8314 7.4. The client's claim stands first; what we know of it ourselves in the comment.
 */
export function receivedField(hop: Hop): string {
  const { client } = hop
  const to = hop.onlyRecipient === undefined ? '' : `\r\n\tfor <${formatAddress(hop.onlyRecipient)}>`
  const tls = client.tls === undefined ? '' : tlsClause(client.tls)
  return `Received: from ${hop.hidesClient === true ? `${hop.hostname} (signed in)` : clientClause(hop)}\r\n\tby ${hop.hostname} with ${client.protocol} id ${hop.queueId}${to}${tls}; ${dateTime(hop.atMs)}\r\n`
}

function clientClause({ client, clientName }: Hop): string {
  const literal = client.ip.includes(':') ? `[IPv6:${client.ip}]` : `[${client.ip}]`
  return `${client.helo ?? literal} (${clientName === undefined ? literal : `${clientName} ${literal}`})`
}

/** From "TLSv1.3 TLS_AES_256_GCM_SHA384". */
function tlsClause(tls: string): string {
  const space = tls.indexOf(' ')
  return `\r\n\ttls ${tls.slice(space + 1)} (${tls.slice(0, space)})`
}

let lastSecond = -1
let lastText = ''

/** date-time of RFC 5322 3.3, in UTC. Kept for the second, since many messages come in one. */
function dateTime(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    lastText = writeDate(second * 1000)
  }
  return lastText
}
