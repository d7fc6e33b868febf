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
    const teller = new Teller(session)
    const stop = session.dependencies.neighbours.onChange(() => teller.changed())
    session.idling = true
    session.out.text('+ idling\r\n')
    session.out.send()
    try {
      if (tracker !== undefined) {
        tracker.onChange = () => teller.changed()
        if (tracker.live.behind) await tracker.live.refresh()
        teller.changed()
      }
      if (session.isRevoked) session.signOut()
      if (session.peer.draining) session.peer.onDrain?.(session.peer)
      await done(session)
    } finally {
      session.idling = false
      stop()
      if (tracker !== undefined) tracker.onChange = undefined
      // No EXPUNGE may come behind the answer.
      await teller.ended()
    }
    return { text: 'IDLE terminated' }
  },
}

/** Tells what happens in one go in one go; and nothing is written to who does not read, however much happens. */
class Teller {
  readonly #session: Session
  #due = false
  #telling: Promise<void> | undefined

  constructor(session: Session) {
    this.#session = session
  }

  changed(): void {
    this.#due = true
    this.#telling ??= this.#tell()
      .catch((error: unknown) => {
        this.#session.log.error('imap connection failed', { ip: this.#session.peer.ip, account: this.#session.signedIn?.accountId, err: error })
        this.#session.peer.destroy()
      })
      .finally(() => (this.#telling = undefined))
  }

  async ended(): Promise<void> {
    await this.#telling
  }

  async #tell(): Promise<void> {
    const { peer, out } = this.#session
    await peer.drained()
    while (this.#due && this.#session.idling) {
      this.#due = false
      const tracker = this.#session.selected?.tracker
      if (tracker?.live.gone === true || !(await this.#session.renewRights())) {
        peer.end('* BYE [UNAVAILABLE] the selected mailbox was deleted\r\n')
        return
      }
      await this.#session.tell({ expunges: true, withUid: false })
      out.send()
      await peer.drained()
    }
  }
}

async function done(session: Session): Promise<void> {
  session.peer.deadline(session.limits.idleMs)
  const line = await session.peer.line(doneOctets)
  if (line === undefined) throw new PeerGone()
  if (typeof line === 'string') throw lineFault(line)
  if (line.toString('latin1').toUpperCase() !== 'DONE') throw new BadCommand('DONE ends IDLE')
}
