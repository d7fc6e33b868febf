/** Everything that listens, by the name it has in the file and in the lines that `posthorn start` prints. */
export const listenNames = ['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'sieve', 'http', 'https'] as const
export type ListenName = (typeof listenNames)[number]

/** A TCP address to listen on. Port 0: the system chooses one. */
export interface ListenAddress {
  /** IPv4 or IPv6 without brackets, or "localhost". */
  readonly host: string
  readonly port: number
}

/** The static configuration with all defaults filled in. Frozen. */
export interface Config {
  /** The file that was read; undefined: there was none, all values are defaults. */
  readonly file: string | undefined
  /** EHLO and Received. Lower case, A-labels. */
  readonly hostname: string
  /** Absolute path. */
  readonly data: string
  /** Processes that serve; the first one also writes. 1 to 64. */
  readonly processes: number
  /** PEM files, absolute paths; undefined: self-signed, kept in data. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined
  /** PEM file, absolute path: authorities whose certificates sign people in (SASL EXTERNAL); undefined: clients are asked for none. */
  readonly clientCa: string | undefined
  /** CIDRs or addresses. `from`: balancers that speak the PROXY protocol; `forwardedFrom`: those that speak HTTP to us, and say in header fields who asked them. */
  readonly proxy: { readonly from: readonly string[]; readonly forwardedFrom: readonly string[] }
  /** Empty list: off. Names that this version does not serve are empty. */
  readonly listen: Readonly<Record<ListenName, readonly ListenAddress[]>>
  /** Names that the file gives an address to, though this version does not serve them: worth a line in the log. */
  readonly notServed: readonly ListenName[]
  readonly database: { readonly engine: 'sqlite' } | { readonly engine: 'postgresql'; readonly url: string }
  /** `compress`: records are kept as zstd blocks where that makes them smaller. */
  readonly content: { readonly engine: 'segments'; readonly compress: boolean }
  readonly ephemeral: { readonly engine: 'local' }
  /** Empty: the hosts file, then the system's servers. */
  readonly dns: { readonly servers: readonly { readonly host: string; readonly port: number }[] }
  /** `port`: where other mail servers are asked; anything but 25 is for tests. */
  readonly sending: { readonly port: number }
  /** Who says what access tokens are worth; undefined: none are taken. URLs are https, or http on this machine. */
  readonly oauth:
    | {
        readonly issuer: string
        readonly audience: string | undefined
        readonly claim: string
        readonly source:
          | { readonly kind: 'introspection'; readonly url: string; readonly clientId: string; readonly clientSecret: string }
          | { readonly kind: 'jwks'; readonly url: string }
      }
    | undefined
  /** clamd's socket: absolute path or "host:port"; undefined: no virus check. */
  readonly clamav: { readonly socket: string | undefined }
  /** "http://host:port" of rspamd's normal or proxy worker; undefined: it is not asked. */
  readonly rspamd: { readonly url: string | undefined }
  /** spamd's socket: absolute path or "host:port"; undefined: it is not asked. */
  readonly spamassassin: { readonly socket: string | undefined }
}
