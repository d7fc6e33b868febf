import type { AddressSettings } from '../directory/recipient.ts'
import type { Address, ReversePath } from '../mail/address.ts'
import type { Found } from '../mail/check.ts'
import type { Authors } from '../message/author.ts'
import { type Matcher, matcherOf } from './matcher.ts'

/**
 * What the three lists of a recipient say (SPEC A3). Reasons, a closed list:
 * `off`: no list says anything · `let through` · `listed`: blocked · `not listed`: in block, not blocked · `allowed` ·
 * `not allowed`: in allow-only, and nothing can still match · `From may match`: in allow-only, to be judged after DATA ·
 * `host name unknown`: it depends on the client's name, and DNS could not tell (result temperror).
 */
export type ListsReason = 'off' | 'let through' | 'listed' | 'not listed' | 'allowed' | 'not allowed' | 'From may match' | 'host name unknown'

export interface ListsResult extends Found<'lists'> {
  readonly reason: ListsReason
}

/** What is known of a sender at RCPT. */
export interface ListedSender {
  readonly reversePath: ReversePath
  /** Canonical text. */
  readonly ip: string
  /** Verified host names (SPEC A1); `unknown`: DNS could not tell; `unasked`: nobody has asked yet. */
  readonly hostNames: readonly string[] | 'unknown' | 'unasked'
}

/**
 * The lists at RCPT. `undefined`: the answer depends on the client's host name; find it out and ask again. Never that, once it
 * has been asked for. Let-through wins over block; the client's address or name is as good a match as the sender's.
 */
export function judgeSender(settings: AddressSettings, sender: ListedSender): ListsResult | undefined {
  const letThrough = find(matcherOf(settings.letThrough), sender)
  if (typeof letThrough === 'object') return { check: 'lists', result: 'pass', reason: 'let through', detail: letThrough.entry }
  switch (settings.listMode) {
    case 'off':
      return letThrough === 'unasked' ? undefined : off
    case 'block':
      return judgeBlock(find(matcherOf(settings.block), sender), letThrough)
    case 'allow-only':
      return judgeAllowOnly(matcherOf(settings.allowOnly), sender, letThrough)
  }
}

function judgeBlock(blocked: Finding, letThrough: NoEntry): ListsResult | undefined {
  if (blocked === 'none') return notListed
  if (blocked === 'unasked' || letThrough === 'unasked') return undefined
  if (blocked === 'unknown' || letThrough === 'unknown') return hostNameUnknown
  return { check: 'lists', result: 'fail', reason: 'listed', detail: blocked.entry }
}

function judgeAllowOnly(matcher: Matcher, sender: ListedSender, letThrough: NoEntry): ListsResult | undefined {
  const allowed = find(matcher, sender)
  if (typeof allowed === 'object') return { check: 'lists', result: 'pass', reason: 'allowed', detail: allowed.entry }
  if (allowed === 'unasked' || letThrough === 'unasked') return undefined
  if (allowed === 'unknown' || letThrough === 'unknown') return hostNameUnknown
  return matcher.hasSenders ? fromMayMatch : notAllowed
}

/**
 * The lists after DATA, by the header From. It proves nothing until it is authenticated, so it never lets through. undefined: it
 * was decided at RCPT. Several authors (RFC 5322 3.6.2): any of them can be blocked, all of them must be allowed,
 * and what is wrong with the field is not.
 */
export function judgeAuthors(settings: AddressSettings, atRcpt: ListsReason, { authors, fault }: Authors): ListsResult | undefined {
  if (atRcpt === 'not listed') {
    const matcher = matcherOf(settings.block)
    for (const author of authors) {
      const entry = matcher.sender(author)
      if (entry !== undefined) return { check: 'lists', result: 'fail', reason: 'listed', detail: entry }
    }
    return matcher.hasSenders ? notListed : undefined
  }
  if (atRcpt !== 'From may match') return undefined
  const matcher = matcherOf(settings.allowOnly)
  const entries = authors.map((author) => matcher.sender(author))
  const [first] = entries
  if (first === undefined || fault !== undefined || entries.includes(undefined)) return notAllowed
  return { check: 'lists', result: 'pass', reason: 'allowed', detail: first }
}

/** *Let through* by the header From; the caller knows that its authors are proven, by an aligned DKIM or SPF pass. */
export function letThroughAuthors(settings: AddressSettings, authors: readonly Address[]): boolean {
  const matcher = matcherOf(settings.letThrough)
  return authors.length > 0 && authors.every((author) => matcher.sender(author) !== undefined)
}

/** Two recipients with the same key get the same from `judgeAuthors`, whatever the message; '': it cannot refuse. */
export function authorsKey(settings: AddressSettings, atRcpt: ListsReason): string {
  if (atRcpt === 'not listed') {
    const key = matcherOf(settings.block).sendersKey
    return key === '' ? '' : `block ${key}`
  }
  return atRcpt === 'From may match' ? `allow-only ${matcherOf(settings.allowOnly).sendersKey}` : ''
}

const off: ListsResult = { check: 'lists', result: 'none', reason: 'off' }
const notListed: ListsResult = { check: 'lists', result: 'pass', reason: 'not listed' }
const notAllowed: ListsResult = { check: 'lists', result: 'fail', reason: 'not allowed' }
const fromMayMatch: ListsResult = { check: 'lists', result: 'none', reason: 'From may match' }
const hostNameUnknown: ListsResult = { check: 'lists', result: 'temperror', reason: 'host name unknown' }

/** No entry matched; the last two: as far as we know, for there are entries that only the host name can match. */
type NoEntry = 'none' | 'unasked' | 'unknown'
type Finding = { readonly entry: string } | NoEntry

function find(matcher: Matcher, { reversePath, ip, hostNames }: ListedSender): Finding {
  const entry = (reversePath === null ? undefined : matcher.sender(reversePath)) ?? matcher.ip(ip)
  if (entry !== undefined) return { entry }
  if (!matcher.hasHosts) return 'none'
  if (typeof hostNames === 'string') return hostNames
  const ofHost = matcher.host(hostNames)
  return ofHost === undefined ? 'none' : { entry: ofHost }
}
