import type { Piece } from '../content/content.ts'
import { octetsOf } from '../content/octets-of.ts'
import type { Members, Recipient } from '../directory/recipient.ts'
import { type Address, addressKey, formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { type DsnWish, relayClassOf } from '../mail/outgoing.ts'
import { saysTlsIsOptional } from '../message/tls-required.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import { MessageToSign } from '../msgauth/dkim/message-to-sign.ts'
import type { AcceptedMessage, Fate, HandingWishes, OutgoingForm } from './delivery.ts'
import { edited } from './edits.ts'
import type { ListAddresses } from './list-addresses.ts'
import { listFields, unsubscribeFields } from './list-fields.ts'
import type { ReturnPaths } from './return-paths.ts'

/** In whose name something is handed on, and what was found about it when it came in. */
export interface Handing {
  /** Of the address that hands it on. */
  readonly domain: string
  readonly found: SenderAuthentication | undefined
  /** Fields of ours are to be vouched for, too. */
  readonly signs: boolean
}

export interface ForwardingOptions {
  readonly returnPaths: Pick<ReturnPaths, 'forward'>
  readonly listAddresses: Pick<ListAddresses, 'write'>
  /** Where a member leaves a list by one click; undefined: there is no such page. */
  readonly unsubscribePage: (by: Address) => string | undefined
  /** Is this a domain of ours? */
  readonly isOurs: (domain: string) => Promise<boolean>
  /** Fields that vouch for the message as it leaves (DKIM, ARC); '' where there are none. */
  readonly seal: (message: MessageToSign, handing: Handing) => Promise<string>
}

/**
 * A message with what of it goes on to other servers, the octets as they came, and with the fields that its lists put above it (SPEC A13). Whom
 * several of its recipients lead to gets it by the first.
 */
export async function forward(message: AcceptedMessage, options: ForwardingOptions): Promise<AcceptedMessage> {
  if (message.recipients.every(({ recipient }) => recipient.elsewhere.length === 0 && recipient.kind !== 'list')) return message
  const forwarding = new Forwarding(message, options)
  const outgoing: OutgoingForm[] = [...(message.outgoing ?? [])]
  const reached = new Set<string>()
  for (const accepted of message.recipients) {
    if (accepted.fate?.staysHere === true) continue
    const { recipient } = accepted
    const elsewhere = recipient.elsewhere.filter((address) => !reached.has(addressKey(address)))
    for (const address of elsewhere) reached.add(addressKey(address))
    outgoing.push(...(await forwarding.formsOf(accepted, elsewhere)))
  }
  const recipients = message.recipients.map((one) => (one.recipient.kind === 'list' ? { ...one, fate: forwarding.fateOnList(one.recipient, one.fate) } : one))
  return { ...message, recipients, outgoing }
}

class Forwarding {
  readonly #message: AcceptedMessage
  readonly #options: ForwardingOptions
  /** Read once, whoever gets it. */
  #toSign: Promise<MessageToSign> | undefined
  #eightBit: Promise<boolean> | undefined

  constructor(message: AcceptedMessage, options: ForwardingOptions) {
    this.#message = message
    this.#options = options
  }

  /** Of a list, one for each member: what is said of it, and how he leaves, is his own. */
  async formsOf({ recipient, dsn }: AcceptedMessage['recipients'][number], elsewhere: readonly Address[]): Promise<OutgoingForm[]> {
    if (elsewhere.length === 0) return []
    const { members, address } = recipient
    if (members === undefined) {
      const form = await this.#form(recipient, elsewhere, await this.#reversePath(address.domain), '')
      return [recipient.kind === 'list' ? form : withWishes(form, this.#message.wishes, passedOn(dsn, recipient))]
    }
    return Promise.all(
      elsewhere.map(async (one) => {
        const member = members.elsewhere.get(addressKey(one))
        return this.#form(recipient, [one], await this.#reversePathOnList(recipient, member), listFields(address) + this.#unsubscribe(recipient, member))
      }),
    )
  }

  /** What the mailboxes behind a list see of it. */
  fateOnList(list: Recipient, fate: Fate = { fields: '', edits: this.#message.edits ?? [] }): Fate {
    const { members = noMembers } = list
    const own = new Map<AccountId, string>([...members.here].map(([accountId, member]) => [accountId, this.#unsubscribe(list, member)]))
    return { ...fate, fields: fate.fields + listFields(list.address), ownFields: own }
  }

  async #form(recipient: Recipient, elsewhere: readonly Address[], reversePath: string, fields: string): Promise<OutgoingForm> {
    const { address, kind, addressId, customerId } = recipient
    const { received, client, wishes, headerSection } = this.#message
    const requireTls = wishes?.requireTls === true
    const isList = kind === 'list'
    // By the first line a message that comes back is known (policy/at-data.ts).
    const above = `Delivered-To: ${formatAddress(address)}\r\n${fields}${received}`
    const message = (await this.#read()).under(above)
    this.#eightBit ??= hasEightBit(this.#message.octets)
    const eightBit = await this.#eightBit
    return {
      kind: isList ? 'list' : 'forwarded',
      class: relayClassOf(isList ? 'list' : 'forwarded'),
      originator: { accountId: undefined, addressId, customerId },
      reversePath,
      recipients: elsewhere.map((one) => ({ address: formatAddress(one) })),
      utf8: client.protocol.startsWith('UTF8') && (eightBit || elsewhere.some(({ localPart }) => !isAscii(localPart))),
      eightBit,
      requireTls,
      ...(!requireTls && headerSection !== undefined && saysTlsIsOptional(headerSection) && { tlsOptional: true }),
      priority: 0,
      ...(wishes?.notBeforeMs !== undefined && { notBeforeMs: wishes.notBeforeMs }),
      fields: (await this.#options.seal(message, this.#handing(recipient))) + above,
      edits: this.#message.edits ?? [],
    }
  }

  /** What people of ours send is signed for its author, as it is where they send it elsewhere themselves. */
  #handing({ address, kind }: Recipient): Handing {
    const { authorDomain, authentication } = this.#message
    if (authorDomain !== undefined) return { domain: authorDomain, found: undefined, signs: true }
    return { domain: address.domain, found: authentication, signs: kind === 'list' }
  }

  /** A sender of ours keeps his own: SPF knows us for it. */
  async #reversePath(domain: string): Promise<string> {
    const { reversePath } = this.#message
    if (reversePath === null) return ''
    const ours = await this.#options.isOurs(reversePath.domain)
    return formatAddress(ours ? reversePath : (this.#options.returnPaths.forward(reversePath, domain) ?? reversePath))
  }

  /** What is wrong with a member is told the list, not who wrote to it. */
  async #reversePathOnList(list: Recipient, member: string | undefined): Promise<string> {
    if (this.#message.reversePath === null) return ''
    const bounces = member === undefined ? undefined : this.#options.listAddresses.write(list, 'bounces', member)
    return bounces === undefined ? this.#reversePath(list.address.domain) : formatAddress(bounces)
  }

  #unsubscribe(list: Recipient, member: string | undefined): string {
    const by = member === undefined ? undefined : this.#options.listAddresses.write(list, 'unsubscribe', member)
    return by === undefined ? '' : unsubscribeFields(by, this.#options.unsubscribePage(by))
  }

  #read(): Promise<MessageToSign> {
    this.#toSign ??= MessageToSign.read(edited(octetsOf(this.#message.octets), this.#message.edits ?? []))
    return this.#toSign
  }
}

/**
 * What the next server is asked to tell (RFC 3461 5.2.7.2, 5.2.7.3 c): one address of the same person, all of it; several, success no more, of which the
 * sender hears from us (success-notices.ts). Of lists nothing is passed on (5.2.7.1).
 */
function passedOn(dsn: DsnWish | undefined, { targets, elsewhere }: Recipient): DsnWish | undefined {
  if (dsn === undefined || targets.length + elsewhere.length === 1 || dsn.notify === undefined || dsn.notify === 'never') return dsn
  const notify = dsn.notify.filter((occasion) => occasion !== 'success')
  return { ...dsn, notify: notify.length === 0 ? 'never' : notify }
}

function withWishes(form: OutgoingForm, { ret, envelopeId }: Partial<HandingWishes> = {}, dsn: DsnWish | undefined): OutgoingForm {
  return { ...form, ret, envelopeId, ...(dsn && { recipients: form.recipients.map((one) => ({ ...one, dsn })) }) }
}

const noMembers: Members = { here: new Map(), elsewhere: new Map() }

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}

/** An octet above 127 anywhere (RFC 6152). */
async function hasEightBit(octets: readonly Piece[]): Promise<boolean> {
  for await (const piece of octetsOf(octets)) for (const octet of piece) if (octet > 127) return true
  return false
}
