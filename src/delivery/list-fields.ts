import { type Address, formatAddress } from '../mail/address.ts'

/** What tells programs that a message comes by a distribution list (RFC 2919, RFC 2369), each field with its CRLF. Of the message itself nothing is changed. */
export function listFields(list: Address): string {
  return `List-Id: <${listLabel(list.localPart)}.${list.domain}>\r\nList-Post: <${mailto(list)}>\r\nPrecedence: list\r\n`
}

/** How one member leaves it: by mail, or by one click where `page` is (RFC 8058). */
export function unsubscribeFields(by: Address, page: string | undefined): string {
  const mail = `<${mailto(by)}?subject=unsubscribe>`
  if (page === undefined) return `List-Unsubscribe: ${mail}\r\n`
  return `List-Unsubscribe: ${mail},\r\n <${page}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n`
}

/** A dot-atom (RFC 2919 3), whatever the local part is. */
function listLabel(localPart: string): string {
  return /^[\w-]+(?:\.[\w-]+)*$/.test(localPart) ? localPart.toLowerCase() : `x${Buffer.from(localPart).toString('hex')}`
}

/** RFC 6068. */
function mailto(address: Address): string {
  return `mailto:${encodeURIComponent(formatAddress(address)).replaceAll('%40', '@')}`
}
