import type { Session } from '../session.ts'

/**
 * Tells a session what happens while no command of it runs, or during IDLE: what happens in one go in one go. Nothing is written to who does not
 * read, however much happens.
 */
export class Teller {
  readonly #session: Session
  readonly #tell: () => Promise<void>
  #due = false
  #paused = false
  #telling: Promise<void> | undefined

  constructor(session: Session, tell: () => Promise<void>) {
    this.#session = session
    this.#tell = tell
  }

  changed(): void {
    this.#due = true
    if (!this.#paused) this.#start()
  }

  /** Resolves when nothing is being told any more. */
  async pause(): Promise<void> {
    this.#paused = true
    await this.#telling
  }

  resume(): void {
    this.#paused = false
    if (this.#due) this.#start()
  }

  #start(): void {
    this.#telling ??= this.#run()
      .catch((error: unknown) => {
        this.#session.log.error('imap connection failed', { ip: this.#session.peer.ip, account: this.#session.signedIn?.accountId, err: error })
        this.#session.peer.destroy()
      })
      .finally(() => (this.#telling = undefined))
  }

  async #run(): Promise<void> {
    const { peer, out } = this.#session
    await peer.drained()
    while (this.#due && !this.#paused) {
      this.#due = false
      await this.#tell()
      out.send()
      await peer.drained()
    }
  }
}
