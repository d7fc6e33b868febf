import type { ModSeq, Uid } from '../mail/ids.ts'
import type { MailboxChanges } from './mailbox.ts'

type Changed = MailboxChanges['changed'][number]

/** Changes by column: an object for each of ten thousand messages would cost more to send between threads than to find. */
export interface PackedChanges extends Omit<MailboxChanges, 'changed'> {
  readonly uids: Uint32Array
  readonly system: Uint8Array
  readonly modSeqs: Float64Array
  /** Places in `keywordSets`. */
  readonly keywords: Uint32Array
  readonly keywordSets: readonly string[]
}

export function packChanges(mailbox: MailboxChanges['mailbox'], pages: readonly (readonly Changed[])[], expunged: readonly Uid[]): PackedChanges {
  const count = pages.reduce((sum, { length }) => sum + length, 0)
  const keywordSets = new Map<string, number>()
  const columns = { uids: new Uint32Array(count), system: new Uint8Array(count), modSeqs: new Float64Array(count), keywords: new Uint32Array(count) }
  let at = 0
  for (const page of pages) {
    for (const row of page) {
      let set = keywordSets.get(row.keywords)
      if (set === undefined) keywordSets.set(row.keywords, (set = keywordSets.size))
      columns.uids[at] = row.uid
      columns.system[at] = row.system
      columns.modSeqs[at] = row.modSeq
      columns.keywords[at++] = set
    }
  }
  return { mailbox, ...columns, keywordSets: [...keywordSets.keys()], expunged }
}

export function unpackChanges({ mailbox, uids, system, modSeqs, keywords, keywordSets, expunged }: PackedChanges): MailboxChanges {
  const changed = Array.from(uids, (uid, at): Changed => {
    return { uid: uid as Uid, system: system[at] ?? 0, keywords: keywordSets[keywords[at] ?? 0] ?? '', modSeq: (modSeqs[at] ?? 0) as ModSeq }
  })
  return { mailbox, changed, expunged }
}
