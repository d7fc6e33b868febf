import { inMailbox, type ImapCommand } from '../command.ts'
import type { Completion } from '../outcome.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSort } from '../parse/sort.ts'
import { search } from '../search/search.ts'
import { sort as sortMessages } from '../search/sort.ts'
import type { Session } from '../session.ts'
import { correlator } from '../write/esearch.ts'
import { inProgress } from '../write/in-progress.ts'
import { answer, relevancies, saving, startUpdating } from './search.ts'

/** SORT (RFC 5256 3; RFC 5957 SORT=DISPLAY, RFC 5267 ESORT and CONTEXT, RFC 6203 RELEVANCY). */
export const sort: ImapCommand = { name: 'SORT', states: inMailbox, keepsNumbers: true, run: (session, args) => run(session, args, false) }

export const uidSort: ImapCommand = { name: 'UID SORT', states: inMailbox, run: (session, args) => run(session, args, true) }

async function run(session: Session, args: Scanner, byUid: boolean): Promise<Completion> {
  args.space()
  const { returns, keys, key } = parseSort(args)
  const { tracker } = session.mustBeSelected()
  if (byUid) await session.tell({ expunges: false, withUid: true })
  const seen = startUpdating(session, returns)
  const scores = relevancies(key, returns?.relevancy === true || keys.some(({ of }) => of === 'relevancy'))
  const uids = await saving(session, returns, async () => {
    const found = await search(session, tracker, key, { progress: inProgress(session), ...(scores && { scores }) })
    return sortMessages(session, tracker, keys, Uint32Array.from(found), scores)
  })
  await answer(session, { name: 'SORT', tracker, correlator: correlator(session.tag), returns, key, sortKeys: keys, uids, byUid, seen, scores })
  return { text: `${byUid ? 'UID ' : ''}SORT completed` }
}
