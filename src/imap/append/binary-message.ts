import { Scanner } from '../../message/scan.ts'
import { base64Header, base64Lines, lineOctets, type Piece, withBase64 } from '../../message/without-nul.ts'
import { Refused } from '../outcome.ts'
import type { LiteralHead } from '../parse/scanner.ts'
import type { Session } from '../session.ts'
import { IncomingOctets } from './incoming.ts'

/** Octets that are looked at in one go; whole lines of base64. */
const pieceOctets = 4096 * lineOctets
/** A part's header section that is longer is not rewritten. */
const headerOctets = 1024 * 1024

/**
 * Takes a message that comes as literal8 (RFC 3516 4.4). One with NUL in it, which IMAP could not give back by BODY[], is kept with its binary
 * parts in base64: decoded, they are what came. Where it still has NUL then, it is none that can be kept. Throws PeerGone only.
 */
export async function receiveBinary(session: Session, literal: LiteralHead, into: IncomingOctets): Promise<void> {
  const raw = new IncomingOctets(session, { mayHoldNul: true })
  try {
    await raw.receive(literal)
    into.fault ??= raw.fault
    if (into.fault !== undefined) return
    const pieces = raw.hasNul ? await converted(raw) : [{ kind: 'copy', start: 0, end: raw.sizeOctets } as const]
    if (pieces === undefined) into.fault = notKept()
    else for (const piece of pieces) await addPiece(raw, piece, into)
    if (into.hasNul) into.fault = notKept()
  } finally {
    await raw.discard()
  }
}

async function converted(raw: IncomingOctets): Promise<readonly Piece[] | undefined> {
  const scanner = new Scanner()
  for (let at = 0; at < raw.sizeOctets; at += pieceOctets) scanner.push(await raw.read(at, Math.min(raw.sizeOctets, at + pieceOctets)))
  return withBase64(scanner.finish().top, raw.sizeOctets)
}

async function addPiece(raw: IncomingOctets, { kind, start, end }: Piece, into: IncomingOctets): Promise<void> {
  if (kind === 'header') {
    if (end - start > headerOctets) into.fault ??= notKept()
    else await into.add(base64Header(await raw.read(start, end)))
    return
  }
  for (let at = start; at < end && into.fault === undefined; at += pieceOctets) {
    const octets = await raw.read(at, Math.min(end, at + pieceOctets))
    await into.add(kind === 'base64' ? base64Lines(octets) : octets)
  }
}

/** "If the destination mailbox does not support the storage of binary content" (RFC 3516 4.4). */
function notKept(): Refused {
  return new Refused('UNKNOWN-CTE', 'NUL outside of a part that says it is binary, or within a signature, cannot be kept')
}
