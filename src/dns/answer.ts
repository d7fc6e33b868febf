export interface MailExchange {
  readonly preference: number
  /** Lower case, without the last dot; '' is the null MX of RFC 7505. */
  readonly exchange: string
}

/** RFC 2782. `target`: lower case, without the last dot; '' says that the service is not there. */
export interface Service {
  readonly priority: number
  readonly weight: number
  readonly port: number
  readonly target: string
}

/** RFC 6698 2.1, numbers as they stand in the record. */
export interface TlsAssociation {
  readonly usage: number
  readonly selector: number
  readonly matchingType: number
  readonly data: Uint8Array
}

/** The data of one record, by type. Names are lower case and without the last dot, IP addresses canonical text (mail/ip.ts). */
export interface RecordOf {
  readonly A: string
  readonly AAAA: string
  readonly PTR: string
  /** The alias itself: asked for by nobody but who looks at how a zone is made. Other types follow aliases by themselves. */
  readonly CNAME: string
  readonly MX: MailExchange
  /** The strings of one record joined (RFC 7208 3.3), one character for each octet. */
  readonly TXT: string
  readonly TLSA: TlsAssociation
  readonly SRV: Service
}

export type RecordType = keyof RecordOf

/** Why it could not be found out. `unreachable`: nobody listens there; `lame`: that server knows nothing of the name and does not ask others. */
export type DnsFailure =
  | 'timeout'
  | 'unreachable'
  | 'server failure'
  | 'refused'
  | 'malformed'
  | 'lame'
  | 'too many aliases'
  | 'too busy'
  | 'aborted'
  | 'closed'

/** `none` means that the DNS said so; `failed` means that nobody could tell. Whoever treats them alike loses mail. */
export type Answer<Type extends RecordType> =
  | {
      readonly status: 'found'
      /** Never empty; in the order of the answer. */
      readonly records: readonly RecordOf[Type][]
      readonly expiresAtMs: number
      /** Validated by DNSSEC, says a resolver on loopback. */
      readonly authenticated: boolean
      /** The name that has the records, where CNAMEs led to it. */
      readonly alias?: string
    }
  | { readonly status: 'none'; readonly why: 'no such name' | 'no such record'; readonly expiresAtMs: number; readonly authenticated: boolean }
  | { readonly status: 'failed'; readonly why: DnsFailure }
