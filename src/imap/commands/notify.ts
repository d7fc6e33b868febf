import { signedIn, type ImapCommand } from '../command.ts'
import { Notify } from '../notify/notify.ts'
import { Refused } from '../outcome.ts'
import { BadEvent, knownEvents, notifyNothing, parseNotify, type NotifySettings } from '../parse/notify.ts'
import type { Scanner } from '../parse/scanner.ts'
import type { Session } from '../session.ts'
import { mostWatched, Watch } from '../notify/watch.ts'

/** NOTIFY (RFC 5465): which events are told, without being asked. */
export const notify: ImapCommand = {
  name: 'NOTIFY',
  states: signedIn,
  async run(session, args) {
    args.space()
    const settings = parse(session, args)
    const watch = settings.groups.length === 0 ? undefined : await Watch.begin(session, settings)
    if (settings.groups.length > 0 && watch === undefined) throw new Refused('NOTIFICATIONOVERFLOW', `more than ${mostWatched} mailboxes`)
    session.notify?.close()
    session.notify = new Notify(session, settings, watch)
    // "A successful NOTIFY SET command implies an implicit NOOP" (RFC 5465 3.1), whatever is told from now on.
    if (settings !== notifyNothing) {
      await session.selected?.tracker.live.ask()
      await session.tell({ expunges: true, withUid: true, everything: true })
    }
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
