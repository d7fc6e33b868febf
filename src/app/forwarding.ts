import type { AcceptedMessage } from '../delivery/delivery.ts'
import { forward, type ForwardingOptions } from '../delivery/forwarding.ts'
import type { Directory } from '../directory/directory.ts'
import type { Signing } from '../signing/signer.ts'

interface Parts extends Pick<ForwardingOptions, 'returnPaths' | 'listAddresses' | 'unsubscribePage'> {
  readonly directory: Pick<Directory, 'isOurs'>
  readonly signing: Signing
}

/** Adds to a message what of it goes on to other servers. */
export function forwardingBy({ directory, signing, ...parts }: Parts): (message: AcceptedMessage) => Promise<AcceptedMessage> {
  const options: ForwardingOptions = {
    ...parts,
    isOurs: (domain) => directory.isOurs(domain),
    seal: (message, handing) => signing.seal(message, handing),
  }
  return (message) => forward(message, options)
}
