import type { AcceptedMessage } from '../delivery/delivery.ts'
import { parseAddress, formatAddress } from '../mail/address.ts'
import type { Client } from '../mail/client.ts'
import { QueueIds } from '../mail/queue-id.ts'
import { isAsciiText } from '../message/fold.ts'
import { MessageToSign } from '../msgauth/dkim/message-to-sign.ts'
import type { OutgoingReport } from '../queue/queue.ts'
import type { Signing } from '../signing/signer.ts'
import type { Parts } from './open.ts'

/** Nobody connected. */
const ourselves: Client = { ip: '127.0.0.1', port: 0, helo: undefined, protocol: 'LOCAL', tls: undefined }

/** Messages that the server itself writes: from nobody, to a mailbox here or to another server. */
export class OwnMail {
  readonly #parts: Pick<Parts, 'directory' | 'clock' | 'config'>
  readonly #signing: Signing
  readonly #queueIds: QueueIds

  constructor(parts: Pick<Parts, 'directory' | 'clock' | 'config'>, signing: Signing) {
    this.#parts = parts
    this.#signing = signing
    this.#queueIds = new QueueIds(parts.clock)
  }

  /** Undefined: there is nobody to get it. */
  async accepted({ to, octets }: OutgoingReport, { tlsOptional = false }: { readonly tlsOptional?: boolean } = {}): Promise<AcceptedMessage | undefined> {
    const address = parseAddress(to)
    if (address === undefined) return undefined
    const message = { queueId: this.#queueIds.next(), client: ourselves, reversePath: null, received: '', octets: [octets] }
    const resolution = await this.#parts.directory.resolve(address)
    if (resolution.found !== undefined) {
      const { targets } = resolution.found
      if (targets.length === 0) return undefined
      return { ...message, recipients: [{ forwardPath: address, recipient: resolution.found, checks: [], clientName: undefined }] }
    }
    if (resolution.why !== 'foreign') return undefined
    const fields = await this.#signing.sign(await MessageToSign.read([octets]), this.#parts.config.hostname)
    const utf8 = !isAsciiText(formatAddress(address))
    return {
      ...message,
      recipients: [],
      outgoing: [
        {
          ...{
            kind: 'report',
            class: 'paid',
            originator: { accountId: undefined, addressId: 0, customerId: 0 },
            reversePath: '',
            recipients: [{ address: to }],
          },
          ...{ utf8, eightBit: octets.some((octet) => octet > 127), requireTls: false, tlsOptional, priority: 0, fields, edits: [] },
        },
      ],
    }
  }
}
