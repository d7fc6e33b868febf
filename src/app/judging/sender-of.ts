import { normaliseIp } from '../../mail/ip.ts'
import type { Sender } from '../../protection/reputation.ts'

/** Who sent a stored message, by the fields that we put above it when it came; undefined: it did not come from outside. */
export function senderOf(prefix: Uint8Array): Sender | undefined {
  const fields = Buffer.from(prefix)
    .toString('latin1')
    .replaceAll(/\r\n[ \t]+/g, ' ')
    // What a sender chose stands in quotation marks, and says nothing here.
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .split('\r\n')
  const [, address = ''] = /^Received: from .*\[(?:IPv6:)?([\da-f.:]{2,45})\]\) by /i.exec(fields.find((field) => field.startsWith('Received:')) ?? '') ?? []
  const ip = normaliseIp(address)
  if (ip === undefined) return undefined
  const results = fields.find((field) => field.startsWith('Authentication-Results:')) ?? ''
  const [, domain] = /; dmarc=pass header\.from=([\w.-]{1,253})(?:[ ;]|$)/.exec(results) ?? []
  return { ip, domains: domain === undefined ? [] : [domain.toLowerCase()] }
}
