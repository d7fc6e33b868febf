import type { Draft } from './draft.ts'
import type { Session } from './session.ts'

/**
 * Takes octets of a message off the wire: up to its end (DATA), or as many as were announced (BDAT). A refused message is read to its
 * end all the same, so that the next command is where we think it is. Resolves to false when there is nobody left to
 * answer, or more was thrown away than we have patience for: the caller says its last word, if any, and ends the connection.
 */
export async function receive(session: Session, draft: Draft, announced: number): Promise<boolean> {
  const { peer } = session
  const { limits } = session.deps
  const started = performance.now()
  const receivedBefore = draft.received
  let missing = announced
  peer.deadline(limits.dataMs)
  while (missing > 0 && !draft.ended) {
    const piece = await peer.peek()
    if (piece === undefined) return false
    const written = draft.take(piece.length > missing ? piece.subarray(0, missing) : piece)
    peer.take(draft.consumed)
    missing -= draft.consumed
    // The disk holds the sender back.
    if (written !== undefined) await written
    if (draft.swallowed > limits.swallowedOctets) return false
    if (missing > 0 && !draft.ended) {
      const earnedMs = ((draft.received - receivedBefore) / limits.dataRate) * 1000
      peer.deadline(limits.dataMs + earnedMs - (performance.now() - started))
    }
  }
  // From here on the time is ours.
  peer.deadline(Infinity)
  return !peer.gone
}

/** After `receive` came back with false: the reason, where there still is somebody, and the end. */
export function giveUp(session: Session, draft: Draft): undefined {
  const { refusal } = draft
  if (refusal !== undefined && !session.peer.gone) session.say(session.note(refusal.because, refusal.reply))
  session.peer.end()
}

/** Throws away the octets of a BDAT that was refused (RFC 3030 4.1): they must not be taken for commands. */
export async function swallow(session: Session, announced: number): Promise<boolean> {
  const { peer } = session
  const { limits } = session.deps
  if (announced > limits.swallowedOctets) return false
  let missing = announced
  peer.deadline(limits.dataMs)
  while (missing > 0) {
    const octets = await peer.octets(missing)
    if (octets === undefined) return false
    missing -= octets.length
  }
  return true
}
