import { signedIn, type ImapCommand } from '../command.ts'
import { BadCommand, PeerGone } from '../outcome.ts'
import { lineFault } from '../read-command.ts'
import type { Session } from '../session.ts'

/** Octets of the line that ends IDLE. */
const doneOctets = 64

/** IDLE (RFC 2177): changes go out as they come, until DONE. */
export const idle: ImapCommand = {
  name: 'IDLE',
  states: signedIn,
  async run(session, args) {
    args.end()
    const tracker = session.selected?.tracker
    session.idling = true
    session.out.text('+ idling\r\n')
    session.out.send()
    try {
      if (tracker !== undefined) {
        tracker.onChange = teller(session)
        if (tracker.live.stale) await tracker.live.refresh()
        tracker.tell(session.out, { expunges: true, withUid: false })
        session.out.send()
      }
      if (session.peer.draining) session.peer.onDrain?.(session.peer)
      await done(session)
    } finally {
      session.idling = false
      if (tracker !== undefined) tracker.onChange = undefined
    }
    return { text: 'IDLE terminated' }
  },
}

/** What happens in one go is told in one go; and nothing is written to who does not read, however much happens. */
function teller(session: Session): () => void {
  let due = false
  return () => {
    if (due) return
    due = true
    void session.peer.drained().then(() => {
      due = false
      const tracker = session.selected?.tracker
      if (!session.idling || tracker === undefined) return
      if (tracker.live.gone) {
        session.peer.end('* BYE [UNAVAILABLE] the selected mailbox was deleted\r\n')
        return
      }
      tracker.tell(session.out, { expunges: true, withUid: false })
      session.out.send()
    })
  }
}

async function done(session: Session): Promise<void> {
  session.peer.deadline(session.limits.idleMs)
  const line = await session.peer.line(doneOctets)
  if (line === undefined) throw new PeerGone()
  if (typeof line === 'string') throw lineFault(line)
  if (line.toString('latin1').toUpperCase() !== 'DONE') throw new BadCommand('DONE ends IDLE')
}
