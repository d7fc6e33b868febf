import type { Session } from '../session.ts'
import { mailboxName } from '../write/strings.ts'
import { Hierarchy, levelsAbove } from './hierarchy.ts'
import { Pattern } from './pattern.ts'

/**
 * Writes the LSUB responses. A level that is not subscribed, with a subscribed name below that `%` does not reach, is shown
 * with \Noselect (RFC 3501 6.3.9).
 */
export async function listSubscribed(session: Session, text: string): Promise<void> {
  const pattern = new Pattern(text)
  const hierarchy = new Hierarchy([], await session.store.subscriptions(session.accountId))
  const levels = new Set<string>()
  for (const name of hierarchy.subscriptions()) {
    if (pattern.matches(name)) {
      session.out.utf8(`* LSUB () "/" ${mailboxName(name, session.utf8)}\r\n`)
      continue
    }
    if (pattern.hasLevels) for (const level of levelsAbove(name)) if (!hierarchy.isSubscribed(level) && pattern.matches(level)) levels.add(level)
  }
  for (const level of levels) session.out.utf8(`* LSUB (\\Noselect) "/" ${mailboxName(level, session.utf8)}\r\n`)
}
