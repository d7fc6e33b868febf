import { asWritten, type Score, sought } from '../../fulltext/sought.ts'
import { fold } from '../../message/fold.ts'
import type { MessageDates, MessageTexts } from '../../store/columns.ts'
import type { SearchedField } from '../../store/message-text.ts'
import { dayOf } from '../parse/date.ts'
import type { SearchKey } from '../parse/search.ts'
import type { Session } from '../session.ts'
import { lowerBound } from '../../base/lower-bound.ts'
import type { Tracker } from '../view/tracker.ts'
import { gather } from './gather.ts'
import type { HeaderKey } from './header.ts'
import { leaves } from './matcher.ts'
import type { Pauses } from './pauses.ts'
import { findIn, scoreEach } from './texts.ts'

/** Keys answered so; each costs an octet a message. Of a search with more, the others are looked up in header sections. */
const mostAnswered = 30

type NumberKey = SearchKey & { readonly kind: 'date' | 'younger' | 'larger' | 'smaller' }

/** For which of these messages a key holds, and how well. */
export class Answer {
  readonly #uids: Uint32Array
  readonly #scores: Uint8Array

  constructor(uids: Uint32Array) {
    this.#uids = uids
    this.#scores = new Uint8Array(uids.length)
  }

  add(uid: number, score: Score = asWritten): void {
    const place = lowerBound(this.#uids, this.#uids.length, uid)
    if (this.#uids[place] === uid) this.#scores[place] = score
  }

  score(uid: number): Score {
    return this.#scores[lowerBound(this.#uids, this.#uids.length, uid)] ?? 0
  }
}

/** Answers, for these messages (ascending UIDs), the keys of a search that columns of the index can answer, each for all of them at once. */
export async function answersFromColumns(
  { session, tracker, nowMs, pauses }: { readonly session: Session; readonly tracker: Tracker; readonly nowMs: number; readonly pauses: Pauses },
  key: SearchKey,
  uids: Uint32Array,
): Promise<ReadonlyMap<SearchKey, Answer>> {
  const { columns } = session.views
  const keys = leaves(key)
    .filter((leaf) => isNumberKey(leaf) || fieldOf(leaf) !== undefined)
    .slice(0, mostAnswered)
  const answers = new Map(keys.map((each) => [each, new Answer(uids)]))
  const numberKeys = keys.filter(isNumberKey)
  if (numberKeys.length > 0) {
    await gather(
      columns.dates(tracker, uids),
      uids,
      (place, page, row) => {
        for (const each of numberKeys) if (holdsNumber(each, page, row, nowMs)) answers.get(each)?.add(uids[place] as number)
      },
      pauses,
    )
  }
  for (const field of new Set(keys.map(fieldOf))) {
    if (field === undefined) continue
    const textKeys = keys.filter((leaf): leaf is HeaderKey => fieldOf(leaf) === field)
    const finders = await Promise.all(textKeys.map(async (leaf) => ({ answer: answers.get(leaf), find: await finderOf(leaf, pauses) })))
    for await (const page of columns.texts(field, tracker, uids)) {
      for (const { answer, find } of finders) {
        await find(page, (uid, score) => answer?.add(uid, score))
        await pauses.due()
      }
    }
  }
  return answers
}

type Find = (page: MessageTexts, tell: (uid: number, score?: Score) => void) => Promise<void> | void

async function finderOf(key: HeaderKey, pauses: Pauses): Promise<Find> {
  if (key.fuzzy === true && key.text !== '') {
    const wanted = await sought(key)
    return (page, tell) => scoreEach(page, wanted, tell, pauses)
  }
  const wanted = fold(key.text)
  return (page, tell) => findIn(page, wanted, tell)
}

/** The column in which the key's text is looked for; undefined: in none. */
function fieldOf(key: SearchKey): SearchedField | undefined {
  if (key.kind !== 'header') return undefined
  switch (key.field) {
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      // HEADER FROM means the field as it is written.
      return key.inEnvelope === true ? key.field : undefined
    case 'subject':
    case 'message-id':
    case 'in-reply-to':
      return key.field
    default:
      return undefined
  }
}

function isNumberKey(key: SearchKey): key is NumberKey {
  return key.kind === 'date' || key.kind === 'younger' || key.kind === 'larger' || key.kind === 'smaller'
}

function holdsNumber(key: NumberKey, page: MessageDates, row: number, nowMs: number): boolean {
  const internalDateMs = page.internalDateMs[row] as number
  const sizeBytes = page.sizeBytes[row] as number
  switch (key.kind) {
    case 'date': {
      // NaN, where there is no date, is within nothing.
      const day = key.sent ? (page.sentDay[row] as number) : dayOf(internalDateMs)
      return day >= key.from && day < key.before
    }
    case 'younger':
      return internalDateMs >= nowMs - key.seconds * 1000
    case 'larger':
      return sizeBytes > key.octets
    case 'smaller':
      return sizeBytes < key.octets
  }
}
