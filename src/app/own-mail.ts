import type { Language } from '../base/language.ts'
import type { AutomaticAnswer } from '../delivery/autoresponse/autoresponder.ts'
import type { AcceptedMessage, OutgoingForm } from '../delivery/delivery.ts'
import { readErrandAddress } from '../delivery/list-addresses.ts'
import { type Address, formatAddress, parseAddress } from '../mail/address.ts'
import type { TimedCheck } from '../mail/check.ts'
import type { Client } from '../mail/client.ts'
import type { QueueId } from '../mail/ids.ts'
import { relayClassOf } from '../mail/outgoing.ts'
import { QueueIds } from '../mail/queue-id.ts'
import { tellsOfFailure } from '../message/failure-notice.ts'
import { isAsciiText } from '../message/fold.ts'
import { MessageToSign } from '../msgauth/dkim/message-to-sign.ts'
import type { OutgoingReport } from '../queue/queue.ts'
import type { Signing } from '../signing/signer.ts'
import type { Forwarding } from './forwarding.ts'
import type { Parts } from './open.ts'

/** Nobody connected. */
export const ourselves: Client = { ip: '127.0.0.1', port: 0, helo: undefined, protocol: 'LOCAL', tls: undefined }

/** Of one of our messages, on whose behalf it goes. */
interface Kind extends Pick<OutgoingForm, 'kind' | 'originator' | 'tlsOptional'> {
  readonly requireTls?: boolean
  /** It is signed for this domain. */
  readonly domain: string
  /** A field of it is not ASCII (RFC 6532). */
  readonly utf8?: boolean
  readonly checks: readonly TimedCheck[]
}

/** To whom something is written, and what it is known by. */
interface Addressee {
  readonly to: Address
  readonly language: Language
  readonly hostname: string
  readonly queueId: QueueId
  readonly atMs: number
}

/** Messages that the server itself writes: from nobody, to a mailbox here or to another server. */
export class OwnMail {
  readonly #parts: Pick<Parts, 'directory' | 'clock' | 'config'>
  readonly #signing: Signing
  readonly #forwarding: Forwarding
  readonly #queueIds: QueueIds

  constructor(parts: Pick<Parts, 'directory' | 'clock' | 'config'>, signing: Signing, forwarding: Forwarding) {
    this.#parts = parts
    this.#forwarding = forwarding
    this.#signing = signing
    this.#queueIds = new QueueIds(parts.clock)
  }

  /** Undefined: there is nobody to get it. */
  async accepted(
    { to, octets, requireTls = false }: OutgoingReport,
    { tlsOptional = false }: { readonly tlsOptional?: boolean } = {},
  ): Promise<AcceptedMessage | undefined> {
    const returnPath = parseAddress(to)
    if (returnPath === undefined || (await this.#isOfList(returnPath, octets))) return undefined
    // Of what was forwarded, the sender is told.
    const address = this.#forwarding.returnPaths.back(returnPath) ?? returnPath
    const originator = { accountId: undefined, addressId: 0, customerId: 0 }
    const { hostname } = this.#parts.config
    return this.#route({ queueId: this.#queueIds.next(), octets }, address, {
      kind: 'report',
      originator,
      requireTls,
      tlsOptional,
      domain: hostname,
      checks: [],
    })
  }

  /** To somebody, here or elsewhere. Undefined: there is nobody to get it. */
  async writtenTo(to: Address, language: Language, write: (to: Addressee) => Buffer): Promise<AcceptedMessage | undefined> {
    const { found } = await this.#parts.directory.resolve(to)
    const queueId = this.#queueIds.next()
    const { hostname } = this.#parts.config
    const octets = write({ to, language: found?.settings.language ?? language, hostname, queueId, atMs: this.#parts.clock.now() })
    const originator = { accountId: undefined, addressId: 0, customerId: 0 }
    return this.#route({ queueId, octets }, to, { kind: 'report', originator, domain: hostname, checks: [] })
  }

  /** To who looks after a domain: its own postmaster, or else the operator's (SPEC A9b). Undefined: there is nobody to get it. */
  async toPostmasterOf({ domain }: Address, write: (to: Addressee) => Buffer): Promise<AcceptedMessage | undefined> {
    const to = { localPart: 'postmaster', domain }
    const { found } = await this.#parts.directory.resolve(to)
    if (found === undefined) return undefined
    const queueId = this.#queueIds.next()
    const { hostname } = this.#parts.config
    const octets = write({ to, language: found.settings.language, hostname, queueId, atMs: this.#parts.clock.now() })
    const originator = { accountId: undefined, addressId: 0, customerId: 0 }
    return this.#route({ queueId, octets }, to, { kind: 'report', originator, domain: hostname, checks: [] })
  }

  /** An absent person's. Undefined: there is nobody to get it. */
  async answer({ from, to, originator, write }: AutomaticAnswer): Promise<AcceptedMessage | undefined> {
    // Whoever writes in a list's name would have it told to all of its members.
    const lists = (await this.#parts.directory.resolve(to)).found?.lists ?? []
    if (lists.length > 0) return undefined
    const queueId = this.#queueIds.next()
    const octets = write({ queueId, hostname: this.#parts.config.hostname, atMs: this.#parts.clock.now() })
    const checks: readonly TimedCheck[] = [{ check: 'autoresponse', result: 'pass', reason: 'automatic', detail: formatAddress(from), micros: 0 }]
    return this.#route({ queueId, octets }, to, { kind: 'automatic', originator, domain: from.domain, utf8: !isAsciiText(formatAddress(from)), checks })
  }

  async #route(
    { queueId, octets }: { readonly queueId: QueueId; readonly octets: Uint8Array },
    address: Address,
    { kind, originator, requireTls = false, tlsOptional = false, domain, utf8 = false, checks }: Kind,
  ): Promise<AcceptedMessage | undefined> {
    const message = { queueId, client: ourselves, reversePath: null, received: '', octets: [octets], wishes: { requireTls } }
    const resolution = await this.#parts.directory.resolve(address)
    if (resolution.found !== undefined) {
      return this.#forwarding.forward({ ...message, recipients: [{ forwardPath: address, recipient: resolution.found, checks, clientName: undefined }] })
    }
    if (resolution.why !== 'foreign') return undefined
    const fields = await this.#signing.sign(await MessageToSign.read([octets]), domain)
    return {
      ...message,
      recipients: [],
      // Reports are in the journal when they are sent.
      ...(kind === 'automatic' && { remote: [{ forwardPath: address, originator, checks }] }),
      outgoing: [
        {
          ...{ kind, class: relayClassOf(kind), originator, reversePath: '', recipients: [{ address: formatAddress(address) }] },
          utf8: utf8 || !isAsciiText(formatAddress(address)),
          ...{ eightBit: octets.some((octet) => octet > 127), requireTls, tlsOptional, priority: 0, fields, edits: [] },
        },
      ],
    }
  }

  /** What a list is told of its members. */
  async #isOfList(address: Address, octets: Uint8Array): Promise<boolean> {
    const read = readErrandAddress(address)
    const list = read && (await this.#parts.directory.resolve(read.list)).found
    if (read === undefined || list?.kind !== 'list' || !this.#forwarding.listDesk.isGenuine(list.addressId, read)) return false
    if (read.errand === 'bounces' && tellsOfFailure(octets)) await this.#forwarding.listDesk.bounced(list, read.member)
    return true
  }
}
