import { randomBytes } from 'node:crypto'
import { writeDate } from '../../message/date.ts'

export interface ReportMessage {
  readonly about: 'dmarc' | 'tls'
  /** Of the report: what it is about. */
  readonly domain: string
  /** Who reports: our host name. */
  readonly submitter: string
  readonly reportId: string
  readonly to: string
  readonly atMs: number
  readonly fileName: string
  /** gzip. */
  readonly file: Uint8Array
}

/** The mail that brings a report to whom it concerns (RFC 9990 2.1.3, RFC 8460 5.3). */
export function writeReportMessage({ about, domain, submitter, reportId, to, atMs, fileName, file }: ReportMessage): Buffer {
  const boundary = `=_${randomBytes(18).toString('base64url')}`
  const isTls = about === 'tls'
  const lines = [
    `Date: ${writeDate(atMs)}`,
    `From: ${submitter} <postmaster@${submitter}>`,
    `To: <${to}>`,
    `Subject: Report Domain: ${domain}`,
    ` Submitter: ${submitter}`,
    ` Report-ID: <${reportId}>`,
    `Message-ID: <${about}.${reportId}>`,
    'Auto-Submitted: auto-generated',
    ...(isTls ? [`TLS-Report-Domain: ${domain}`, `TLS-Report-Submitter: ${submitter}`, 'TLS-Required: No'] : []),
    'MIME-Version: 1.0',
    `Content-Type: multipart/${isTls ? 'report; report-type="tlsrpt"' : 'mixed'}; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    isTls ? `How TLS went with the mail servers of ${domain}` : `What came in that named ${domain} as the domain of its author`,
    `(${isTls ? 'RFC 8460' : 'RFC 9990'}), as ${submitter} saw it.`,
    '',
    `--${boundary}`,
    `Content-Type: application/${isTls ? 'tlsrpt+gzip' : 'gzip'}`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${fileName}"`,
    '',
    ...(Buffer.from(file)
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
    `--${boundary}--`,
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}
