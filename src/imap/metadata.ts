import { isWithin, type MetadataEntry, serverEntries } from '../store/metadata.ts'
import type { Resolved } from './resolve.ts'
import type { Session } from './session.ts'
import { metadataResponse } from './write/metadata.ts'
import { mailboxName } from './write/strings.ts'

/** What annotations belong to: a mailbox, or the server. */
export type Annotated = Pick<Resolved, 'accountId' | 'mailbox'> | 'server'

/** What a mailbox is for (RFC 6154 4). It belongs to the mailbox itself and is not kept as an entry. */
export const specialUseEntry = '/private/specialuse'

/** The entries called `names`, and those up to `depth` levels below them, as this session sees them. */
export async function readMetadata(session: Session, annotated: Annotated, names: readonly string[], depth: number): Promise<readonly MetadataEntry[]> {
  const { accountId: userId, store } = session
  const of =
    annotated === 'server' ? { accountId: userId, mailboxId: serverEntries } : { accountId: annotated.accountId, mailboxId: annotated.mailbox.mailboxId }
  const kept = await store.metadata({ ...of, userId }, names, depth)
  const made = madeEntries(session, annotated).filter(({ name }) => names.some((above) => isWithin(name, above, depth)))
  return [...made, ...kept]
}

/** Those that are made of something else. */
function madeEntries({ dependencies }: Session, annotated: Annotated): readonly MetadataEntry[] {
  const notes = dependencies.serverNotes()
  const texts =
    annotated === 'server' ? { '/shared/comment': notes.comment, '/shared/admin': notes.admin } : { [specialUseEntry]: annotated.mailbox.specialUse ?? '' }
  return Object.entries(texts).flatMap(([name, text]) => (text === '' ? [] : [{ name, value: Buffer.from(text) }]))
}

/** LIST with RETURN (METADATA …) (RFC 9590): NIL for what a mailbox does not have. */
export async function listedMetadata(session: Session, found: Resolved, names: readonly string[]): Promise<void> {
  const entries = await readMetadata(session, found, names, 0)
  await metadataResponse(session.out, mailboxName(found.mailbox.name, session.utf8), withNil(names, entries))
}

/** What was asked for by its name and is not there has no value. */
export function withNil(names: readonly string[], entries: readonly MetadataEntry[]): readonly (readonly [name: string, value: Uint8Array | null])[] {
  const values = new Map(entries.map(({ name, value }) => [name, value]))
  return [...new Set(names)].map((name) => [name, values.get(name) ?? null] as const)
}
