import { metadataLimits, serverEntries } from '../../store/metadata.ts'
import type { SpecialUse } from '../../store/mailbox.ts'
import type { StoreRefusal } from '../../store/store.ts'
import { type ImapCommand, signedIn } from '../command.ts'
import { readMetadata, specialUseEntry, withNil } from '../metadata.ts'
import { Refused } from '../outcome.ts'
import { parseUseValue } from '../parse/list.ts'
import { parseGetMetadata, parseSetMetadata, type SetMetadata } from '../parse/metadata.ts'
import { storeRefusal } from '../refusal.ts'
import { existingMailbox, type Resolved } from '../resolve.ts'
import { mayAnnotate, mayChange, noRight } from '../rights.ts'
import type { Session } from '../session.ts'
import { oneUse } from '../special-use.ts'
import { metadataResponse } from '../write/metadata.ts'
import { mailboxName } from '../write/strings.ts'

/** GETMETADATA (RFC 5464 4.2). What is asked for without DEPTH and not there is told as NIL. */
export const getMetadata: ImapCommand = {
  name: 'GETMETADATA',
  states: signedIn,
  async run(session, args) {
    args.space()
    const { mailbox, names, depth, maxSize = Infinity } = parseGetMetadata(args, session.utf8)
    const entries = await readMetadata(session, await annotatedBy(session, mailbox), names, depth)
    const fitting = entries.filter(({ value }) => value.length <= maxSize)
    const answered = depth === 0 ? withNil(names, entries) : entries.map(({ name, value }) => [name, value] as const)
    await metadataResponse(
      session.out,
      mailboxName(mailbox, session.utf8),
      answered.filter(([, value]) => value === null || value.length <= maxSize),
    )
    const text = 'GETMETADATA completed'
    if (fitting.length === entries.length) return { text }
    return { code: `METADATA LONGENTRIES ${entries.reduce((longest, { value }) => Math.max(longest, value.length), 0)}`, text }
  },
}

/** SETMETADATA (RFC 5464 4.3): all of the entries or none. */
export const setMetadata: ImapCommand = {
  name: 'SETMETADATA',
  states: signedIn,
  literals: { mostOctets: metadataLimits.valueOctets, tooLong },
  async run(session, args) {
    args.space()
    const { mailbox, entries } = parseSetMetadata(args, session.utf8)
    if (entries.some(({ value }) => value !== null && value.length > metadataLimits.valueOctets)) throw tooLong()
    const annotated = await annotatedBy(session, mailbox)
    mustMayChange(annotated, entries)
    const { accountId: userId } = session
    const of =
      annotated === 'server' ? { accountId: userId, mailboxId: serverEntries } : { accountId: annotated.accountId, mailboxId: annotated.mailbox.mailboxId }
    const kept = annotated === 'server' ? entries : entries.filter(({ name }) => name !== specialUseEntry)
    const specialUse = annotated === 'server' ? undefined : specialUseIn(session, annotated, entries)
    const outcome = await session.store.setMetadata({ ...of, userId }, { entries: kept, specialUse })
    if (outcome.done === undefined) throw metadataRefusal(outcome.refused)
    const { modSeq } = outcome.done
    const use = specialUse === undefined ? [] : ([[specialUseEntry, specialUse]] as const)
    await session.notify?.own.annotated(of, [...kept.map(({ name, value }) => [name, value === null ? null : modSeq] as const), ...use])
    return { text: 'SETMETADATA completed' }
  },
}

/** The mailbox that a command names, if this session may see its annotations (RFC 5464 3.3). */
async function annotatedBy(session: Session, name: string): Promise<Resolved | 'server'> {
  if (name === '') return 'server'
  const found = await existingMailbox(session, name)
  if (!mayAnnotate(found.rights)) throw noRight()
  return found
}

/** Private entries are one's own. A shared one is everybody's, so who has the mailbox read-only leaves it alone; those of the server are the operator's. */
function mustMayChange(annotated: Resolved | 'server', entries: SetMetadata['entries']): void {
  if (!entries.some(({ name }) => name.startsWith('/shared/'))) return
  if (annotated === 'server' || !mayChange(annotated.rights)) throw noRight()
}

/** Undefined: it is not named. */
function specialUseIn(session: Session, { accountId }: Resolved, entries: SetMetadata['entries']): SpecialUse | null | undefined {
  const value = entries.findLast(({ name }) => name === specialUseEntry)?.value
  if (value === undefined) return undefined
  if (accountId !== session.accountId) throw new Refused('USEATTR', 'a mailbox of another user has no special use for you')
  return value === null ? null : oneUse(parseUseValue(value))
}

function tooLong(): Refused {
  return new Refused(`METADATA MAXSIZE ${metadataLimits.valueOctets}`, `a value has at most ${metadataLimits.valueOctets} octets`)
}

function metadataRefusal(refusal: StoreRefusal): Refused {
  if (refusal === 'too-many') return new Refused('METADATA TOOMANY', `more than ${metadataLimits.entries} entries of one mailbox`)
  if (refusal === 'over-quota') return new Refused('OVERQUOTA', 'more annotations than an account may have')
  return storeRefusal(refusal)
}
