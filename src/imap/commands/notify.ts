import { signedIn, type ImapCommand } from '../command.ts'
import { Notify } from '../notify.ts'
import { isOtherUsers } from '../other-users.ts'
import { Refused } from '../outcome.ts'
import { BadEvent, knownEvents, parseNotify, type NotifySettings } from '../parse/notify.ts'
import type { Scanner } from '../parse/scanner.ts'
import type { Session } from '../session.ts'
import { mostWatched, Watch } from '../watch.ts'

/** NOTIFY (RFC 5465): which events are told, without being asked. */
export const notify: ImapCommand = {
  name: 'NOTIFY',
  states: signedIn,
  async run(session, args) {
    args.space()
    const settings = parse(session, args)
    const others = settings.groups.some(({ filter }) => 'names' in filter && filter.names.some(isOtherUsers))
    if (others) throw new Refused('NOTIFICATIONOVERFLOW', 'mailboxes of others are not watched')
    const watch = settings.groups.length === 0 ? undefined : await Watch.begin(session, settings)
    if (settings.groups.length > 0 && watch === undefined) throw new Refused('NOTIFICATIONOVERFLOW', `more than ${mostWatched} mailboxes`)
    session.notify?.close()
    session.notify = new Notify(session, settings, watch)
    // "A successful NOTIFY SET command implies an implicit NOOP" (RFC 5465 3.1).
    await session.selected?.tracker.live.ask()
    return { text: 'NOTIFY completed' }
  },
}

function parse(session: Session, args: Scanner): NotifySettings {
  try {
    return parseNotify(args, session.utf8)
  } catch (error) {
    if (error instanceof BadEvent) throw new Refused(`BADEVENT (${knownEvents.join(' ')})`, error.message)
    throw error
  }
}
