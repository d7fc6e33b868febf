import type { LetterDesk } from '../api/context.ts'
import { customerNameQuery } from '../directory/query/listings.ts'
import { searchJournal } from '../journal/search.ts'
import { declineNews } from '../letters/change.ts'
import { composeLetter } from '../letters/compose.ts'
import { letterMessageId, type LetterContent, textFor } from '../letters/letter.ts'
import { OptOuts } from '../letters/opt-out.ts'
import { LetterPost } from '../letters/post.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { nodeNumberChange } from '../queue/node.ts'
import type { HandingOn } from './handing-on.ts'
import type { Listening } from './mail-setup.ts'
import { nodeName } from './node-name.ts'
import type { Parts } from './open.ts'
import { unsubscribePage } from './unsubscribe-page.ts'

export interface Letters {
  readonly desk: LetterDesk
  stop(): Promise<void>
}

type LetterParts = Pick<Parts, 'config' | 'clock' | 'log' | 'database' | 'directory'>

/** Sends the operator's letters, in the first process. */
export async function startLetters(parts: LetterParts, handingOn: HandingOn, listening: readonly Listening[]): Promise<Letters> {
  const { config, clock, log, database, directory } = parts
  const optOuts = await openOptOuts(parts)
  const optOutPage = (accountId: AccountId) => {
    const by = optOuts.write(accountId)
    return by && unsubscribePage(by, { config, directory, listening })
  }
  const write = async (content: LetterContent, accountId: AccountId, messageId: string): Promise<boolean> => {
    const person = (await directory.people([accountId])).get(accountId)
    const found = person && (await directory.resolve(person.address)).found
    if (person === undefined || found === undefined) return false
    const { address } = person
    const { language } = found.settings
    const customer = (await directory.query(customerNameQuery, { customerId: found.customerId })) ?? ''
    const unsubscribe = content.news ? optOutPage(accountId) : undefined
    const { hostname } = config
    const about = { messageId, provider: senderOf(parts).name, hostname, atMs: clock.now(), unsubscribe }
    const octets = composeLetter(textFor(content, language), { address, customer, language }, about)
    const accepted = await handingOn.ownMail.accepted({ to: formatAddress(address), octets })
    if (accepted === undefined) return false
    await handingOn.commit(accepted)
    return true
  }
  const post = new LetterPost({
    database,
    node: await database.change(nodeNumberChange, { name: await nodeName(config) }),
    async isThere(letterId, accountId) {
      for await (const _ of searchJournal(database, { messageId: letterMessageId(letterId, accountId, config.hostname) })) return true
      return false
    },
    send: (letterId, content, accountId) => write(content, accountId, letterMessageId(letterId, accountId, config.hostname)),
    ...{ clock, log },
  })
  post.start()
  let tests = 0
  return {
    desk: {
      sender: () => senderOf(parts),
      canBeDeclined: () => listening.some(({ name }) => name === 'https'),
      test: (content, accountId) => write(content, accountId, `letter.test.${clock.now()}.${tests++}@${config.hostname}`),
      wake: () => post.wake(),
    },
    stop: () => post.stop(),
  }
}

/** Where no server runs: letters go out when one does. */
export function noLetterDesk(parts: Pick<LetterParts, 'config' | 'directory'>): LetterDesk {
  return { sender: () => senderOf(parts), canBeDeclined: () => true, test: async () => undefined, wake: () => {} }
}

function senderOf({ config: { hostname }, directory: { settings } }: Pick<LetterParts, 'config' | 'directory'>): ReturnType<LetterDesk['sender']> {
  return { name: settings['provider.name'] || hostname, address: `postmaster@${hostname}` }
}

/** Somebody declines news by one click; false: it is another link. */
export async function openDecline(parts: Pick<LetterParts, 'config' | 'clock' | 'database' | 'directory'>): Promise<(by: Address) => Promise<boolean>> {
  const { clock, database } = parts
  const optOuts = await openOptOuts(parts)
  return async (by) => {
    const accountId = optOuts.read(by)
    if (accountId === undefined) return false
    await database.change(declineNews, { accountId, atMs: clock.now() })
    return true
  }
}

async function openOptOuts({ config, directory }: Pick<LetterParts, 'config' | 'directory'>): Promise<OptOuts> {
  return new OptOuts(await directory.secret('letters'), config.hostname)
}
