/**
 * A mailbox as RFC 5321 4.1.2 writes it. `localPart` is unquoted, as sent; `domain` is lower case, U-labels turned
 * into A-labels (RFC 5891), or an address literal with its brackets. Both compare with `addressKey`.
 */
export interface Address {
  readonly localPart: string
  readonly domain: string
}

/** RFC 5321 4.1.1.2: whom to tell of failures; null is `<>`, "nobody". */
export type ReversePath = Address | null
