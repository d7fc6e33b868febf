import type { AcceptedMessage } from '../delivery/delivery.ts'
import { forward, type ForwardingOptions } from '../delivery/forwarding.ts'
import { ListAddresses } from '../delivery/list-addresses.ts'
import { ReturnPaths } from '../delivery/return-paths.ts'
import type { Signing } from '../signing/signer.ts'
import { DirectoryListDesk, type ListDeskParts } from './list-desk.ts'
import type { Parts } from './open.ts'

/** What goes on to other servers, and what comes back of it. */
export interface Forwarding {
  readonly returnPaths: ReturnPaths
  readonly listDesk: DirectoryListDesk
  /** The message with what of it goes on to other servers. */
  forward(message: AcceptedMessage): Promise<AcceptedMessage>
}

export async function openForwarding(
  parts: Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>,
  signing: Pick<Signing, 'seal'>,
  { unsubscribePage, tellOfLeaving }: Pick<ForwardingOptions, 'unsubscribePage'> & Pick<ListDeskParts, 'tellOfLeaving'>,
): Promise<Forwarding> {
  const { clock, log, database, directory } = parts
  const returnPaths = new ReturnPaths(await directory.secret('srs'), clock)
  const listAddresses = new ListAddresses(await directory.secret('lists'))
  const options = {
    returnPaths,
    listAddresses,
    unsubscribePage,
    isOurs: (domain: string) => directory.isOurs(domain),
    seal: signing.seal.bind(signing),
  }
  return {
    returnPaths,
    listDesk: new DirectoryListDesk({ directory, database, addresses: listAddresses, tellOfLeaving, clock, log }),
    forward: (message) => forward(message, options),
  }
}
