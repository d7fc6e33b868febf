import type { AcceptedMessage } from '../delivery/delivery.ts'
import { Answered } from '../delivery/autoresponse/answered.ts'
import { Autoresponder } from '../delivery/autoresponse/autoresponder.ts'
import { commit } from '../delivery/commit.ts'
import { holdHere } from '../delivery/held-here.ts'
import { memberLeftMail } from '../delivery/member-left.ts'
import { SuccessNotices } from '../delivery/success/success-notices.ts'
import { answeringQuery } from '../directory/query/autoresponders.ts'
import type { Ephemeral } from '../ephemeral/ephemeral.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import { Signer } from '../signing/signer.ts'
import { type Forwarding, openForwarding } from './forwarding.ts'
import type { Listening } from './mail-setup.ts'
import type { Parts } from './open.ts'
import { OwnMail } from './own-mail.ts'
import { openVault } from './installation-key.ts'
import { signSubmitted } from './sign-submitted.ts'
import { unsubscribePage as pageFor } from './unsubscribe-page.ts'

/** What becomes of a message once it is accepted: it is signed, handed on, answered. One of each in a process. */
export interface HandingOn {
  readonly forwarding: Forwarding
  readonly ownMail: OwnMail
  readonly autoresponder: Autoresponder
  /** Durable for all of its recipients when it resolves, with what is said of it. */
  accept(message: AcceptedMessage, commitFirst: (message: AcceptedMessage, commit: () => Promise<void>) => Promise<void>): Promise<void>
  /** Durable as it is. */
  commit(message: AcceptedMessage): Promise<void>
  /** Where it is listened, once that is known: members of lists are told a page. */
  listensAt(listening: readonly Listening[]): void
}

type HandingParts = Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory' | 'store'>

export async function openHandingOn(parts: HandingParts, ephemeral: Ephemeral): Promise<HandingOn> {
  const { config, clock, log, database, directory, store } = parts
  const { hostname } = config
  let listening: readonly Listening[] = []
  const signing = new Signer({ database, vault: openVault(config), hostname, clock, log })
  const unsubscribePage = (by: Address) => pageFor(by, { config, directory, listening })
  const tellOfLeaving = async (list: Address, member: string, days: number) => {
    try {
      const told = await ownMail.toPostmasterOf(list, (to) => memberLeftMail({ ...to, list, member, days }))
      if (told !== undefined) await commitIt(told)
    } catch (err) {
      log.error('nobody told of a member that a list has lost', { list: formatAddress(list), member, err })
    }
  }
  const forwarding = await openForwarding(parts, signing, { unsubscribePage, tellOfLeaving })
  const ownMail = new OwnMail(parts, signing, forwarding)
  const commitIt = (message: AcceptedMessage) => commit(message, { store, clock })
  const autoresponder = new Autoresponder({
    answering: (accountIds) => directory.query(answeringQuery, { accountIds }),
    answered: new Answered({ ephemeral, clock, log }),
    settingsOf: async ({ addresses: [own] }) => own && (await directory.resolve(own)).found?.settings,
    ephemeral,
    route: (answer) => ownMail.answer(answer),
    ...{ commit: commitIt, clock, log },
  })
  const successNotices = new SuccessNotices({
    ...{ hostname, ephemeral, clock, log, commit: commitIt },
    settings: () => directory.settings,
    languageOf: async (address) => (await directory.resolve(address)).found?.settings.language,
    route: (report) => ownMail.accepted(report),
  })
  return {
    forwarding,
    ownMail,
    autoresponder,
    accept: (accepted, commitFirst) =>
      successNotices.accept(accepted, () =>
        autoresponder.accept(accepted, (message) =>
          commitFirst(message, async () => commitIt(holdHere(await signSubmitted(await forwarding.forward(message), signing)))),
        ),
      ),
    commit: commitIt,
    listensAt(now) {
      listening = now
    },
  }
}
