import { type Address, addressKey, formatAddress, parseAddress, type ReversePath } from '../../mail/address.ts'
import { readAddressList } from '../../message/address-list.ts'
import { fields, unfold } from '../../message/header-section.ts'
import { octetsToText } from '../../message/octets.ts'

/** Why nobody is answered. In the journal's words. */
export type NoAnswer =
  | 'not now'
  | 'spam'
  | 'nobody to answer'
  | 'own address'
  | 'a machine'
  | 'a mailing list'
  | 'bulk mail'
  | 'an automatic message'
  | 'asked not to'
  | 'not addressed to it'
  | 'answered lately'

export interface Incoming {
  readonly reversePath: ReversePath
  readonly headerSection: Uint8Array
  /** What the content filter said. */
  readonly spam: boolean
}

export interface Absence {
  /** Of the mailbox, aliases included: whoever wrote to one of them wrote to it (RFC 3834 2). */
  readonly addresses: readonly Address[]
  /** Epoch, ms; undefined: no end on that side. */
  readonly fromMs: number | undefined
  readonly untilMs: number | undefined
  /** How long nobody is answered again (RFC 3834 2: at most once, over several days). */
  readonly periodMs: number
}

/** RFC 3834 2 and what machines call themselves. */
const machines =
  /^(?:owner-.*|.*-owner|.*-request|.*-bounces?|bounces?|mailer-daemon|listserv|majordomo|no-?reply|do-?not-?reply|postmaster|root|.*[+=-]bounces?|srs[01][=+-].*)$/i
/** Fields that lists add (RFC 2919, RFC 2369, RFC 8058). */
const listFields = [
  'list-id',
  'list-post',
  'list-help',
  'list-unsubscribe',
  'list-subscribe',
  'list-owner',
  'list-archive',
  'mailing-list',
  'x-mailing-list',
  'feedback-id',
]
const destinationFields = ['to', 'cc', 'bcc', 'resent-to', 'resent-cc', 'resent-bcc'] as const

/** Whether a message gets an automatic answer (RFC 3834 2, RFC 5230 4.6), and whom it goes to. @param answeredAtMs when this sender was answered last */
export function decide(
  incoming: Incoming,
  absence: Absence,
  nowMs: number,
  answeredAtMs: number | undefined,
): { readonly answer: Address } | { readonly answer?: never; readonly because: NoAnswer } {
  const { reversePath, headerSection, spam } = incoming
  const because = (reason: NoAnswer) => ({ because: reason }) as const
  if ((absence.fromMs ?? nowMs) > nowMs || (absence.untilMs ?? Number.POSITIVE_INFINITY) <= nowMs) return because('not now')
  if (spam) return because('spam')
  if (reversePath === null) return because('nobody to answer')
  const own = new Set(absence.addresses.map(addressKey))
  if (own.has(addressKey(reversePath))) return because('own address')
  if (machines.test(reversePath.localPart)) return because('a machine')
  if (listFields.some((name) => fields(headerSection, name).length > 0)) return because('a mailing list')
  if (values(headerSection, 'precedence').some((value) => /^(?:bulk|list|junk)$/i.test(value))) return because('bulk mail')
  if (values(headerSection, 'auto-submitted').some((value) => !/^no(?![-\w])/i.test(value))) return because('an automatic message')
  if (values(headerSection, 'x-auto-response-suppress').some((value) => /\b(?:all|oof|autoreply)\b/i.test(value))) return because('asked not to')
  if (!destinationFields.some((name) => fields(headerSection, name).some((value) => names(value, own)))) return because('not addressed to it')
  if (answeredAtMs !== undefined && nowMs - answeredAtMs < absence.periodMs) return because('answered lately')
  return { answer: reversePath }
}

function values(headerSection: Uint8Array, name: string): string[] {
  return fields(headerSection, name).map((value) => unfold(value))
}

/** `user+detail@` is the same mailbox (RFC 5233). */
function names(value: string, own: ReadonlySet<string>): boolean {
  return readAddressList(value).some((item) => {
    if (item.kind !== 'address' || item.domain === undefined) return false
    const address = parseAddress(formatAddress({ localPart: octetsToText(item.localPart), domain: octetsToText(item.domain) }))
    if (address === undefined) return false
    const plain = { ...address, localPart: address.localPart.replace(/(?<=.)\+.*$/s, '') }
    return own.has(addressKey(address)) || own.has(addressKey(plain))
  })
}
