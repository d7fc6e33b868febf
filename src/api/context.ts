import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { DirectoryChange } from '../directory/change/change.ts'
import type { Directory } from '../directory/directory.ts'
import type { DirectoryRefusal } from '../directory/refusal.ts'
import type { JournalEntry } from '../journal/entry.ts'
import type { Store } from '../store/store.ts'
import type { Verified } from '../store/verify.ts'
import { directoryRefused } from './directory-refused.ts'

/** What `posthorn journal` can ask for; all given conditions hold. */
export interface JournalFilter {
  /** local@domain as in RCPT, compared as addresses are. */
  readonly recipient?: string
  /** Reverse-path; '' = <>. */
  readonly sender?: string
  readonly sinceMs?: number
  /** Queue id or Message-ID. */
  readonly id?: string
  /** The newest so many. */
  readonly limit: number
}

/** The journal as operations see it; newest first. */
export interface JournalSearch {
  search(filter: JournalFilter): Promise<readonly (JournalEntry & { readonly repeats: number })[]>
}

/** What operations work with. */
export interface OperationContext {
  /** Who asks, for the audit: "cli". */
  readonly actor: string
  readonly clock: Clock
  readonly log: Log
  readonly directory: Directory
  readonly store: Pick<Store, 'createMailbox' | 'subscribe' | 'removeAccount' | 'usage'>
  readonly journal: JournalSearch
  /** Reads every record and row and compares them. */
  verify(): Promise<Verified>
}

/** Makes a change of the directory, or throws what it refused as `Refused`. */
export async function change<Arguments, Result>(
  context: OperationContext,
  directoryChange: DirectoryChange<Arguments, Result>,
  args: Arguments,
  field?: (refusal: DirectoryRefusal) => string | undefined,
): Promise<Result> {
  const result = await context.directory.change(directoryChange, context.actor, args)
  if (result.refused !== undefined) throw directoryRefused(result.refused, field?.(result.refused))
  return result.done
}
