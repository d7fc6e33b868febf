import type { SenderAuthentication } from './authentication.ts'

/** Is every author who he says he is, by DKIM or SPF of a domain of the same house? Only then may a From open doors (SPEC A3). */
export function isAuthorProven({ author }: Pick<SenderAuthentication, 'author'>): boolean {
  return isPlain(author.kind) && author.domains.length > 0 && author.domains.every(({ aligned }) => aligned)
}

/** Which domain of ours the message names as its author's without proof, where somebody could read it so; undefined: none. */
export function unprovenClaim({ author }: SenderAuthentication, isOurs: (domain: string) => boolean): string | undefined {
  return author.domains.find(({ domain, aligned }) => (!aligned || !isPlain(author.kind)) && isOurs(domain))?.domain
}

/**
 * Of a message that fails DMARC: who of `trusted` saw its author proven before it was changed (RFC 8617 7.2.1); undefined: nobody. Whoever
 * sealed it later could have written anything, so all of them must be trusted.
 */
export function provenBySealer({ arc, dmarc, author }: SenderAuthentication, trusted: ReadonlySet<string>): string | undefined {
  if (dmarc.result !== 'fail' || arc.result !== 'pass' || author.kind !== 'one') return undefined
  for (const [index, sealer] of [...arc.sealers.entries()].toReversed()) {
    if (!trusted.has(sealer)) return undefined
    const seen = arc.dmarcAtSealers?.[index]
    if (seen?.result === 'pass' && seen.domain === dmarc.domain) return sealer
  }
  return undefined
}

function isPlain(kind: SenderAuthentication['author']['kind']): boolean {
  return kind === 'one' || kind === 'several'
}
