import { formatAddress } from '../../mail/address.ts'
import type { AccountId, QueueId } from '../../mail/ids.ts'
import type { OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import type { Operations } from '../operation.ts'
import { readAddress } from '../reading.ts'
import { Refused } from '../refused.ts'

/** Teaching the content filter (SPEC A4, A12). */
export const learningOperations: Operations<'learn'> = {
  async learn(context, input) {
    const { label, message, id } = input
    const accountId = input.address === undefined ? undefined : await mailboxOf(context, input.address)
    let [learned, known] = [0, 0]
    const teach = async (octets: Uint8Array<ArrayBuffer>, owner: AccountId | undefined) => {
      if (await context.teach(octets, label, owner)) learned++
      else known++
    }
    if (message !== undefined) await teach(new Uint8Array(Buffer.from(message, 'base64')), accountId)
    if (id !== undefined) {
      for (const [owner, queueId] of await delivered(context, input, id)) {
        // What was led on from there to others is theirs to judge.
        if (accountId !== undefined && owner !== accountId) continue
        const taught = await teachDelivered(context, label, [owner, queueId])
        if (taught === true) learned++
        else if (taught === false) known++
      }
    }
    return { learned, known }
  },
}

/** A mailbox learns from a message that it has got. false: it knew that already; undefined: the message is not there any more. */
export async function teachDelivered(
  context: OperationContext,
  label: OperationInput<'learn'>['label'],
  [owner, queueId]: readonly [AccountId, QueueId],
): Promise<boolean | undefined> {
  const received = await context.receivedMessage(owner, queueId)
  if (received === undefined) return undefined
  const isNew = await context.teach(received.octets, label, owner)
  if (received.sender !== undefined && label !== 'forget') await context.reputation.taught(owner, received.sender, label === 'spam' ? 'bad' : 'good')
  return isNew
}

async function mailboxOf({ directory }: OperationContext, text: string): Promise<AccountId> {
  const address = readAddress('address', text)
  const { found } = await directory.resolve(address)
  const [target] = found?.targets ?? []
  if (found?.kind === 'mailbox' && target !== undefined) return target.accountId
  const name = formatAddress(address)
  throw new Refused('unknown', 'address', { en: `there is no mailbox ${name}`, de: `ein Postfach ${name} gibt es nicht` })
}

/** Mailboxes that got the message of a journal entry: each learns for itself. */
async function delivered(context: OperationContext, { address }: OperationInput<'learn'>, id: string): Promise<readonly (readonly [AccountId, QueueId])[]> {
  const queueId = id.toUpperCase() as QueueId
  const recipient = address === undefined ? undefined : formatAddress(readAddress('address', address))
  const found = new Map<AccountId, QueueId>()
  for await (const { outcome, accountId } of context.searchJournal({ queueId, recipient })) {
    if (outcome === 'delivered' && accountId !== undefined) found.set(accountId, queueId)
  }
  return [...found]
}
