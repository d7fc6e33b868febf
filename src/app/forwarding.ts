import type { AcceptedMessage } from '../delivery/delivery.ts'
import { type Forwarding, forwarded } from '../delivery/forwarding.ts'
import type { ReturnPaths } from '../delivery/return-paths.ts'
import type { Directory } from '../directory/directory.ts'
import type { Signing } from '../signing/signer.ts'

interface Parts {
  readonly directory: Pick<Directory, 'isOurs'>
  readonly returnPaths: ReturnPaths
  readonly signing: Signing
}

/** Adds to a message what of it goes on to other servers. */
export function forwardingBy({ directory, returnPaths, signing }: Parts): (message: AcceptedMessage) => Promise<AcceptedMessage> {
  const forwarding: Forwarding = {
    returnPaths,
    isOurs: (domain) => directory.isOurs(domain),
    seal: (octets, domain, found) => signing.seal(octets, { domain, found, signs: false }),
  }
  return async (message) => {
    const forms = await forwarded(message, forwarding)
    return forms.length === 0 ? message : { ...message, outgoing: [...(message.outgoing ?? []), ...forms] }
  }
}
