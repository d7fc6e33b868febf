import { signedIn, type ImapCommand } from '../command.ts'
import { BadCommand, PeerGone } from '../outcome.ts'
import { lineFault } from '../read-command.ts'
import type { Session } from '../session.ts'
import { Teller } from '../notify/teller.ts'

/** Octets of the line that ends IDLE. */
const doneOctets = 64

/** IDLE (RFC 2177): changes go out as they come, until DONE. */
export const idle: ImapCommand = {
  name: 'IDLE',
  states: signedIn,
  async run(session, args) {
    args.end()
    const tracker = session.selected?.tracker
    const { notify } = session
    const teller = new Teller(session, () => (notify === undefined ? tellSelected(session) : notify.tell('in IDLE')))
    const stop = session.dependencies.neighbours.onChange(() => teller.changed())
    session.idling = true
    session.out.text('+ idling\r\n')
    session.out.send()
    try {
      notify?.listen(() => teller.changed())
      if (tracker !== undefined && notify === undefined) {
        tracker.onChange = () => teller.changed()
        if (tracker.live.behind) await tracker.live.refresh()
        teller.changed()
      }
      if (notify !== undefined) teller.changed()
      if (session.isRevoked) session.signOut()
      if (session.peer.draining) session.peer.onDrain?.(session.peer)
      await done(session)
    } finally {
      session.idling = false
      stop()
      if (tracker !== undefined) tracker.onChange = undefined
      // No EXPUNGE may come behind the answer.
      await teller.pause()
    }
    return { text: 'IDLE terminated' }
  },
}

async function tellSelected(session: Session): Promise<void> {
  if (session.selected?.tracker.live.gone === true || !(await session.renewRights())) {
    session.peer.end('* BYE [UNAVAILABLE] the selected mailbox was deleted\r\n')
    return
  }
  await session.tell({ expunges: true, withUid: false })
}

async function done(session: Session): Promise<void> {
  session.peer.deadline(session.limits.idleMs)
  const line = await session.peer.line(doneOctets)
  if (line === undefined) throw new PeerGone()
  if (typeof line === 'string') throw lineFault(line)
  if (line.toString('latin1').toUpperCase() !== 'DONE') throw new BadCommand('DONE ends IDLE')
}
