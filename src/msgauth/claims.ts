import type { SenderAuthentication } from './authentication.ts'

/** Is every author who he says he is, by DKIM or SPF of a domain of the same house? Only then may a From open doors (SPEC A3). */
export function isAuthorProven({ author }: SenderAuthentication): boolean {
  return isPlain(author.kind) && author.domains.length > 0 && author.domains.every(({ aligned }) => aligned)
}

/** Which domain of ours the message names as its author's without proof, where somebody could read it so; undefined: none. */
export function unprovenClaim({ author }: SenderAuthentication, isOurs: (domain: string) => boolean): string | undefined {
  return author.domains.find(({ domain, aligned }) => (!aligned || !isPlain(author.kind)) && isOurs(domain))?.domain
}

function isPlain(kind: SenderAuthentication['author']['kind']): boolean {
  return kind === 'one' || kind === 'several'
}
