import type { AcceptedMessage } from '../delivery/delivery.ts'
import { forward } from '../delivery/forwarding.ts'
import { ListAddresses } from '../delivery/list-addresses.ts'
import { ReturnPaths } from '../delivery/return-paths.ts'
import type { Address } from '../mail/address.ts'
import { DirectoryListDesk } from './list-desk.ts'
import type { Parts } from './open.ts'
import { openSigner } from './signing.ts'

/** What goes on to other servers, and what comes back of it. */
export interface Forwarding {
  readonly returnPaths: ReturnPaths
  readonly listDesk: DirectoryListDesk
  /** The message with what of it goes on to other servers. */
  forward(message: AcceptedMessage): Promise<AcceptedMessage>
}

/** @param unsubscribePage where a member leaves a list by one click, by his address for that */
export async function openForwarding(
  parts: Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>,
  unsubscribePage: (by: Address) => string | undefined = () => undefined,
): Promise<Forwarding> {
  const { clock, log, database, directory } = parts
  const returnPaths = new ReturnPaths(await directory.secret('srs'), clock)
  const listAddresses = new ListAddresses(await directory.secret('lists'))
  const signing = openSigner(parts)
  const options = {
    returnPaths,
    listAddresses,
    unsubscribePage,
    isOurs: (domain: string) => directory.isOurs(domain),
    seal: signing.seal.bind(signing),
  }
  return {
    returnPaths,
    listDesk: new DirectoryListDesk({ directory, database, addresses: listAddresses, clock, log }),
    forward: (message) => forward(message, options),
  }
}
