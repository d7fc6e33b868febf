import type { Address } from '../mail/address.ts'
import type { Signer } from '../signing/signer.ts'
import { type Forwarding, openForwarding } from './forwarding.ts'
import type { Listening } from './mail-setup.ts'
import type { Parts } from './open.ts'
import { OwnMail } from './own-mail.ts'
import { openSigner } from './signing.ts'
import { unsubscribePage } from './unsubscribe-page.ts'

/** What signs, hands on and writes messages: one of each in a process. */
export interface HandingOn {
  readonly signing: Signer
  readonly forwarding: Forwarding
  readonly ownMail: OwnMail
  /** Where it is listened, once that is known: members of lists are told a page. */
  listensAt(listening: readonly Listening[]): void
}

export async function openHandingOn(parts: Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>): Promise<HandingOn> {
  const { config, directory } = parts
  let listening: readonly Listening[] = []
  const signing = openSigner(parts)
  const page = (by: Address) => unsubscribePage(by, { config, directory, listening })
  const forwarding = await openForwarding(parts, signing, page)
  return {
    signing,
    forwarding,
    ownMail: new OwnMail(parts, signing, forwarding),
    listensAt(now) {
      listening = now
    },
  }
}
