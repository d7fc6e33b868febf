import type { AcceptedMessage } from '../delivery/delivery.ts'
import { type Forwarding, forwarded } from '../delivery/forwarding.ts'
import type { ReturnPaths } from '../delivery/return-paths.ts'
import type { Directory } from '../directory/directory.ts'

/** Adds to a message what of it goes on to other servers. */
export function forwardingBy(deps: {
  readonly directory: Directory
  readonly returnPaths: ReturnPaths
}): (message: AcceptedMessage) => Promise<AcceptedMessage> {
  const { directory, returnPaths } = deps
  const forwarding: Forwarding = {
    returnPaths,
    isOurs: (domain) => directory.isOurs(domain),
    seal: async () => '',
  }
  return async (message) => {
    const forms = await forwarded(message, forwarding)
    return forms.length === 0 ? message : { ...message, outgoing: [...(message.outgoing ?? []), ...forms] }
  }
}
