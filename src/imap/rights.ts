import { systemFlags } from '../store/mailbox.ts'
import type { FlagMask } from '../store/record.ts'
import type { Incoming } from '../store/store.ts'
import { Refused } from './outcome.ts'

/** RFC 4314 2.1: lookup, read, seen, write, insert, post, create, delete mailbox, delete message, expunge, administer. */
export type Right = 'l' | 'r' | 's' | 'w' | 'i' | 'p' | 'k' | 'x' | 't' | 'e' | 'a'

/** @throws Refused when the right is not among `rights` */
export function mustHave(rights: string, ...needed: readonly Right[]): void {
  if (needed.some((right) => !rights.includes(right))) throw noRight()
}

export function noRight(): Refused {
  return new Refused('NOPERM', 'you have no right to do that')
}

/** Of what one may change in a mailbox: without any of them it is opened read-only (RFC 4314 5.2; flags are everybody's, so "s" is one). */
export function mayChange(rights: string): boolean {
  return [...'swite'].some((right) => rights.includes(right))
}

/** Whether one may see annotations of a mailbox and have private ones there (RFC 5464 3.3). */
export function mayAnnotate(rights: string): boolean {
  return [...'rswip'].some((right) => rights.includes(right))
}

/** Which flags one may set (RFC 4314 4); undefined: all. */
export function settable(rights: string): FlagMask | undefined {
  const [seen, deleted, others] = ['s', 't', 'w'].map((right) => rights.includes(right))
  if (seen === true && deleted === true && others === true) return undefined
  const { '\\Seen': seenBit, '\\Deleted': deletedBit, ...rest } = systemFlags
  const otherBits = Object.values(rest).reduce<number>((sum, bit) => sum | bit, 0)
  return { system: (seen === true ? seenBit : 0) | (deleted === true ? deletedBit : 0) | (others === true ? otherBits : 0), keywords: others === true }
}

/** The flags of a command that one may set. */
export function allowedFlags<Given extends { readonly system: number; readonly keywords: string }>(flags: Given, only: FlagMask | undefined): Given {
  return only === undefined ? flags : { ...flags, system: flags.system & only.system, keywords: only.keywords ? flags.keywords : '' }
}

/** What one puts into a mailbox, with the flags that one may set there. */
export function allowedMessages(incoming: Incoming, rights: string): Incoming {
  const only = settable(rights)
  return { ...incoming, messages: incoming.messages.map((message) => ({ ...message, flags: allowedFlags(message.flags, only) })) }
}

/** RFC 4314 2.1.1: rights of RFC 2086 stand for several of today's, and are shown beside them. */
const virtual: Readonly<Record<string, string>> = { c: 'kx', d: 'te' }

/** As ACL and MYRIGHTS show them: with a virtual right where any of its members is there. */
export function shownRights(rights: string): string {
  const old = Object.entries(virtual).filter(([, members]) => [...members].some((member) => rights.includes(member)))
  return rights + old.map(([right]) => right).join('')
}

/** What SETACL gives, in letters of today; undefined: there is no such right. */
export function plainRights(letters: string): string | undefined {
  const plain = [...letters].map((letter) => virtual[letter] ?? letter).join('')
  return /^[lrswipkxtea]*$/.test(plain) ? plain : undefined
}
