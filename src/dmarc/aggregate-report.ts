import type { DmarcPolicy } from '../msgauth/authentication.ts'

/** An aggregate report (RFC 9990 3, RFC 7489 appendix C): what one receiver saw of one domain in one time. */
export interface AggregateReport {
  readonly reporter: string
  /** Whom to ask about it; '' where nobody is named. */
  readonly email: string
  readonly reportId: string
  /** Seconds since 1970, both ends. */
  readonly beginS: number
  readonly endS: number
  readonly policy: PublishedPolicy
  readonly rows: readonly ReportRow[]
}

/** What the domain published (policy_published). */
export interface PublishedPolicy {
  readonly domain: string
  readonly dkimAlignment: 'relaxed' | 'strict'
  readonly spfAlignment: 'relaxed' | 'strict'
  readonly policy: DmarcPolicy
  readonly subdomainPolicy: DmarcPolicy
  /** Undefined: not published. */
  readonly absentPolicy: DmarcPolicy | undefined
  readonly testing: boolean
}

/** What became of messages; `pass` is RFC 9990's word for those that passed, RFC 7489 has `none` for them. */
export type Disposition = 'none' | 'pass' | 'quarantine' | 'reject'

/** Messages alike. */
export interface RowKey {
  readonly sourceIp: string
  readonly disposition: Disposition
  /** Whose ARC seal was believed instead; undefined: nobody's. */
  readonly sealer?: string
  /** Aligned. */
  readonly dkim: boolean
  readonly spf: boolean
  /** Domain of the author. */
  readonly headerFrom: string
  /** Domain of the reverse-path; undefined: it was null, or is not told. */
  readonly envelopeFrom: string | undefined
  readonly dkimResults: readonly { readonly domain: string; readonly selector: string; readonly result: string }[]
  readonly spfResult: { readonly domain: string; readonly scope: 'mfrom' | 'helo'; readonly result: string } | undefined
}

export interface ReportRow extends RowKey {
  readonly count: number
}
