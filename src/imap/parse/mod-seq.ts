import type { ModSeq } from '../../mail/ids.ts'
import { grammarLimits } from '../limits.ts'
import { parsePartialRange, type PartialRange } from './partial.ts'
import { ImapSyntaxError, type Scanner } from './scanner.ts'
import { parseSequenceSet, star, type SequenceSet } from './sequence-set.ts'

/** mod-sequence-valzer (RFC 7162 7), also where only mod-sequence-value is allowed: clients say 0 for "I know nothing". */
export function parseModSeq(scanner: Scanner): ModSeq {
  return scanner.number64('a modification sequence') as ModSeq
}

/** `(CHANGEDSINCE 12345 VANISHED)` behind the items of FETCH. */
export interface FetchModifiers {
  readonly changedSince: ModSeq | undefined
  readonly vanished: boolean
  /** Of the messages that are left, these only (RFC 9394 3.3). */
  readonly partial: PartialRange | undefined
}

/** Everything after the items of FETCH. VANISHED stands beside CHANGEDSINCE only (RFC 7162 3.2.6). */
export function parseFetchModifiers(scanner: Scanner): FetchModifiers {
  let changedSince: ModSeq | undefined
  let vanished = false
  let partial: PartialRange | undefined
  if (scanner.maybeSpace()) {
    const modifier = (): void => {
      const name = scanner.keyword('CHANGEDSINCE, VANISHED or PARTIAL')
      if (name === 'CHANGEDSINCE' && changedSince === undefined) {
        scanner.space()
        changedSince = parseModSeq(scanner)
      } else if (name === 'PARTIAL' && partial === undefined) {
        scanner.space()
        partial = parsePartialRange(scanner)
      } else if (name === 'VANISHED' && !vanished) vanished = true
      else throw new ImapSyntaxError(`FETCH takes no ${name} there`)
    }
    scanner.list(modifier, { atLeast: 1, most: 3, what: 'modifiers' })
  }
  if (vanished && changedSince === undefined) throw new ImapSyntaxError('VANISHED needs CHANGEDSINCE')
  return { changedSince, vanished, partial }
}

/** `(UNCHANGEDSINCE 12345) ` before the flags of STORE; undefined: it is not there. */
export function parseUnchangedSince(scanner: Scanner): ModSeq | undefined {
  if (!scanner.isOpen()) return undefined
  scanner.char('(')
  if (scanner.keyword('UNCHANGEDSINCE') !== 'UNCHANGEDSINCE') throw scanner.fail('UNCHANGEDSINCE')
  scanner.space()
  const unchangedSince = parseModSeq(scanner)
  scanner.char(')')
  scanner.space()
  return unchangedSince
}

/** What a client knows of a mailbox that it opens again (RFC 7162 3.2.5). */
export interface Known {
  readonly uidValidity: number
  readonly modSeq: ModSeq
  /** undefined: all that there were. */
  readonly uids: KnownSet | undefined
  /** Some of its sequence numbers and their UIDs, as many of the one as of the other. */
  readonly match: { readonly seqs: KnownSet; readonly uids: KnownSet } | undefined
}

/** Numbers without `*`. */
export type KnownSet = Exclude<SequenceSet, '$'>

/** Parameters of SELECT and EXAMINE. */
export interface SelectParameters {
  readonly condstore: boolean
  readonly known: Known | undefined
}

/** Everything after the name in SELECT. */
export function parseSelectParameters(scanner: Scanner): SelectParameters {
  let condstore = false
  let known: Known | undefined
  if (scanner.maybeSpace()) {
    const parameter = (): void => {
      const name = scanner.keyword('CONDSTORE or QRESYNC')
      if (name === 'CONDSTORE' && !condstore) condstore = true
      else if (name === 'QRESYNC' && known === undefined) {
        scanner.space()
        known = parseKnown(scanner)
      } else throw new ImapSyntaxError(`SELECT takes no ${name} there`)
    }
    scanner.list(parameter, { atLeast: 1, most: 2, what: 'parameters' })
  }
  return { condstore, known }
}

function parseKnown(scanner: Scanner): Known {
  scanner.char('(')
  const uidValidity = scanner.nzNumber('a UIDVALIDITY')
  scanner.space()
  const modSeq = parseModSeq(scanner)
  let uids: KnownSet | undefined
  let match: Known['match']
  let space = scanner.maybeSpace()
  if (space && !scanner.isOpen()) {
    uids = knownSet(scanner)
    space = scanner.maybeSpace()
  }
  if (space) match = matchData(scanner)
  scanner.char(')')
  return { uidValidity, modSeq, uids, match }
}

function matchData(scanner: Scanner): Known['match'] {
  scanner.char('(')
  const seqs = ascending(knownSet(scanner))
  scanner.space()
  const uids = ascending(knownSet(scanner))
  scanner.char(')')
  if (count(seqs) !== count(uids)) throw new ImapSyntaxError('not as many UIDs as sequence numbers')
  return { seqs, uids }
}

function knownSet(scanner: Scanner): KnownSet {
  const set = parseSequenceSet(scanner)
  if (set === '$' || set.some(([from, to]) => from === star || to === star)) throw new ImapSyntaxError('what is known has neither "*" nor "$"')
  return set
}

/** RFC 7162 3.2.5.2: "Both MUST be provided in ascending order". */
function ascending(set: KnownSet): KnownSet {
  let last = 0
  for (const [from, to] of set) {
    if (from <= last || to < from) throw new ImapSyntaxError('message sequence match data does not ascend')
    last = to
  }
  return set
}

function count(set: KnownSet): number {
  return set.reduce((sum, [from, to]) => sum + to - from + 1, 0)
}

/** `"/flags/\\Seen" all ` before the modSeq of SEARCH MODSEQ: one modSeq stands for all flags of a message, so it changes nothing (RFC 7162 3.1.5). */
export function parseSearchEntry(scanner: Scanner): void {
  if (!scanner.isQuoted()) return
  const name = scanner.astringRaw('an entry name')
  if (!/^\/flags\/\\?[^\s(){%*"\\\]]+$/.test(name) || name.length > grammarLimits.keywordOctets + 8) throw scanner.fail('an entry name like "/flags/\\\\Seen"')
  scanner.space()
  const type = scanner.keyword('priv, shared or all')
  if (type !== 'PRIV' && type !== 'SHARED' && type !== 'ALL') throw scanner.fail('priv, shared or all')
  scanner.space()
}
