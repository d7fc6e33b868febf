import { addMailbox, forgetAccount, removeAddress, renameMailbox, setQuota } from '../../directory/change/addresses.ts'
import { setMailboxPassword } from '../../directory/change/credentials.ts'
import { forwardMailbox } from '../../directory/change/pointers.ts'
import { noteRefiling } from '../../directory/change/refiling.ts'
import { accountsBeingRemoved } from '../../directory/query/listings.ts'
import { webUserNamed } from '../../directory/query/web-users.ts'
import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import type { AccountId, QueueId } from '../../mail/ids.ts'
import type { SpecialUse } from '../../store/mailbox.ts'
import { addressPage } from '../address-page.ts'
import { change, type OperationContext } from '../context.ts'
import { newPassword } from '../new-password.ts'
import { mustNotOpenMore } from '../own-password.ts'
import { actorOf, may } from '../principal.ts'
import { readAddress, readSize } from '../reading.ts'
import { Refused } from '../refused.ts'
import { targetField } from '../target-field.ts'
import type { Operations } from '../operation.ts'

type Names = 'mailbox.add' | 'mailbox.list' | 'mailbox.set' | 'mailbox.rename' | 'mailbox.password' | 'mailbox.forward' | 'mailbox.refile' | 'mailbox.remove'

/** What a new mailbox has beside its INBOX. `virus` has no special use (RFC 6154 knows none). */
const defaultFolders: readonly (readonly [name: string, specialUse?: SpecialUse])[] = [
  ['Sent', '\\Sent'],
  ['Drafts', '\\Drafts'],
  ['Trash', '\\Trash'],
  ['Archive', '\\Archive'],
  ['spam', '\\Junk'],
  ['virus'],
]

export const mailboxOperations: Operations<Names> = {
  async 'mailbox.add'(context, input) {
    const address = readAddress('address', input.address)
    const quotaBytes = input.quota === undefined ? null : readQuota(input.quota)
    if (address.localPart === '*') {
      throw new Refused('input', 'address', {
        en: `${input.address} stands for all other addresses of the domain; right would be an alias of that name`,
        de: `${input.address} steht für alle übrigen Adressen der Domain; richtig wäre ein Alias dieses Namens`,
      })
    }
    const { credentials, generated } = await newPassword(context, input.password, address)
    const done = await change(context, addMailbox, { address, quotaBytes, credentials }, () => 'address')
    await makeFolders(context, done.accountId)
    return { address: done.address, accountId: done.accountId, password: generated }
  },

  async 'mailbox.list'(context, input) {
    const { addresses, next } = await addressPage(context, { ...input, kind: 'mailbox' })
    const mailboxes = addresses.flatMap(({ address, mailbox }) => (mailbox === undefined ? [] : [{ address, ...mailbox }]))
    return { mailboxes: mailboxes.map(({ address, accountId, quotaBytes }) => ({ address, accountId, quotaBytes })), next }
  },

  async 'mailbox.set'(context, input) {
    return change(context, setQuota, { address: readAddress('address', input.address), quotaBytes: readQuota(input.quota) }, () => 'address')
  },

  async 'mailbox.rename'(context, input) {
    const from = readAddress('from', input.from)
    const to = readAddress('to', input.to)
    await mustWorkForNobody(context, 'from', from)
    const { from: before, to: after } = await change(context, renameMailbox, { from, to }, (refusal) => (refusal.code === 'exists' ? 'to' : 'from'))
    return { from: before, to: after }
  },

  async 'mailbox.password'(context, input) {
    const address = readAddress('address', input.address)
    mustNotOpenMore(context.principal, await context.directory.query(webUserNamed, { kind: 'mailbox', key: addressKey(address) }))
    const { credentials, generated } = await newPassword(context, input.password, address)
    const done = await change(context, setMailboxPassword, { address, credentials }, () => 'address')
    return { address: done.address, password: generated }
  },

  async 'mailbox.forward'(context, input) {
    const address = readAddress('address', input.address)
    const targets = input.to.map((text) => readAddress('to', text))
    return change(context, forwardMailbox, { address, targets, keepCopy: input.keepCopy }, (refusal) => targetField(refusal, address))
  },

  async 'mailbox.refile'(context, input) {
    const address = readAddress('address', input.address)
    const row = await context.directory.signInRow(address)
    const name = formatAddress(address)
    if (row === undefined) throw new Refused('unknown', 'address', { en: `there is no mailbox ${name}`, de: `ein Postfach ${name} gibt es nicht` })
    const queueId = input.id.toUpperCase() as QueueId
    const received = await context.receivedMessage(row.accountId, queueId)
    if (received === undefined) throw new Refused('unknown', 'id', { en: `${name} has no message ${input.id}`, de: `${name} hat keine Nachricht ${input.id}` })
    const moved = await context.store.refile(row.accountId, received.emailId, input.to)
    if (moved) await change(context, noteRefiling, { address: row.address, queueId, to: input.to })
    return { address: formatAddress(row.address), moved }
  },

  async 'mailbox.remove'(context, input) {
    const given = readAddress('address', input.address)
    await mustWorkForNobody(context, 'address', given)
    const { address, accountId } = await change(context, removeAddress, { address: given, kind: 'mailbox' }, () => 'address')
    if (accountId !== null) await removeMail(context, accountId)
    return { address }
  },
}

/** Those who manage addresses must not shut out, or step into the place of, those who are above them. */
async function mustWorkForNobody({ directory, principal }: OperationContext, field: string, address: Address): Promise<void> {
  const user = await directory.query(webUserNamed, { kind: 'mailbox', key: addressKey(address) })
  if (user?.person === undefined || may(principal, 'people')) return
  const name = formatAddress(address)
  throw new Refused('forbidden', field, {
    en: `with ${name} somebody signs in who works here; an owner may do that`,
    de: `mit ${name} meldet sich jemand an, der hier arbeitet; das darf ein Inhaber`,
  })
}

/** What a crash left of removed mailboxes: their mail goes now. Called when the installation is opened. */
export async function finishRemovals(context: Pick<OperationContext, 'directory' | 'store' | 'principal'>): Promise<number> {
  const accounts = await context.directory.query(accountsBeingRemoved, undefined)
  for (const accountId of accounts) await removeMail(context, accountId)
  return accounts.length
}

async function removeMail(context: Pick<OperationContext, 'directory' | 'store' | 'principal'>, accountId: AccountId): Promise<void> {
  await context.store.removeAccount(accountId)
  await context.directory.change(forgetAccount, actorOf(context.principal), { accountId })
}

/** Started together, so that their records share a sync; the log keeps this order. */
async function makeFolders(context: OperationContext, accountId: AccountId): Promise<void> {
  const names = ['INBOX', ...defaultFolders.map(([name]) => name)]
  const made = defaultFolders.map(([name, specialUse]) => context.store.createMailbox(accountId, name, specialUse))
  // LSUB shows subscribed folders only, and some clients ask for nothing else.
  const subscribed = names.map((name) => context.store.subscribe(accountId, name, true))
  const outcomes = await Promise.all([...made, ...subscribed])
  const refused = outcomes.flatMap((outcome) => ('refused' in outcome && outcome.refused !== 'mailbox-exists' ? [outcome.refused] : []))
  if (refused.length > 0) context.log.error('default folders not made', { accountId, refused })
}

/** "none": without a limit, kept as 0; "plan": the plan's, kept as null. */
function readQuota(text: string): number | null {
  return text === 'plan' ? null : (readSize('quota', text) ?? 0)
}
