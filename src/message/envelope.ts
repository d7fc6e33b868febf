import { type AddressItem, readAddressList } from './address-list.ts'
import { unfoldToSpace } from './header-section.ts'
import { type KnownFields, readKnownFields } from './known-fields.ts'
import { messageLimits } from './limits.ts'
import { asBuffer } from './octets.ts'
import { imapNstring, imapString, octetsOf } from './wire-text.ts'

/** ENVELOPE of a header section (RFC 9051 7.5.2), parentheses included, ready for the wire. */
export function writeEnvelope(headerSection: Uint8Array): Uint8Array {
  return envelopeOf(readKnownFields(asBuffer(headerSection), true))
}

/** The envelope of a message whose header is not known. */
export const emptyEnvelope: Uint8Array = octetsOf('(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)')

export function envelopeOf(known: KnownFields): Uint8Array {
  const from = addresses(known.from)
  // "If the Sender or Reply-To header fields are absent, or are present but empty, the server sets [them] to the same value as From."
  const sender = addresses(known.sender)
  const replyTo = addresses(known['reply-to'])
  const parts = [
    text(known.date),
    text(known.subject),
    from,
    sender === 'NIL' ? from : sender,
    replyTo === 'NIL' ? from : replyTo,
    addresses(known.to),
    addresses(known.cc),
    addresses(known.bcc),
    text(known['in-reply-to']),
    text(known['message-id']),
  ]
  return octetsOf(`(${parts.join(' ')})`)
}

/** The first field of that name, even an empty one. Folds are one space: clients show it, and tabs in it look like damage. */
function text(values: readonly string[] | undefined): string {
  const first = values?.[0]
  return imapNstring(first === undefined ? undefined : unfoldToSpace(first.trim()))
}

/** All fields of that name in one list: none may hide behind another. */
function addresses(values: readonly string[] | undefined): string {
  if (values === undefined) return 'NIL'
  let wire = ''
  let left: number = messageLimits.addresses
  for (const value of values) {
    const items = readAddressList(value, left)
    for (const item of items) wire += addressStructure(item)
    left -= items.length
    if (left <= 0) break
  }
  return wire === '' ? 'NIL' : `(${wire})`
}

function addressStructure(item: AddressItem): string {
  switch (item.kind) {
    case 'group-start':
      return `(NIL NIL ${imapString(item.name)} NIL)`
    case 'group-end':
      return '(NIL NIL NIL NIL)'
    case 'address':
      // A NIL host would mean a group, so a missing domain is an empty string.
      return `(${imapNstring(item.name)} ${imapNstring(item.route)} ${imapString(item.localPart)} ${imapString(item.domain ?? '')})`
  }
}
