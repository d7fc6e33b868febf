import { octetsOf } from '../content/octets-of.ts'
import type { AcceptedMessage, OutgoingForm } from '../delivery/delivery.ts'
import { edited } from '../delivery/edits.ts'
import { MessageToSign } from '../msgauth/dkim/message-to-sign.ts'
import type { Signing } from '../signing/signer.ts'

/**
 * Signs what somebody here sends, for the domain of its author: that is the one that DMARC looks for. In each form in which it leaves: those that go by a
 * forward or list of ours, too.
 */
export async function signSubmitted(message: AcceptedMessage, signing: Pick<Signing, 'signs' | 'sign'>): Promise<AcceptedMessage> {
  const { outgoing = [], edits = [], authorDomain, octets } = message
  if (authorDomain === undefined || outgoing.length === 0 || !(await signing.signs(authorDomain))) return message
  const read = await MessageToSign.read(edited(octetsOf(octets), edits))
  // Forms of one message differ in their envelopes, and few in what stands above.
  const signatures = new Map<string, Promise<string>>()
  const sign = async (form: OutgoingForm): Promise<OutgoingForm> => {
    const { fields } = form
    // A list of that domain has signed it already.
    if (fields.includes(`\r\n d=${authorDomain}; s=`)) return form
    const signature = signatures.get(fields) ?? signing.sign(read.under(fields), authorDomain)
    signatures.set(fields, signature)
    return { ...form, fields: (await signature) + fields }
  }
  return { ...message, outgoing: await Promise.all(outgoing.map(sign)) }
}
