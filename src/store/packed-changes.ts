import type { ModSeq, Uid } from '../mail/ids.ts'
import { FlagPage } from './flag-page.ts'
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

export function packChanges(mailbox: MailboxChanges['mailbox'], changed: readonly FlagPage[], expunged: readonly Uid[]): PackedChanges {
  const { uids, system, modSeqs, keywords, keywordSets } = FlagPage.join(changed)
  return { mailbox, uids, system, modSeqs, keywords, keywordSets, expunged }
}

export function unpackChanges({ mailbox, uids, system, modSeqs, keywords, keywordSets, expunged }: PackedChanges): MailboxChanges {
  const changed = Array.from(uids, (uid, at): Changed => {
    return { uid: uid as Uid, system: system[at] ?? 0, keywords: keywordSets[keywords[at] ?? 0] ?? '', modSeq: (modSeqs[at] ?? 0) as ModSeq }
  })
  return { mailbox, changed, expunged }
}
