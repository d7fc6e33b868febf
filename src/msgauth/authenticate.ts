import { headerSectionEnd } from '../message/header-section.ts'
import { beginChain, validateChain } from './arc/validate.ts'
import type { AuthenticationInput, SenderAuthentication } from './authentication.ts'
import { claimedAuthor } from './author.ts'
import { type BodyHash, BodyHasher } from './dkim/body-hash.ts'
import type { Canonicalization } from './dkim/canonical-header.ts'
import { findSignatures, type PendingSignature, verifySignature } from './dkim/verify.ts'
import { evaluateDmarc } from './dmarc/evaluate.ts'
import { BoundedDns, type Dns } from './dns.ts'
import { headerFields } from './header-fields.ts'
import { authenticationTimeoutMs, maxHeaderOctets, maxLookups } from './limits.ts'
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

type Pieces = AsyncIterator<Uint8Array> | Iterator<Uint8Array>

function piecesOf(message: AuthenticationInput['message']): Pieces {
  return Symbol.asyncIterator in message ? message[Symbol.asyncIterator]() : message[Symbol.iterator]()
}

/** Up to the empty line, or as far as header sections are read; `bodyStart` is what came with it. */
async function readHeaderSection(pieces: Pieces): Promise<{ section: Uint8Array; bodyStart: Uint8Array }> {
  const collected: Uint8Array[] = []
  let length = 0
  let looked = 0
  for (;;) {
    const next = await pieces.next()
    if (next.done !== true) {
      collected.push(next.value)
      length += next.value.length
      // Looked at again when there is twice as much, whatever the pieces are.
      if (length < looked * 2 && length < maxHeaderOctets) continue
    }
    looked = length
    const octets = Buffer.concat(collected)
    const end = Math.min(headerSectionEnd(octets), maxHeaderOctets)
    if (next.done === true || end < length || length >= maxHeaderOctets) return { section: octets.subarray(0, end), bodyStart: octets.subarray(end) }
  }
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
