import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { closeFile, isNoRoom, openFile, writeAt } from '../base/file.ts'
import { ContentFull, type Piece } from '../content/content.ts'
import { PeerGone, Refused } from './outcome.ts'
import type { LiteralHead } from './parse/scanner.ts'
import type { Session } from './session.ts'

/** A message that APPEND brought, in memory or in a spool file. */
export interface Received {
  readonly octets: readonly Piece[]
  /** Why it cannot be kept; all of it was read from the connection all the same. */
  readonly fault: Error | undefined
  /** Deletes the spool file, if there is one. */
  discard(): Promise<void>
}

/**
 * Asks for the literal where it waits for "+", and takes all of it. Memory grows with what has come, not with what was
 * announced; past `spoolOctets` it goes to a file. Throws PeerGone only.
 */
export async function receiveMessage(session: Session, literal: LiteralHead): Promise<Received> {
  if (literal.synchronizing) {
    session.out.text('+ go ahead\r\n')
    session.out.send()
  }
  return literal.sizeOctets <= session.limits.spoolOctets ? await intoMemory(session, literal.sizeOctets) : await intoFile(session, literal.sizeOctets)
}

/** Pieces past these are joined: octets that come one by one would cost hundreds each. */
const mostPieces = 256

async function intoMemory(session: Session, sizeOctets: number): Promise<Received> {
  let octets: Buffer[] = []
  let fault: Error | undefined
  for await (const piece of pieces(session, sizeOctets)) {
    fault ??= contentFault(piece)
    octets.push(piece)
    if (octets.length > mostPieces) octets = [Buffer.concat(octets)]
  }
  return { octets, fault, discard: async () => {} }
}

async function intoFile(session: Session, sizeOctets: number): Promise<Received> {
  const path = join(session.dependencies.spoolFolder, `imap-${randomUUID()}`)
  const discard = (): Promise<void> => rm(path, { force: true })
  let fd: number | undefined
  let fault: Error | undefined
  try {
    fd = await openFile(path, 'wx')
  } catch (error) {
    fault = diskFault(error)
  }
  let position = 0
  try {
    for await (const piece of pieces(session, sizeOctets)) {
      // What comes after a fault is read and thrown away, or it would be taken for commands.
      fault ??= contentFault(piece) ?? (fd === undefined ? undefined : await written(fd, piece, position))
      position += piece.length
    }
  } catch (error) {
    if (fd !== undefined) await closeFile(fd)
    await discard()
    throw error
  }
  if (fd !== undefined) await closeFile(fd)
  return { octets: [{ path, sizeBytes: sizeOctets }], fault, discard }
}

/** Why it could not be written; undefined: it is. */
async function written(fd: number, piece: Buffer, position: number): Promise<Error | undefined> {
  try {
    await writeAt(fd, [piece], position)
    return undefined
  } catch (error) {
    return diskFault(error)
  }
}

/** The literal's octets as they come. Each piece renews the deadline: a slow line is not an idle one. */
async function* pieces(session: Session, sizeOctets: number): AsyncGenerator<Buffer> {
  for (let left = sizeOctets; left > 0; ) {
    const piece = await session.peer.octets(left)
    if (piece === undefined) throw new PeerGone()
    session.peer.deadline(session.limits.idleMs)
    left -= piece.length
    yield piece
  }
}

/** A literal has no NUL (RFC 9051 4.3), and IMAP could not give it back. */
function contentFault(piece: Buffer): Error | undefined {
  return piece.includes(0) ? new Refused('CANNOT', 'a message cannot hold NUL octets') : undefined
}

function diskFault(cause: unknown): Error {
  const message = 'a message on its way in could not be spooled'
  return isNoRoom(cause) ? new ContentFull(message, { cause }) : new Error(message, { cause })
}
