import type { Person } from '../../directory/query/people.ts'
import { formatAddress } from '../../mail/address.ts'
import { allRights, orderedRights } from '../../store/sharing.ts'
import { type ImapCommand, signedIn } from '../command.ts'
import { Refused } from '../outcome.ts'
import { parseMailboxName } from '../parse/mailbox-name.ts'
import { parseRights } from '../parse/rights.ts'
import type { Scanner } from '../parse/scanner.ts'
import { storeRefusal } from '../refusal.ts'
import { existingMailbox, type Resolved } from '../resolve.ts'
import { mustHave, shownRights } from '../rights.ts'
import type { Session } from '../session.ts'
import { astring, mailboxName } from '../write/strings.ts'

/** GETACL (RFC 4314 3.3). The owner comes first, with all rights: they cannot be taken. */
export const getAcl: ImapCommand = {
  name: 'GETACL',
  states: signedIn,
  async run(session, args) {
    const found = await administered(session, args)
    args.end()
    const grants = await session.store.grants(found.accountId, found.mailbox.mailboxId)
    const people = await session.dependencies.neighbours.of(session.accountId, [found.accountId, ...grants.map(({ granteeId }) => granteeId)])
    const entries = [{ granteeId: found.accountId, rights: allRights }, ...grants].flatMap(({ granteeId, rights }) => {
      const person = people.get(granteeId)
      return person === undefined ? [] : [` ${identifier(person)} ${shownRights(rights)}`]
    })
    session.out.utf8(`* ACL ${mailboxName(found.mailbox.name, session.utf8)}${entries.join('')}\r\n`)
    return { text: 'GETACL completed' }
  },
}

/** SETACL (RFC 4314 3.1). */
export const setAcl: ImapCommand = {
  name: 'SETACL',
  states: signedIn,
  async run(session, args) {
    const found = await administered(session, args)
    args.space()
    const name = args.astring('an identifier')
    args.space()
    const { mode, rights } = parseRights(args)
    args.end()
    const { accountId, mailbox } = found
    const person = await grantee(session, found, name)
    const old = (await session.store.grants(accountId, mailbox.mailboxId)).find(({ granteeId }) => granteeId === person.accountId)?.rights ?? ''
    const kept = mode === 'replace' ? '' : mode === 'add' ? old : [...old].filter((right) => !rights.includes(right)).join('')
    await give(session, found, person, orderedRights(mode === 'remove' ? kept : kept + rights))
    return { text: 'SETACL completed' }
  },
}

/** DELETEACL (RFC 4314 3.2). */
export const deleteAcl: ImapCommand = {
  name: 'DELETEACL',
  states: signedIn,
  async run(session, args) {
    const found = await administered(session, args)
    args.space()
    const name = args.astring('an identifier')
    args.end()
    await give(session, found, await grantee(session, found, name), '')
    return { text: 'DELETEACL completed' }
  },
}

/** LISTRIGHTS (RFC 4314 3.4): nothing comes by itself, and each right can be given alone. */
export const listRights: ImapCommand = {
  name: 'LISTRIGHTS',
  states: signedIn,
  async run(session, args) {
    const found = await administered(session, args)
    args.space()
    const name = args.astring('an identifier')
    args.end()
    const person = await neighbour(session, name)
    const rights = person.accountId === found.accountId ? shownRights(allRights) : `"" ${[...shownRights(allRights)].join(' ')}`
    session.out.utf8(`* LISTRIGHTS ${mailboxName(found.mailbox.name, session.utf8)} ${identifier(person)} ${rights}\r\n`)
    return { text: 'LISTRIGHTS completed' }
  },
}

/** MYRIGHTS (RFC 4314 3.5). */
export const myRights: ImapCommand = {
  name: 'MYRIGHTS',
  states: signedIn,
  async run(session, args) {
    args.space()
    const name = parseMailboxName(args, session.utf8)
    args.end()
    const found = await existingMailbox(session, name)
    session.out.utf8(`* MYRIGHTS ${mailboxName(found.mailbox.name, session.utf8)} ${shownRights(found.rights)}\r\n`)
    return { text: 'MYRIGHTS completed' }
  },
}

/** The mailbox that the command names, whose rights this session may see and change. */
async function administered(session: Session, args: Scanner): Promise<Resolved> {
  args.space()
  const name = parseMailboxName(args, session.utf8)
  const found = await existingMailbox(session, name)
  mustHave(found.rights, 'a')
  return found
}

/** Of another domain, or nowhere: the same answer. `anyone` and identifiers with "-" are nobody's address. */
async function neighbour(session: Session, name: string): Promise<Person> {
  const person = await session.dependencies.neighbours.find(session.accountId, name)
  if (person === undefined) throw new Refused('CANNOT', 'a mailbox can be shared with addresses of mailboxes of the same domain only')
  return person
}

async function grantee(session: Session, { accountId }: Resolved, name: string): Promise<Person> {
  const person = await neighbour(session, name)
  if (person.accountId === accountId) throw new Refused('CANNOT', 'the owner of a mailbox has every right to it')
  return person
}

async function give(session: Session, { accountId, mailbox }: Resolved, person: Person, rights: string): Promise<void> {
  const outcome = await session.store.setGrant(accountId, mailbox.mailboxId, { granteeId: person.accountId, rights })
  if (outcome.done === undefined) throw storeRefusal(outcome.refused)
}

function identifier({ address }: Person): string {
  return astring(formatAddress(address))
}
