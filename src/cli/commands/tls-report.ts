import type { Command } from 'commander'
import type { TlsReportShown } from '../../api/contract/tls-report.ts'
import { branch, type Cli, leaf } from '../command.ts'
import { reportFile } from '../report-file.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'

export function tlsReportCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const tlsReport = branch(program, 'tls-report', t.tlsReport.about)

  leaf(cli, tlsReport, 'own <domain>', {
    summary: t.tlsReport.own,
    examples: ['tls-report own b.example', 'tls-report own b.example --day 2026-05-01'],
    options: (command) => command.option('--day <day>', t.dmarc.day),
    async run(invocation, given) {
      const day = given.text('day')
      const { json } = await invocation.run('tls-report.own', { domain: given.argument(0), ...(day !== undefined && { day }) })
      if (json === undefined) {
        invocation.note(t.dmarc.nothing)
        return 1
      }
      const report: unknown = JSON.parse(json)
      invocation.print(report, JSON.stringify(report, undefined, 2))
      return 0
    },
  })

  leaf(cli, tlsReport, 'received', {
    summary: t.tlsReport.received,
    examples: ['tls-report received --domain a.example', 'tls-report received --domain a.example --since 90d --json'],
    options: (command) => command.option('--domain <domain>', t.dmarc.domain).option('--since <time>', t.dmarc.since),
    async run(invocation, given) {
      const domain = given.text('domain')
      if (domain === undefined) throw new WrongUse(t.dmarc.domainMissing)
      const since = given.text('since')
      const { reports } = await invocation.run('tls-report.received', { domain, ...(since !== undefined && { since }) })
      invocation.print(reports, reports.length === 0 ? '' : `${reportTable(reports, t)}${failureTable(reports, t)}`)
      if (reports.length > 0) return 0
      invocation.note(t.dmarc.nothing)
      return 1
    },
  })

  leaf(cli, tlsReport, 'read <file>', {
    summary: t.tlsReport.read,
    examples: ['tls-report read big.example!a.example!1795219200!1795305599!001.json.gz'],
    async run(invocation, given) {
      const { domains, reporter, isNew } = await invocation.run('tls-report.read', { file: await reportFile(given.argument(0), t) })
      const words = isNew ? t.dmarc.kept : t.dmarc.known
      invocation.print({ domains, reporter, isNew }, words(reporter, domains.join(', ')))
    },
  })
}

function reportTable(reports: readonly TlsReportShown[], t: Texts): string {
  const c = t.dmarc.columns
  const rows = reports.flatMap(({ reporter, begin, end, provenSender, policies }) =>
    policies.map(({ policy, successful, failed }) => [
      ...[begin.slice(0, 10), end.slice(0, 10), policy.type, String(successful), String(failed)],
      ...[reporter, provenSender ?? t.dmarc.unproven],
    ]),
  )
  return table([c.begin, c.end, t.tlsReport.columns.policy, c.passed, t.tlsReport.columns.failed, c.reporter, c.sender], rows)
}

/** What failed, by what it was and at which host, most sessions first. */
function failureTable(reports: readonly TlsReportShown[], t: Texts): string {
  const kinds = new Map<string, { readonly result: string; readonly host: string; sessions: number }>()
  for (const { result, mxHost = '', sessions } of reports.flatMap(({ policies }) => policies.flatMap(({ failures }) => failures))) {
    const kind = kinds.get(`${result} ${mxHost}`) ?? { result, host: mxHost, sessions: 0 }
    kind.sessions += sessions
    kinds.set(`${result} ${mxHost}`, kind)
  }
  if (kinds.size === 0) return ''
  const c = t.tlsReport.columns
  const most = [...kinds.values()].sort((a, b) => b.sessions - a.sessions)
  const rows = most.map(({ result, host, sessions }) => [result, host, String(sessions)])
  return `\n\n${table([c.result, c.host, c.sessions], rows)}`
}
