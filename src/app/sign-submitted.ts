import { octetsOf } from '../content/octets-of.ts'
import type { AcceptedMessage } from '../delivery/delivery.ts'
import { edited } from '../delivery/edits.ts'
import { MessageToSign } from '../msgauth/dkim/message-to-sign.ts'
import type { Signing } from '../signing/signer.ts'

/** Signs what somebody here sends, for the domain of its author: that is the one that DMARC looks for. */
export async function signSubmitted(message: AcceptedMessage, signing: Signing): Promise<AcceptedMessage> {
  const { outgoing = [], edits = [], authorDomain, octets } = message
  const [first] = outgoing.filter(({ kind }) => kind === 'submitted')
  if (first === undefined || authorDomain === undefined) return message
  const read = await MessageToSign.read(edited(octetsOf(octets), edits))
  // Forms of one message differ in their envelopes alone.
  const signatures = await signing.sign(read.under(first.fields), authorDomain)
  return { ...message, outgoing: outgoing.map((form) => (form.kind === 'submitted' ? { ...form, fields: signatures + form.fields } : form)) }
}
