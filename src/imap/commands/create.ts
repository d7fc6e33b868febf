import { signedIn, type ImapCommand } from '../command.ts'
import { Refused } from '../outcome.ts'
import { parseUse } from '../parse/list.ts'
import { parseNamed } from '../parse/mailbox-name.ts'
import { mailboxObjectId } from '../object-id.ts'
import { placeRefusal } from '../refusal.ts'
import { resolvePlace } from '../resolve.ts'
import { mustHave, noRight } from '../rights.ts'
import { oneUse } from '../special-use.ts'
import { tellName } from '../write/listed-name.ts'

/** CREATE (RFC 9051 6.3.4), with USE (RFC 6154 3). A separator at the end means nothing: every mailbox may have children. */
export const create: ImapCommand = {
  name: 'CREATE',
  states: signedIn,
  async run(session, args) {
    args.space()
    const { name, sent } = parseNamed(args, session.utf8)
    const uses = parseUse(args)
    args.end()
    const use = oneUse(uses)
    const taken = use === undefined ? undefined : (await session.store.mailboxes(session.accountId)).find((mailbox) => mailbox.specialUse === use)
    if (taken !== undefined) throw new Refused('USEATTR', 'another mailbox has that use')
    const place = await resolvePlace(session, name)
    if (place === undefined) throw noRight()
    mustHave(place.rightsAbove, 'k')
    const isOwn = place.accountId === session.accountId
    if (!isOwn && use !== undefined) throw new Refused('USEATTR', 'a mailbox of another user has no special use for you')
    const outcome = await session.store.createMailbox(place.accountId, place.ownName, use)
    if (outcome.done === undefined) throw await placeRefusal(session, name, outcome.refused)
    await session.notify?.own.created(place.accountId, name)
    tellName(session, name, sent)
    return { code: `MAILBOXID (${mailboxObjectId(place.accountId, outcome.done.mailboxId)})`, text: 'CREATE completed' }
  },
}
