/** What went wrong with TLS (RFC 8460 4.3), as far as we can tell; those of others may have any word. */
export type ResultType = string

/** Under which policy sessions were opened (RFC 8460 4.2). */
export interface ReportedPolicy {
  readonly type: 'tlsa' | 'sts' | 'no-policy-found'
  /** Lines of the policy, or TLSA records. */
  readonly strings: readonly string[]
  /** The recipients' domain. */
  readonly domain: string
  readonly mxHosts: readonly string[]
}

/** Sessions that failed alike. */
export interface ReportedFailure {
  readonly result: ResultType
  readonly sendingIp: string | undefined
  readonly mxHost: string | undefined
  readonly receivingIp: string | undefined
  /** In words. */
  readonly detail: string | undefined
}

export interface PolicyResults {
  readonly policy: ReportedPolicy
  readonly successful: number
  readonly failed: number
  readonly failures: readonly (ReportedFailure & { readonly sessions: number })[]
}

/** How TLS went with the servers of one domain (RFC 8460 4.4). */
export interface TlsReport {
  readonly organisation: string
  readonly contact: string
  readonly reportId: string
  readonly beginMs: number
  readonly endMs: number
  readonly policies: readonly PolicyResults[]
}

/** One session, as its domain's report will count it. */
export interface TlsObservation {
  readonly policy: ReportedPolicy
  readonly failure: ReportedFailure | undefined
}
