import type { Command } from 'commander'
import type { DmarcReportShown } from '../../api/contract/dmarc.ts'
import { branch, type Cli, leaf } from '../command.ts'
import { reportFile } from '../report-file.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'

export function dmarcCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const dmarc = branch(program, 'dmarc', t.dmarc.about)

  leaf(cli, dmarc, 'seen', {
    summary: t.dmarc.seen,
    examples: ['dmarc seen', 'dmarc seen --since 2d --json'],
    options: (command) => command.option('--since <time>', t.dmarc.since),
    async run(invocation, given) {
      const { domains } = await invocation.run('dmarc.seen', sinceOf(given.text('since')))
      const c = t.dmarc.columns
      const rows = domains.map((row) => [row.domain, ...[row.messages, row.passed, row.quarantined, row.rejected].map(String)])
      invocation.print(domains, domains.length === 0 ? '' : table([c.domain, c.messages, c.passed, c.quarantined, c.rejected], rows))
      if (domains.length > 0) return 0
      invocation.note(t.dmarc.nothing)
      return 1
    },
  })

  leaf(cli, dmarc, 'report <domain>', {
    summary: t.dmarc.report,
    examples: ['dmarc report b.example', 'dmarc report b.example --day 2026-05-01'],
    options: (command) => command.option('--day <day>', t.dmarc.day),
    async run(invocation, given) {
      const day = given.text('day')
      const { report } = await invocation.run('dmarc.report', { domain: given.argument(0), ...(day !== undefined && { day }) })
      if (report === undefined) {
        invocation.note(t.dmarc.nothing)
        return 1
      }
      invocation.print(report, report.xml.trimEnd())
      invocation.note(t.dmarc.wanted(report.fileName, report.to.join(', ')))
      return 0
    },
  })

  leaf(cli, dmarc, 'reports', {
    summary: t.dmarc.reports,
    examples: ['dmarc reports --domain a.example', 'dmarc reports --domain a.example --since 90d --json'],
    options: (command) => command.option('--domain <domain>', t.dmarc.domain).option('--since <time>', t.dmarc.since),
    async run(invocation, given) {
      const domain = given.text('domain')
      if (domain === undefined) throw new WrongUse(t.dmarc.domainMissing)
      const { reports } = await invocation.run('dmarc.reports', { domain, ...sinceOf(given.text('since')) })
      invocation.print(reports, reports.length === 0 ? '' : `${reportTable(reports, t)}\n\n${sourceTable(reports, t)}`)
      if (reports.length > 0) return 0
      invocation.note(t.dmarc.nothing)
      return 1
    },
  })

  leaf(cli, dmarc, 'read <file>', {
    summary: t.dmarc.read,
    examples: ['dmarc read big.example!a.example!1795219200!1795305599.xml.gz'],
    async run(invocation, given) {
      const done = await invocation.run('dmarc.read', { file: await reportFile(given.argument(0), t) })
      invocation.print(done, done.isNew ? t.dmarc.kept(done.reporter, done.domain) : t.dmarc.known(done.reporter, done.domain))
    },
  })
}

function sinceOf(since: string | undefined): { readonly since?: string } {
  return since === undefined ? {} : { since }
}

function reportTable(reports: readonly DmarcReportShown[], t: Texts): string {
  const c = t.dmarc.columns
  const rows = reports.map(({ reporter, begin, end, provenSender, rows: sources }) => {
    const messages = sources.reduce((sum, { count }) => sum + count, 0)
    const passed = sources.reduce((sum, { count, dkim, spf }) => sum + (dkim || spf ? count : 0), 0)
    return [begin.slice(0, 10), end.slice(0, 10), String(messages), String(passed), reporter, provenSender ?? t.dmarc.unproven]
  })
  return table([c.begin, c.end, c.messages, c.passed, c.reporter, c.sender], rows)
}

/** Who sends in the domain's name, by address, those of most messages first. */
function sourceTable(reports: readonly DmarcReportShown[], t: Texts): string {
  const sources = new Map<string, { messages: number; dkim: number; spf: number; rejected: number }>()
  for (const { count, sourceIp, dkim, spf, disposition } of reports.flatMap(({ rows }) => rows)) {
    const source = sources.get(sourceIp) ?? { messages: 0, dkim: 0, spf: 0, rejected: 0 }
    sources.set(sourceIp, source)
    source.messages += count
    source.dkim += dkim ? count : 0
    source.spf += spf ? count : 0
    source.rejected += disposition === 'reject' || disposition === 'quarantine' ? count : 0
  }
  const c = t.dmarc.columns
  const most = [...sources].sort(([, a], [, b]) => b.messages - a.messages)
  const rows = most.map(([ip, { messages, dkim, spf, rejected }]) => [ip, ...[messages, dkim, spf, rejected].map(String)])
  return table([c.source, c.messages, c.dkim, c.spf, c.refused], rows)
}
