import { beginChain, validateChain } from './arc/validate.ts'
import type { AuthenticationInput, SenderAuthentication } from './authentication.ts'
import { claimedAuthor } from './author.ts'
import { type BodyHash, BodyHasher } from './dkim/body-hash.ts'
import type { Canonicalization } from './dkim/canonical-header.ts'
import { findSignatures, type PendingSignature, verifySignature } from './dkim/verify.ts'
import { evaluateDmarc } from './dmarc/evaluate.ts'
import { BoundedDns, type Dns } from './dns.ts'
import { headerFields } from './header-fields.ts'
import { authenticationTimeoutMs, maxLookups } from './limits.ts'
import { type Pieces, piecesOf, readHeaderSection } from './octets-of-message.ts'
import { spf } from './spf/spf.ts'

/** Who sent this message? Rejects only where reading `input.message` does. */
export async function authenticate(input: AuthenticationInput, dns: Dns): Promise<SenderAuthentication> {
  const bounded = new BoundedDns(dns, maxLookups, performance.now() + authenticationTimeoutMs)
  const bySpf = spf(input, bounded)
  const pieces = piecesOf(input.message)
  const { section, bodyStart } = await readHeaderSection(pieces)
  const fields = headerFields(section)
  // The keys are asked for while the body comes in.
  const signatures = findSignatures(fields, input.nowMs, bounded)
  const chain = beginChain(fields, input.nowMs, bounded)
  const hashes = await hashBody(bodyStart, pieces, chain.message === undefined ? signatures : [...signatures, chain.message])
  const dkim = await Promise.all(signatures.map((one) => verifySignature(one, fields, hashes(one))))
  const arc = await validateChain(chain, fields, chain.message === undefined ? undefined : hashes(chain.message))
  const author = claimedAuthor(section)
  const authenticated = { spf: await bySpf, dkim }
  const { dmarc, domains } = await evaluateDmarc(author, authenticated, bounded)
  return { ...authenticated, dmarc, arc, author: { ...author, domains } }
}

/** Hashes the body as the signatures ask for it; what no signature asks for is not read. */
async function hashBody(start: Uint8Array, pieces: Pieces, signatures: readonly PendingSignature[]): Promise<(one: PendingSignature) => BodyHash | undefined> {
  const hashers = new Map<Canonicalization, BodyHasher>()
  for (const { read } of signatures) {
    if ('result' in read) continue
    const hasher = hashers.get(read.body) ?? new BodyHasher(read.body)
    hashers.set(read.body, hasher)
    hasher.want(read.bodyLimit)
  }
  if (hashers.size === 0) await pieces.return?.()
  else {
    for (let value = start; ; ) {
      for (const hasher of hashers.values()) hasher.update(value)
      const next = await pieces.next()
      if (next.done === true) break
      value = next.value
    }
  }
  const finished = new Map([...hashers].map(([canonicalization, hasher]) => [canonicalization, hasher.finish()]))
  return ({ read }) => ('result' in read ? undefined : finished.get(read.body)?.get(read.bodyLimit))
}
