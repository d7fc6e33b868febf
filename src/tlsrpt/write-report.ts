import type { TlsReport } from './tls-report.ts'

/** The report as JSON (RFC 8460 4.4). */
export function writeTlsReport({ organisation, contact, reportId, beginMs, endMs, policies }: TlsReport): string {
  return JSON.stringify({
    'organization-name': organisation,
    'date-range': { 'start-datetime': time(beginMs), 'end-datetime': time(endMs) },
    'contact-info': contact,
    'report-id': reportId,
    policies: policies.map(({ policy, successful, failed, failures }) => ({
      policy: {
        'policy-type': policy.type,
        ...(policy.strings.length > 0 && { 'policy-string': policy.strings }),
        'policy-domain': policy.domain,
        ...(policy.mxHosts.length > 0 && { 'mx-host': policy.mxHosts }),
      },
      summary: { 'total-successful-session-count': successful, 'total-failure-session-count': failed },
      ...(failures.length > 0 && {
        'failure-details': failures.map(({ result, sendingIp, mxHost, receivingIp, detail, sessions }) => ({
          'result-type': result,
          ...(sendingIp !== undefined && { 'sending-mta-ip': sendingIp }),
          ...(mxHost !== undefined && { 'receiving-mx-hostname': mxHost }),
          ...(receivingIp !== undefined && { 'receiving-ip': receivingIp }),
          'failed-session-count': sessions,
          ...(detail !== undefined && detail !== '' && { 'failure-reason-code': detail }),
        })),
      }),
    })),
  })
}

/** RFC 8460 5.1: who reports, whose report it is, when. */
export function tlsReportFileName({ organisation, beginMs, endMs }: TlsReport, domain: string): string {
  return `${organisation}!${domain}!${beginMs / 1000}!${endMs / 1000}!001.json.gz`
}

function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
