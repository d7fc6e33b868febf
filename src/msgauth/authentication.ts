import type { Address, ReversePath } from '../mail/address.ts'
import type { MessageOctets } from './octets-of-message.ts'

/** RFC 8601 2.7.2. */
export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror'
/** RFC 8601 2.7.1. `policy`: verified, but not by what we accept (a short key, a body that is only partly signed); `neutral`: not to be processed. */
export type DkimResult = 'pass' | 'fail' | 'policy' | 'neutral' | 'temperror' | 'permerror'
/** RFC 9989 9.1, RFC 8601 2.7. */
export type DmarcResult = 'none' | 'pass' | 'fail' | 'temperror' | 'permerror'
/** RFC 8617 4.4. */
export type ArcResult = 'none' | 'pass' | 'fail' | 'temperror'
/** RFC 9989 4.7: what a domain's owner wishes for mail that fails. */
export type DmarcPolicy = 'none' | 'quarantine' | 'reject'

/** What is known of who sent a message. It decides nothing: policy/ and the content filter do. */
export interface SenderAuthentication {
  readonly spf: SpfFinding
  /** One for each DKIM-Signature that was looked at, in the order of the fields; empty: not signed. */
  readonly dkim: readonly DkimFinding[]
  readonly dmarc: DmarcFinding
  readonly arc: ArcFinding
  readonly author: AuthorFinding
}

export interface SpfFinding {
  readonly result: SpfResult
  /** `helo` where the reverse-path is null (RFC 7208 2.4). */
  readonly identity: 'mailfrom' | 'helo'
  /** Whose record it is about, lower case; '' where there is no such domain. */
  readonly domain: string
  /** For temperror and permerror: what was wrong, in English, of our own words only. */
  readonly reason?: string
  /** What the domain says to those it fails (exp=, RFC 7208 6.2): printable ASCII, theirs, to be quoted as such. */
  readonly explanation?: string
}

export interface DkimFinding {
  readonly result: DkimResult
  /** d=, lower case; '' where the signature has none. */
  readonly domain: string
  /** s=; '' where the signature has none. */
  readonly selector: string
  /** a=, as far as it can be read: `rsa-sha256`, `ed25519-sha256`. */
  readonly algorithm: string
  /** RSA: bits of the modulus; Ed25519: 256; undefined: no key was seen. */
  readonly keyBits: number | undefined
  /** First characters of b=, to tell signatures of one domain apart (header.b, RFC 6008). */
  readonly signatureStart: string
  /** Why it is not a pass, in English, of our own words only. */
  readonly reason?: string
}

export interface DmarcFinding {
  readonly result: DmarcResult
  /** The author's domain; of several, the one that decided; '' where none can be read. */
  readonly domain: string
  /** What its owner wishes for mail that fails, with sp=, np= and t= looked at; `none` also where there is no record. */
  readonly policy: DmarcPolicy
  /** Where that record stands; undefined: nowhere. */
  readonly recordDomain: string | undefined
  /** The record as it was published, for reports. */
  readonly record: DmarcRecord | undefined
  /** Known also where there is no record; then alignment is relaxed. */
  readonly alignedSpf: boolean
  readonly alignedDkim: boolean
  /** Why it is a temperror or permerror. */
  readonly reason?: string
}

/** RFC 9989 4.7, with defaults filled in. */
export interface DmarcRecord {
  readonly policy: DmarcPolicy
  /** sp=; undefined: as `policy`. */
  readonly subdomainPolicy: DmarcPolicy | undefined
  /** np=, for names that do not exist; undefined: as `subdomainPolicy`. */
  readonly absentPolicy: DmarcPolicy | undefined
  readonly dkimAlignment: 'relaxed' | 'strict'
  readonly spfAlignment: 'relaxed' | 'strict'
  /** t=y: one step less than asked for. */
  readonly testing: boolean
  /** psd=: is this a public suffix? `u`: let the tree walk find out. */
  readonly publicSuffix: 'y' | 'n' | 'u'
  /** Where aggregate reports are wanted (rua=): URIs as written, without the size of RFC 7489. */
  readonly reportTo: readonly string[]
}

export interface ArcFinding {
  readonly result: ArcResult
  /** d= of each ARC-Seal, oldest first; of a chain that is broken, too. */
  readonly sealers: readonly string[]
  /** `pass`: what each sealer's own results say of DMARC, as the message came to it, in the order of `sealers`; undefined: nothing. */
  readonly dmarcAtSealers?: readonly (DmarcAtSealer | undefined)[]
  readonly reason?: string
}

export interface DmarcAtSealer {
  readonly result: DmarcResult
  /** header.from, lower case; '' where it is not said. */
  readonly domain: string
}

/**
 * Who the message says it is from, for those who must not be fooled. `one` and `several`: one proper From field, read alike by
 * everybody. `none`: nobody is named. `hidden`: two readers could see two authors in it, or none; it never passes DMARC.
 */
export interface AuthorFinding {
  readonly kind: 'one' | 'several' | 'none' | 'hidden'
  /** Every address that somebody may take for the author's, without repetition; at most `maxAuthors` are looked at. */
  readonly addresses: readonly Address[]
  /** Addresses that the display name or a comment shows, and that are not the author's: no fault of form, but meant to be read as one. */
  readonly shown: readonly Address[]
  /** For each domain of `addresses`: is it the author's by an aligned pass? */
  readonly domains: readonly AuthorDomain[]
  /** `hidden`: by which trick. */
  readonly trick?: AuthorTrick
}

export interface AuthorDomain {
  readonly domain: string
  readonly aligned: boolean
}

/** How a From field hides its author; a closed list, for the journal and the filter's tests. */
export type AuthorTrick =
  | 'several From fields'
  | 'a From field whose name not everybody reads'
  | 'a control character in From'
  | 'octets in From that are not UTF-8'
  | 'an address in From that cannot be read'
  | 'an address inside a local part'
  | 'addresses in From without a comma between'
  | 'an encoded word where the address should be'
  | 'a group or a route in From'
  | 'something behind the address in From'
  | 'something in From that is no part of an address'
  | 'a quotation or comment in From that does not end'
  | 'too much in From'

/** What `authenticate` is told. */
export interface AuthenticationInput {
  /** The octets as received, in pieces of any cut. Taken to their end once; not at all past the header section where nothing is signed. */
  readonly message: MessageOctets
  /** Canonical text (mail/ip.ts). */
  readonly clientIp: string
  /** As it was said. */
  readonly helo: string
  readonly reversePath: ReversePath
  /** Ours: for the macro %{r} of SPF. */
  readonly hostName: string
  readonly nowMs: number
}
