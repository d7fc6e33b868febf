import { fields, headerSectionEnd, unfold } from './header-section.ts'

/** Of a notice so much is looked at: what it says of recipients stands before the message that it is about. */
export const noticeOctets = 65_536

/** Is it a notice that a message did not reach somebody, and never will (RFC 3464)? */
export function tellsOfFailure(octets: Uint8Array): boolean {
  const [type = ''] = fields(octets.subarray(0, headerSectionEnd(octets)), 'content-type')
  if (!/^\s*multipart\/report\b.*\breport-type\s*=\s*"?delivery-status\b/is.test(unfold(type))) return false
  const text = Buffer.from(octets.subarray(0, noticeOctets)).toString('latin1')
  return /^Action:[ \t]*failed\b/im.test(text) && /^Status:[ \t]*5\./im.test(text)
}
