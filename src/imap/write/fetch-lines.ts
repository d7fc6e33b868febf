import type { Session } from '../session.ts'
import type { Tracker } from '../view/tracker.ts'

/** Responses made before the connection is asked whether it takes more, and before others get their turn. */
const linesInOneGo = 500
const linesInOneTurn = 5_000

/** Of UID, FLAGS and MODSEQ, which a FETCH response names. */
export interface LineItems {
  readonly uid: boolean
  readonly flags: boolean
  readonly modSeq: boolean
}

/** FETCH responses that need nothing but the view. */
export class FetchLines {
  readonly #session: Session
  readonly #tracker: Tracker
  #written = 0

  constructor(session: Session, tracker: Tracker) {
    this.#session = session
    this.#tracker = tracker
  }

  /** Flags come as they are when their line is written. How many messages were answered; the others have gone meanwhile. */
  async write(uids: Uint32Array, items: LineItems): Promise<number> {
    if (items.flags) this.#tracker.tellKeywords(this.#session.out)
    for (let from = 0; from < uids.length; from += linesInOneGo) {
      this.#session.out.text(this.#lines(uids.subarray(from, from + linesInOneGo), items))
      await this.#session.out.flow()
      if ((from + linesInOneGo) % linesInOneTurn === 0) await new Promise(setImmediate)
    }
    return this.#written
  }

  #lines(uids: Uint32Array, items: LineItems): string {
    const { live } = this.#tracker
    let text = ''
    let index = -1
    for (const uid of uids) {
      // Neighbours in the selection mostly are neighbours in the mailbox.
      index = live.uids[index + 1] === uid && index + 1 < live.count ? index + 1 : live.indexOf(uid)
      if (index < 0) continue
      text += `* ${this.#tracker.seqAt(index)} FETCH (`
      if (items.uid) text += `UID ${uid}`
      if (items.flags) {
        text += `${items.uid ? ' ' : ''}FLAGS (${live.flagText(index, this.#tracker.isRecent(uid))})`
        this.#tracker.told(uid)
      }
      if (items.modSeq) text += `${items.uid || items.flags ? ' ' : ''}MODSEQ (${live.modSeqs[index]})`
      text += ')\r\n'
      this.#written++
    }
    return text
  }
}
