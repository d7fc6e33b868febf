import { signedIn, type ImapCommand } from '../command.ts'
import { matchesFilter, withOthersInbox } from '../list/matches-filter.ts'
import { sharedMailboxes } from '../other-users.ts'
import { BadCommand, type Completion } from '../outcome.ts'
import { parseSources, type SearchSources } from '../parse/multi-search.ts'
import type { Scanner } from '../parse/scanner.ts'
import { parseSearch, type SearchKey, type SearchReturn } from '../parse/search.ts'
import type { Resolved } from '../resolve.ts'
import type { Seen } from '../search/contexts.ts'
import { leaves } from '../search/matcher.ts'
import { search } from '../search/search.ts'
import type { Session } from '../session.ts'
import { allRights } from '../../store/sharing.ts'
import { Tracker } from '../view/tracker.ts'
import { correlator } from '../write/esearch.ts'
import { inProgress, type Progress } from '../write/in-progress.ts'
import { allNumbers, answer, refuseUpdates, relevancies, saving, startUpdating } from './search.ts'

/** ESEARCH (RFC 7377): SEARCH in several mailboxes. Each in which something was found is answered by a response of its own, with UIDs. */
export const esearch: ImapCommand = { name: 'ESEARCH', states: signedIn, run }

interface MultiSearch {
  readonly returns: SearchReturn
  readonly key: SearchKey
  /** undefined: the result is not to be kept up to date. */
  readonly seen: Seen | undefined
  readonly progress: Progress
}

async function run(session: Session, args: Scanner): Promise<Completion> {
  args.space()
  const sources = parseSources(args, session.utf8)
  const { returns = allNumbers, key } = parseSearch(args, session.enabled.has('UTF8=ACCEPT'))
  const tell = inProgress(session)
  // How many messages the other mailboxes have is not known yet.
  const wanted = { returns, key, progress: () => tell() }
  if (sources.selected) session.mustBeSelected()
  if (sources.filters.length > 0) mustNotNeedNumbers(wanted)
  if (session.selected !== undefined) await session.tell({ expunges: false, withUid: true })
  const seen = startUpdating(session, returns)
  let isUpdated = seen === undefined
  for (const found of await mailboxesOf(session, sources)) {
    session.peer.deadline(session.limits.idleMs)
    if (isSelected(session, found)) {
      isUpdated = true
      await searchIn(session, session.mustBeSelected().tracker, found, { ...wanted, seen })
    } else await searchOther(session, found, { ...wanted, seen: undefined })
    await session.out.flow()
  }
  if (!isUpdated) refuseUpdates(session, 'only what is found in the selected mailbox is kept up to date')
  return { text: 'ESEARCH completed' }
}

/** Sequence numbers and `$` are the selected mailbox's (RFC 7377 2.2). */
function mustNotNeedNumbers({ returns, key }: Pick<MultiSearch, 'returns' | 'key'>): void {
  if (returns.save) throw new BadCommand('SAVE is for the selected mailbox alone')
  if (leaves(key).some((leaf) => leaf.kind === 'sequence' || (leaf.kind === 'uid' && leaf.set === '$'))) {
    throw new BadCommand('sequence numbers and "$" are for the selected mailbox alone')
  }
}

/** Each once, and only those that may be read; what is not there is passed over. */
async function mailboxesOf(session: Session, { selected, filters }: SearchSources): Promise<readonly Resolved[]> {
  const { accountId, store } = session
  const own = (await store.mailboxes(accountId)).map((mailbox): Resolved => ({ accountId, mailbox, ownName: mailbox.name, rights: allRights }))
  const meant = filters.map(withOthersInbox)
  const subscriptions = new Set(filters.some(({ kind }) => kind === 'subscribed') ? await store.subscriptions(accountId) : [])
  return [...own, ...(await sharedMailboxes(session))].filter((found) => {
    const { name } = found.mailbox
    if (!found.rights.includes('r')) return false
    return (selected && isSelected(session, found)) || meant.some((filter) => matchesFilter(filter, name, subscriptions.has(name)))
  })
}

function isSelected({ selected }: Session, { accountId, mailbox }: Resolved): boolean {
  return selected?.accountId === accountId && selected.mailboxId === mailbox.mailboxId
}

async function searchOther(session: Session, found: Resolved, wanted: MultiSearch): Promise<void> {
  const live = await session.views.open(found.accountId, found.mailbox.mailboxId)
  // Gone since.
  if (live === undefined) return
  const tracker = new Tracker(live, true, undefined)
  try {
    await searchIn(session, tracker, found, wanted)
  } finally {
    tracker.close()
    session.views.release(live)
  }
}

/** Where nothing is found there is no answer (RFC 7377 2.1), unless it is to be kept. */
async function searchIn(session: Session, tracker: Tracker, { mailbox }: Resolved, { returns, key, seen, progress }: MultiSearch): Promise<void> {
  const scores = relevancies(key, returns.relevancy === true)
  const uids = await saving(session, returns, () => search(session, tracker, key, { progress, ...(scores && { scores }) }))
  if (uids.length === 0 && seen === undefined && !returns.save) return
  const of = { name: mailbox.name, uidValidity: tracker.live.mailbox.uidValidity, utf8: session.utf8 }
  await answer(session, { name: 'SEARCH', tracker, correlator: correlator(session.tag, of), returns, key, uids, byUid: true, seen, scores })
}
