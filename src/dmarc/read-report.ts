import { normaliseIp } from '../mail/ip.ts'
import { parseDomain } from '../mail/domain.ts'
import type { DmarcPolicy } from '../msgauth/authentication.ts'
import type { AggregateReport, Disposition, PublishedPolicy, ReportRow } from './aggregate-report.ts'
import { reportLimits } from './limits.ts'
import { unpack } from './unpack.ts'
import { parseXml, type XmlElement } from './xml.ts'

/**
 * A report as others send it. Forgiving where there is one meaning (missing results, words in any case), and bounded: of a report of more
 * rows, those of most messages are kept. undefined: it is no report.
 */
export function readReport(file: Uint8Array): AggregateReport | undefined {
  const octets = unpack(file)
  if (octets === undefined || octets.length > reportLimits.xmlOctets) return undefined
  const feedback = parseXml(octets.toString('utf8'))
  if (feedback?.name !== 'feedback') return undefined
  const metadata = child(feedback, 'report_metadata')
  const range = child(metadata, 'date_range')
  const policy = readPolicy(child(feedback, 'policy_published'))
  const reporter = textOf(metadata, 'org_name')
  const reportId = textOf(metadata, 'report_id')
  const [beginS, endS] = [readNumber(textOf(range, 'begin')), readNumber(textOf(range, 'end'))]
  if (policy === undefined || reporter === '' || reportId === '' || beginS === undefined || endS === undefined) return undefined
  const rows = feedback.children.filter(({ name }) => name === 'record').flatMap((record) => readRow(record) ?? [])
  const most = rows.sort((a, b) => b.count - a.count).slice(0, reportLimits.rows)
  return { reporter, email: textOf(metadata, 'email'), reportId, beginS, endS, policy, rows: most }
}

function readPolicy(published: XmlElement | undefined): PublishedPolicy | undefined {
  const domain = parseDomain(textOf(published, 'domain').replace(/\.$/, ''))
  if (domain === undefined) return undefined
  const policy = readWord(textOf(published, 'p'), policies) ?? 'none'
  return {
    domain,
    dkimAlignment: textOf(published, 'adkim').toLowerCase() === 's' ? 'strict' : 'relaxed',
    spfAlignment: textOf(published, 'aspf').toLowerCase() === 's' ? 'strict' : 'relaxed',
    policy,
    subdomainPolicy: readWord(textOf(published, 'sp'), policies) ?? policy,
    absentPolicy: readWord(textOf(published, 'np'), policies),
    testing: textOf(published, 'testing').toLowerCase() === 'y',
  }
}

function readRow(record: XmlElement): ReportRow | undefined {
  const row = child(record, 'row')
  const evaluated = child(row, 'policy_evaluated')
  const identifiers = child(record, 'identifiers')
  const results = child(record, 'auth_results')
  const sourceIp = normaliseIp(textOf(row, 'source_ip'))
  const count = readNumber(textOf(row, 'count'))
  const headerFrom = parseDomain(textOf(identifiers, 'header_from').replace(/\.$/, ''))
  if (sourceIp === undefined || count === undefined || headerFrom === undefined) return undefined
  const spf = child(results, 'spf')
  const envelopeFrom = textOf(identifiers, 'envelope_from')
  return {
    sourceIp,
    count,
    disposition: readWord(textOf(evaluated, 'disposition'), dispositions) ?? 'none',
    dkim: textOf(evaluated, 'dkim').toLowerCase() === 'pass',
    spf: textOf(evaluated, 'spf').toLowerCase() === 'pass',
    headerFrom,
    envelopeFrom: envelopeFrom === '' ? undefined : envelopeFrom,
    dkimResults: (results?.children ?? [])
      .filter(({ name }) => name === 'dkim')
      .slice(0, maxDkimResults)
      .map((dkim) => ({ domain: textOf(dkim, 'domain'), selector: textOf(dkim, 'selector'), result: textOf(dkim, 'result').toLowerCase() })),
    spfResult:
      spf === undefined
        ? undefined
        : {
            domain: textOf(spf, 'domain'),
            scope: textOf(spf, 'scope').toLowerCase() === 'helo' ? 'helo' : 'mfrom',
            result: textOf(spf, 'result').toLowerCase(),
          },
  }
}

const maxDkimResults = 10

const policies: readonly DmarcPolicy[] = ['none', 'quarantine', 'reject']
const dispositions: readonly Disposition[] = ['none', 'pass', 'quarantine', 'reject']

function readWord<Word extends string>(text: string, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === text.toLowerCase())
}

/** Counts and times; undefined: none that can be. */
function readNumber(text: string): number | undefined {
  return /^\d{1,11}$/.test(text) ? Number(text) : undefined
}

function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name)
}

/** In one line, without what a terminal would take for a command, and no longer than anybody needs it. */
function textOf(element: XmlElement | undefined, name: string): string {
  const text = child(element, name)?.text ?? ''
  return text
    .slice(0, reportLimits.textOctets)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
}
