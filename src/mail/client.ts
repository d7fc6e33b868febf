/** The peer of an SMTP connection, as far as the transaction has told. */
export interface Client {
  /** Canonical text: dotted IPv4 (IPv4-mapped IPv6 is unmapped), or RFC 5952 IPv6. After the PROXY header, the original's. */
  readonly ip: string
  readonly port: number
  /** EHLO or HELO argument as sent; undefined before. */
  readonly helo: string | undefined
  /** RFC 3848 protocol word for the Received field: SMTP, ESMTP, ESMTPS, UTF8SMTP, UTF8SMTPS (RFC 6531). */
  readonly protocol: string
  /** "TLSv1.3 TLS_AES_256_GCM_SHA384"; undefined without TLS. */
  readonly tls: string | undefined
}
