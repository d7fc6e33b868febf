import { parseDmarcRecord } from '../msgauth/dmarc/record.ts'
import { type Finding, finding, type PartCheck, partCheck } from './finding.ts'
import { foundAt } from './record.ts'
import type { Seen } from './seen.ts'
import type { DomainSetup } from './setup.ts'

/** What others do with mail that is not proven to be the domain's (RFC 9989). */
export function checkDmarc({ domain }: DomainSetup, seen: Seen): PartCheck {
  const name = dmarcName(domain)
  const answer = seen.answer(name, 'TXT')
  const found = foundAt(seen, name, 'TXT')
  const texts = found.map(({ value }) => value).filter((text) => /^\s*v\s*=\s*DMARC1/i.test(text))
  const [text] = texts
  const record = parseDmarcRecord(text ?? '')
  const first = `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`
  const inherited = seen.more.inheritedDmarc
  const wanted = text === undefined && inherited !== undefined ? [] : [{ name, type: 'TXT' as const, value: record === undefined ? first : (text ?? first) }]
  const says = (findings: readonly Finding[]) => partCheck('dmarc', wanted, found, findings)
  if (answer.status === 'failed') return says([finding('dmarc-unknown', { why: answer.why })])
  if (text === undefined) return says(inherited === undefined ? [finding(found.length === 0 ? 'dmarc-missing' : 'dmarc-unreadable')] : [])
  if (texts.length > 1) return says([finding('dmarc-several', { number: String(texts.length) })])
  if (record === undefined) return says([finding('dmarc-unreadable')])
  return says([
    ...seen.more.disagreeing.map((host) => finding('dmarc-disagree', { host, record: `${domain}._report._dmarc.${host}` })),
    ...(record.reportTo.length === 0 ? [finding('dmarc-no-reports', { domain })] : []),
    ...(record.policy === 'none' ? [finding('dmarc-none')] : []),
  ])
}

export function dmarcName(domain: string): string {
  return `_dmarc.${domain}`
}
