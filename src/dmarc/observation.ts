import type { ReversePath } from '../mail/address.ts'
import type { DmarcRecord, SenderAuthentication } from '../msgauth/authentication.ts'
import type { Disposition, PublishedPolicy, RowKey } from './aggregate-report.ts'
import { gatherLimits } from './limits.ts'

/** One message as its domain's report will count it. */
export interface Observation {
  readonly policy: PublishedPolicy
  /** rua= */
  readonly reportTo: readonly string[]
  readonly row: RowKey
}

/** What a report will say of a message; undefined: its author's domain has no record, and nobody is told. `disposition`: what was done because of DMARC, `sealer`: whose word kept it from that. */
export function observe(
  found: Pick<SenderAuthentication, 'spf' | 'dkim' | 'dmarc'>,
  facts: {
    readonly clientIp: string
    readonly reversePath: ReversePath
    readonly disposition: 'none' | 'quarantine' | 'reject'
    readonly sealer?: string | undefined
  },
): Observation | undefined {
  const { spf, dkim, dmarc } = found
  const { record, recordDomain } = dmarc
  if (record === undefined || recordDomain === undefined) return undefined
  // A temporary failure says nothing of the domain: the message comes again.
  if (dmarc.result !== 'pass' && dmarc.result !== 'fail') return undefined
  const disposition: Disposition = dmarc.result === 'pass' ? 'pass' : facts.disposition
  const row: RowKey = {
    sourceIp: facts.clientIp,
    disposition,
    ...(facts.sealer !== undefined && { sealer: facts.sealer }),
    dkim: dmarc.alignedDkim,
    spf: dmarc.alignedSpf,
    headerFrom: dmarc.domain,
    envelopeFrom: facts.reversePath?.domain,
    dkimResults: dkim.slice(0, gatherLimits.dkimResults).flatMap(({ domain, selector, result }) => (domain === '' ? [] : [{ domain, selector, result }])),
    spfResult: spf.domain === '' ? undefined : { domain: spf.domain, scope: spf.identity === 'helo' ? 'helo' : 'mfrom', result: spf.result },
  }
  return { policy: published(recordDomain, record), reportTo: record.reportTo, row }
}

function published(domain: string, record: DmarcRecord): PublishedPolicy {
  const { dkimAlignment, spfAlignment, policy, subdomainPolicy = policy, absentPolicy, testing } = record
  return { domain, dkimAlignment, spfAlignment, policy, subdomainPolicy, absentPolicy, testing }
}
