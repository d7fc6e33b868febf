import { Refused } from '../outcome.ts'
import { signedIn, type ImapCommand } from '../command.ts'
import { parseNamed } from '../parse/mailbox-name.ts'
import { placeRefusal, storeRefusal } from '../refusal.ts'
import { existingMailbox, resolvePlace } from '../resolve.ts'
import { mustHave, noRight } from '../rights.ts'
import { tellName } from '../write/listed-name.ts'

/** RENAME (RFC 9051 6.3.6), children included; RENAME INBOX moves its messages out. */
export const rename: ImapCommand = {
  name: 'RENAME',
  states: signedIn,
  async run(session, args) {
    args.space()
    const { name: from, sent } = parseNamed(args, session.utf8)
    args.space()
    const { name: to, sent: sentTo } = parseNamed(args, session.utf8)
    args.end()
    const found = await existingMailbox(session, from)
    mustHave(found.rights, 'x')
    const place = await resolvePlace(session, to)
    if (place === undefined) throw noRight()
    mustHave(place.rightsAbove, 'k')
    if (place.accountId !== found.accountId) throw new Refused('CANNOT', 'a mailbox stays with its owner')
    // RENAME INBOX moves its messages, which is the owner's to do.
    if (found.ownName === 'INBOX' && found.accountId !== session.accountId) throw storeRefusal('cannot-change-inbox')
    const outcome = await session.store.renameMailbox(found.accountId, found.ownName, place.ownName)
    if (outcome.done === undefined) throw await placeRefusal(session, to, outcome.refused)
    await session.notify?.own.renamed(found, to)
    tellName(session, to, sent ?? (sentTo === undefined ? undefined : from))
    return { text: 'RENAME completed' }
  },
}
