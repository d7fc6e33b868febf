import { answering } from '../../src/app/processes/answer.ts'
import { changeOf, recordsOf } from '../../src/app/processes/ask.ts'
import type { FirstCalls, OtherCalls } from '../../src/app/processes/calls.ts'
import type { Location } from '../../src/content/content.ts'
import { SegmentReader } from '../../src/content/segment-reader.ts'
import { storeCatalogue } from '../../src/store/catalogue.ts'
import { textSearch } from '../../src/store/fulltext/work.ts'
import { IndexedStore } from '../../src/store/indexed-store.ts'
import { linkedPair } from './pair.ts'
import type { TestStore } from './store.ts'

/** The store as another process has it: what it hears of the first comes late, and reading overtakes it. */
export function storeBeside({ store, content, database, clock, folder }: TestStore, delayMs: () => number): IndexedStore {
  let end: Location = content.end()
  const changes = new Map(storeCatalogue(content).flatMap((work) => ('durable' in work ? [[work.name, work]] : [])))
  const { calls } = answering({
    only: {} as never,
    records: store.records,
    database,
    changes,
    directory: { follow: () => Promise.resolve() },
    tellDirectory: () => Promise.resolve(),
    notice: () => {},
    textWanted: () => {},
    mailboxFull: () => {},
    autolearn: () => {},
    operate: () => Promise.reject(new Error('not asked for here')),
    ready: () => {},
  })
  const others: Pick<OtherCalls, 'step'> = {
    step(step) {
      end = step.to
      beside.tell(step)
    },
  }
  const { toLeft, toRight } = linkedPair<FirstCalls, typeof others>(calls, others, delayMs)
  store.onStep((step) => toRight.tell('step', step))
  const reader = new SegmentReader({ folder, durableEnd: () => end })
  const beside = IndexedStore.beside(
    {
      content: reader,
      texts: textSearch(reader),
      database: { query: (query, args) => database.query(query, args), change: changeOf(toLeft) },
      clock: { now: () => clock.nowMs },
      quotaOf: () => Promise.resolve(undefined),
    },
    recordsOf(toLeft),
  )
  return beside
}
