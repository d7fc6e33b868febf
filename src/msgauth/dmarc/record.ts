import type { DmarcPolicy, DmarcRecord } from '../authentication.ts'
import { parseTagList } from '../tag-list.ts'

/**
 * A DMARC record (RFC 9989 4.7); undefined: it is none, or one to be passed over. Without a policy that can be read it stands for p=none
 * where reports are asked for, and else for nothing (4.10.1). Tags that are unknown, and pct=, rf= and ri= of RFC 7489, say nothing.
 */
export function parseDmarcRecord(text: string): DmarcRecord | undefined {
  if (!/^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/i.test(text)) return undefined
  const tags = parseTagList(text)
  // DMARC1 is spelled in capitals (4.7).
  if (tags === undefined || (tags.get('v') ?? tags.get('V')) !== 'DMARC1') return undefined
  const policies = ['p', 'sp', 'np'].map((name) => readPolicy(tags.get(name)))
  const [policy, subdomainPolicy, absentPolicy] = policies
  const reportTo = readReportUris(tags.get('rua') ?? '')
  const readable = policy !== undefined && !policies.includes('unreadable')
  if (!readable && reportTo.length === 0) return undefined
  const word = (name: string) => tags.get(name)?.toLowerCase()
  const publicSuffix = word('psd')
  return {
    policy: readable && policy !== 'unreadable' ? policy : 'none',
    subdomainPolicy: readable && subdomainPolicy !== 'unreadable' ? subdomainPolicy : undefined,
    absentPolicy: readable && absentPolicy !== 'unreadable' ? absentPolicy : undefined,
    dkimAlignment: word('adkim') === 's' ? 'strict' : 'relaxed',
    spfAlignment: word('aspf') === 's' ? 'strict' : 'relaxed',
    testing: word('t') === 'y',
    publicSuffix: publicSuffix === 'y' || publicSuffix === 'n' ? publicSuffix : 'u',
    reportTo,
  }
}

function readPolicy(text: string | undefined): DmarcPolicy | 'unreadable' | undefined {
  const word = text?.toLowerCase()
  return word === undefined || word === 'none' || word === 'quarantine' || word === 'reject' ? word : 'unreadable'
}

/** URIs of rua=, at most `maxReportUris`; a size limit behind them (RFC 7489 6.2) is left out. */
function readReportUris(text: string): string[] {
  const uris = text.split(',').map((uri) => uri.trim().replace(/![0-9]+[kmgt]?$/i, ''))
  return uris.filter((uri) => /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(uri)).slice(0, maxReportUris)
}

/** RFC 7489 7.1 has receivers bound it; two are usual. */
const maxReportUris = 10
