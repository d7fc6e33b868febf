import type { AggregateReport, PublishedPolicy, ReportRow } from './aggregate-report.ts'

/** The report as XML (RFC 9990 appendix A). Its elements stand in the order of RFC 7489 appendix C too, for readers that know only that. */
export function writeReport(report: AggregateReport): string {
  const { reporter, email, reportId, beginS, endS, policy, rows } = report
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">',
    ...leaf('version', '1.0'),
    ...element('report_metadata', [
      ...leaf('org_name', reporter),
      ...leaf('email', email),
      ...leaf('report_id', reportId),
      ...element('date_range', [...leaf('begin', String(beginS)), ...leaf('end', String(endS))]),
    ]),
    ...element('policy_published', publishedPolicy(policy)),
    ...rows.flatMap((row) => element('record', recordOf(row))),
    '</feedback>',
    '',
  ].join('\n')
}

/** RFC 9990 2.1.3: who found what, when, and whose report it is. */
export function reportFileName(report: AggregateReport, receiver: string): string {
  return `${receiver}!${report.policy.domain}!${report.beginS}!${report.endS}.xml.gz`
}

function publishedPolicy(policy: PublishedPolicy): string[] {
  const short = (alignment: 'relaxed' | 'strict') => (alignment === 'strict' ? 's' : 'r')
  return [
    ...leaf('domain', policy.domain),
    ...leaf('adkim', short(policy.dkimAlignment)),
    ...leaf('aspf', short(policy.spfAlignment)),
    ...leaf('p', policy.policy),
    ...leaf('sp', policy.subdomainPolicy),
    ...(policy.absentPolicy === undefined ? [] : leaf('np', policy.absentPolicy)),
    ...leaf('testing', policy.testing ? 'y' : 'n'),
    ...leaf('discovery_method', 'treewalk'),
  ]
}

function recordOf(row: ReportRow): string[] {
  const { spfResult, envelopeFrom } = row
  return [
    ...element('row', [
      ...leaf('source_ip', row.sourceIp),
      ...leaf('count', String(row.count)),
      ...element('policy_evaluated', [
        ...leaf('disposition', row.disposition),
        ...leaf('dkim', passed(row.dkim)),
        ...leaf('spf', passed(row.spf)),
        ...overridden(row),
      ]),
    ]),
    ...element('identifiers', [...(envelopeFrom === undefined ? [] : leaf('envelope_from', envelopeFrom)), ...leaf('header_from', row.headerFrom)]),
    ...element('auth_results', [
      ...row.dkimResults.flatMap(({ domain, selector, result }) =>
        element('dkim', [...leaf('domain', domain), ...(selector === '' ? [] : leaf('selector', selector)), ...leaf('result', result)]),
      ),
      ...(spfResult === undefined
        ? []
        : element('spf', [...leaf('domain', spfResult.domain), ...leaf('scope', spfResult.scope), ...leaf('result', spfResult.result)])),
    ]),
  ]
}

/** RFC 9990 appendix A, PolicyOverrideReason. */
function overridden({ sealer }: ReportRow): string[] {
  return sealer === undefined ? [] : element('reason', [...leaf('type', 'trusted_forwarder'), ...leaf('comment', `arc=pass, sealed by ${sealer}`)])
}

function passed(aligned: boolean): string {
  return aligned ? 'pass' : 'fail'
}

function element(name: string, content: readonly string[]): string[] {
  return [`<${name}>`, ...content.map((line) => `  ${line}`), `</${name}>`]
}

function leaf(name: string, text: string): string[] {
  return [`<${name}>${escaped(text)}</${name}>`]
}

/** XML 1.0 2.2 has no room for control characters, not even escaped. */
function escaped(text: string): string {
  const known = text.toWellFormed().replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
  return known.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
