import type { ArcFinding } from '../authentication.ts'
import { canonicalField, canonicalSignature } from '../dkim/canonical-header.ts'
import type { BodyHash } from '../dkim/body-hash.ts'
import { type Fault, findKey, type PublicKey } from '../dkim/key.ts'
import { readSignature, selectorName } from '../dkim/signature.ts'
import { type PendingSignature, pending, verifies, verifySignature } from '../dkim/verify.ts'
import type { BoundedDns } from '../dns.ts'
import type { HeaderField } from '../header-fields.ts'
import { withoutFws } from '../tag-list.ts'
import { type ArcChain, type ArcSet, dmarcOf, findChain } from './chain.ts'

/** A chain on its way: keys are being asked for while the body comes in. */
export interface PendingChain {
  readonly chain: ArcChain
  /** The newest ARC-Message-Signature; undefined: none, or the chain is broken. */
  readonly message: PendingSignature | undefined
  readonly sealKeys: readonly Promise<PublicKey | Fault>[]
}

export function beginChain(fields: readonly HeaderField[], nowMs: number, dns: BoundedDns): PendingChain {
  const chain = findChain(fields)
  const newest = chain.fault === undefined ? chain.sets.at(-1) : undefined
  if (newest === undefined) return { chain, message: undefined, sealKeys: [] }
  const sealKeys = chain.sets.map(({ sealTags, sealer }) => {
    const selector = selectorName(sealTags.get('s') ?? '')
    if (selector === '' || !sealer.includes('.')) return Promise.resolve(unnamed)
    return findKey(selector, sealer, dns)
  })
  return { chain, message: pending(readSignature(newest.message, 'arc', nowMs), dns), sealKeys }
}

const unnamed: Fault = { result: 'permerror', reason: 'its domain or selector cannot be read' }

/** RFC 8617 5.2: the newest message signature holds, and so does every seal. `bodyHash` is what that signature asks for. */
export async function validateChain(begun: PendingChain, fields: readonly HeaderField[], bodyHash: BodyHash | undefined): Promise<ArcFinding> {
  const { chain, message, sealKeys } = begun
  const { sets } = chain
  const sealers = sets.map(({ sealer }) => sealer)
  if (chain.fault !== undefined) return { result: 'fail', sealers, reason: chain.fault }
  const newest = sets.at(-1)
  if (newest === undefined || message === undefined) return { result: 'none', sealers }
  const signature = await verifySignature(message, fields, bodyHash)
  if (signature.result !== 'pass') return failed(sealers, `message signature ${sets.length}`, signature.result, signature.reason)
  for (let count = sets.length; count > 0; count -= 1) {
    const key = (await sealKeys[count - 1]) ?? unnamed
    const fault = sealFault(sets.slice(0, count), key)
    if (fault !== undefined) return failed(sealers, `seal ${count}`, fault.result, fault.reason)
  }
  return { result: 'pass', sealers, dmarcAtSealers: sets.map(({ results }) => dmarcOf(results)) }
}

function failed(sealers: readonly string[], what: string, result: string, why: string | undefined): ArcFinding {
  return { result: result === 'temperror' ? 'temperror' : 'fail', sealers, reason: `${what}: ${why ?? result}` }
}

/** The last seal of these sets covers all fields of all of them, in the order in which they came (RFC 8617 5.1.1). */
function sealFault(sets: readonly ArcSet[], key: PublicKey | Fault): Fault | undefined {
  const newest = sets.at(-1)
  if (newest === undefined) return undefined
  const { sealTags, seal } = newest
  if (sealTags.has('h')) return { result: 'neutral', reason: 'it names fields' }
  if ('result' in key) return key
  if (sealTags.get('a')?.toLowerCase() !== `${key.type}-sha256`) return { result: 'permerror', reason: 'the key is of another type' }
  const covered = sets.flatMap((set) => (set === newest ? [set.results, set.message] : [set.results, set.message, set.seal]))
  const octets = covered.map((field) => canonicalField(field, 'relaxed')).join('') + canonicalSignature(seal, 'relaxed')
  if (verifies(Buffer.from(octets, 'latin1'), Buffer.from(withoutFws(sealTags.get('b') ?? ''), 'base64'), key)) return undefined
  return { result: 'fail', reason: 'a set was changed, or the seal is wrong' }
}
