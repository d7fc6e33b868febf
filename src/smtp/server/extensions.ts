/** What a listener offers in EHLO beyond what all of them do. */
export interface Extensions {
  /** AUTH (RFC 4954): people's programs, not other servers. */
  readonly auth: boolean
  /** RFC 3461. */
  readonly dsn: boolean
  /** REQUIRETLS (RFC 8689): over TLS only. */
  readonly requireTls: boolean
  /** MT-PRIORITY (RFC 6710). */
  readonly priority: boolean
  /** FUTURERELEASE (RFC 4865): how far ahead, in seconds; 0: not offered. */
  readonly futureReleaseSeconds: number
}

/** Mail from other servers. */
export const transferExtensions: Extensions = { auth: false, dsn: true, requireTls: true, priority: false, futureReleaseSeconds: 0 }

/** Mail of people who have an account (RFC 6409). */
export const submissionExtensions: Extensions = { auth: true, dsn: true, requireTls: true, priority: true, futureReleaseSeconds: 30 * 86_400 }
