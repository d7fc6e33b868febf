import { type ImapCommand, signedIn } from '../command.ts'
import { Refused } from '../outcome.ts'
import { otherUsersRoot, sharedMailboxes } from '../other-users.ts'
import { parseMailboxName } from '../parse/mailbox-name.ts'
import { existingMailbox } from '../resolve.ts'
import { mustHave, noRight } from '../rights.ts'
import type { Session } from '../session.ts'
import { mailboxName } from '../write/strings.ts'
import type { AccountId } from '../../mail/ids.ts'

/** One's own quota root (RFC 9208 3.2): each account is one. That of another user is called as the level that his mailboxes are below. */
const ownRoot = ''

/** GETQUOTA (RFC 9208 4.1.1). Where there is no limit, there is no root. */
export const getQuota: ImapCommand = {
  name: 'GETQUOTA',
  states: signedIn,
  async run(session, args) {
    args.space()
    const root = parseMailboxName(args, session.utf8)
    args.end()
    const accountId = root === ownRoot ? session.accountId : await ownerOf(session, root)
    const response = accountId === undefined ? undefined : await quotaResponse(session, accountId, root)
    if (response === undefined) throw new Refused('NONEXISTENT', 'no such quota root')
    session.out.utf8(response)
    return { text: 'GETQUOTA completed' }
  },
}

/** GETQUOTAROOT (RFC 9208 4.1.2): of whoever owns the mailbox. */
export const getQuotaRoot: ImapCommand = {
  name: 'GETQUOTAROOT',
  states: signedIn,
  async run(session, args) {
    args.space()
    const name = parseMailboxName(args, session.utf8)
    args.end()
    const found = await existingMailbox(session, name)
    mustHave(found.rights, 'r')
    const root = found.accountId === session.accountId ? ownRoot : otherUsersRoot(found.mailbox.name)
    const response = await quotaResponse(session, found.accountId, root)
    const roots = response === undefined ? '' : ` ${mailboxName(root, session.utf8)}`
    session.out.utf8(`* QUOTAROOT ${mailboxName(found.mailbox.name, session.utf8)}${roots}\r\n${response ?? ''}`)
    return { text: 'GETQUOTAROOT completed' }
  },
}

/** SETQUOTA (RFC 9208 4.1.3): quotas are set by plans and operators. */
export const setQuota: ImapCommand = {
  name: 'SETQUOTA',
  states: signedIn,
  run(_session, args) {
    args.space()
    args.astring('a quota root')
    args.space()
    args.list(
      () => {
        args.atom('a resource')
        args.space()
        args.number64('a limit')
      },
      { atLeast: 0, most: 20, what: 'resources' },
    )
    args.end()
    throw noRight()
  },
}

/** STORAGE counts in units of 1024 octets (RFC 9208 5.1): what is used is rounded up, what may be used down. */
async function quotaResponse({ store, utf8 }: Session, accountId: AccountId, root: string): Promise<string | undefined> {
  const { usedBytes, quotaBytes } = await store.quota(accountId)
  if (quotaBytes === undefined) return undefined
  return `* QUOTA ${mailboxName(root, utf8)} (STORAGE ${Math.ceil(usedBytes / 1024)} ${Math.floor(quotaBytes / 1024)})\r\n`
}

/** Undefined: nobody who lets this session read anything. */
async function ownerOf(session: Session, root: string): Promise<AccountId | undefined> {
  const shared = await sharedMailboxes(session)
  return shared.find(({ mailbox, rights }) => rights.includes('r') && otherUsersRoot(mailbox.name) === root)?.accountId
}
