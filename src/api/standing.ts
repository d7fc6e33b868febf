/** How the machine and the server's parts are at the moment, in figures. What an operator should make of them: health/. */
export interface Standing {
  readonly version: string
  /** Of Node. */
  readonly node: string
  /** Undefined: no server runs on this data. */
  readonly running: { readonly sinceMs: number; readonly processes: number } | undefined
  readonly database: {
    readonly engine: 'sqlite' | 'postgresql'
    /** For one row. */
    readonly tookMs: number
  }
  readonly log: {
    readonly bytes: number
    readonly segments: number
    /** What the index does not cover yet; undefined: more than a segment. */
    readonly behindBytes: number | undefined
    /** `full`: it goes on when there is room. `failed`: not before a restart. */
    readonly trouble: 'full' | 'failed' | undefined
  }
  /** Of the data folder, as far as the server's user may use it. */
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number }
  /** Undefined: none is there yet. */
  readonly certificate: CertificateStanding | undefined
  /** Undefined: nobody asks it here. */
  readonly nameServer: { readonly tookMs: number /** No answer. */; readonly why: string | undefined } | undefined
  /** Content filters of others that are to be asked. */
  readonly engines: readonly string[]
}

export interface CertificateStanding {
  readonly notAfterMs: number
  readonly selfSigned: boolean
  /** For whom it is, where that is not this host. */
  readonly otherNames: string | undefined
  /** Another one lies in the operator's file than the one that is in use. */
  readonly replaced: boolean
}
