import type { SenderAuthentication } from '../authentication.ts'
import { canonicalField } from '../dkim/canonical-header.ts'
import type { MessageToSign } from '../dkim/message-to-sign.ts'
import { algorithmOf, type DkimKey, namesToSign, seconds, signatureField, withSignature } from '../dkim/sign.ts'
import { type HeaderField, headerFields } from '../header-fields.ts'
import { maxArcSets } from '../limits.ts'
import { arcResultsField } from '../results-field.ts'
import { endOfChain, findChain } from './chain.ts'

export interface Sealing {
  /** Of the domain that hands the message on. */
  readonly key: DkimKey
  /** Ours, as in Authentication-Results. */
  readonly authservId: string
  /** What was found when the message came in, before anything was changed. */
  readonly found: SenderAuthentication
  readonly nowMs: number
}

/**
 * One ARC set more (RFC 8617 5.1), to be put in front of the message; '' where none may be added: there are as many as there may be, the chain is
 * known to be broken, or nobody could tell whether it is. `message` as it goes out, with everything else that is done to it.
 */
export async function arcSet(message: MessageToSign, { key, authservId, found, nowMs }: Sealing): Promise<string> {
  const end = endOfChain(message.fields)
  const instance = end.instance + 1
  const { result } = found.arc
  if (instance > maxArcSets || end.saysFail || result === 'temperror') return ''
  const results = arcResultsField(instance, authservId, found)
  const signature = await signatureField('ARC-Message-Signature', [` i=${instance}`], { message, key, names: namesOfSet(message.fields), nowMs })
  // 5.1.2: the seal of a chain that failed covers nothing of it.
  const before = result === 'pass' ? findChain(message.fields).sets.flatMap((set) => [set.results, set.message, set.seal]) : []
  const covered = [...before, ...headerFields(Buffer.from(results + signature, 'latin1'))]
  const unsigned = [`ARC-Seal: i=${instance}; a=${algorithmOf(key)}; t=${seconds(nowMs)}; cv=${result};`, ` d=${key.domain}; s=${key.selector};`, ' b='].join(
    '\r\n',
  )
  const seal = await withSignature(unsigned, covered.map((field) => canonicalField(field, 'relaxed')).join(''), key)
  return seal + signature + results
}

/** 4.1.2: DKIM signatures too; never ARC's own fields, which the seal covers. */
function namesOfSet(fields: readonly HeaderField[]): string[] {
  return [...namesToSign(fields), ...fields.flatMap(({ name }) => (name === 'dkim-signature' ? [name] : []))]
}
