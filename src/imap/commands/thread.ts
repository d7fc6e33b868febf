import { inMailbox, type ImapCommand } from '../command.ts'
import type { Completion } from '../outcome.ts'
import { ImapSyntaxError, type Scanner } from '../parse/scanner.ts'
import { parseCriteria } from '../parse/search.ts'
import { search } from '../search/search.ts'
import { isThreadAlgorithm, thread as threadMessages } from '../search/thread.ts'
import type { Session } from '../session.ts'
import { inProgress } from '../write/in-progress.ts'
import { writeThreads } from '../write/threads.ts'

/** THREAD (RFC 5256 3). */
export const thread: ImapCommand = { name: 'THREAD', states: inMailbox, keepsNumbers: true, run: (session, args) => run(session, args, false) }

export const uidThread: ImapCommand = { name: 'UID THREAD', states: inMailbox, run: (session, args) => run(session, args, true) }

async function run(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const algorithm = args.keyword('a threading algorithm')
  if (!isThreadAlgorithm(algorithm)) throw new ImapSyntaxError(`no threading algorithm is called ${algorithm}`)
  args.space()
  const key = parseCriteria(args)
  const { tracker } = session.mustBeSelected()
  if (byUid) await session.tell({ expunges: false, withUid: true })
  const found = await search(session, tracker, key, { progress: inProgress(session) })
  // Now, since one that goes later keeps its number until the client is told.
  const uids = Uint32Array.from(byUid ? found : found.filter((uid) => tracker.seqOf(uid) > 0))
  const numbers = byUid ? uids : uids.map((uid) => tracker.seqOf(uid))
  await writeThreads(session.out, await threadMessages(session, tracker, algorithm, uids), numbers)
  return { text: `${byUid ? 'UID ' : ''}THREAD completed` }
}
