import type { FetchItem } from '../parse/fetch.ts'
import type { NotifySettings } from '../parse/notify.ts'
import type { Session } from '../session.ts'
import { Own } from './own.ts'
import { Teller } from './teller.ts'
import type { Watch } from './watch.ts'

/** What a session asked for by NOTIFY (RFC 5465): events go out whenever no command runs. */
export class Notify {
  readonly own: Own
  readonly #settings: NotifySettings
  readonly #session: Session
  readonly #watch: Watch | undefined
  readonly #teller: Teller

  /** @param watch what is told of mailboxes that are not selected; undefined: nothing */
  constructor(session: Session, settings: NotifySettings, watch: Watch | undefined) {
    this.own = new Own(session, watch)
    this.#session = session
    this.#settings = settings
    this.#watch = watch
    this.#teller = new Teller(session, () => this.tell('between commands'))
  }

  /** Of the selected mailbox anything is told, with the answer to a command too (RFC 5465 3.1: not being named is SELECTED NONE). */
  get tellsMessages(): boolean {
    return this.#settings.selected?.messages === true
  }

  get tellsFlags(): boolean {
    return this.#settings.selected?.flags === true
  }

  /** What MessageNew asks to be fetched. */
  get newItems(): readonly FetchItem[] {
    return this.#settings.selected?.items ?? []
  }

  /** Whom to wake when something happens. */
  listen(changed: () => void): void {
    const { selected } = this.#session
    if (selected !== undefined && this.tellsMessages) selected.tracker.onChange = changed
    if (this.#watch !== undefined) this.#watch.onChange = changed
  }

  /** No command runs from now on. */
  resume(): void {
    this.listen(() => this.#teller.changed())
    this.#teller.resume()
    // What was heard while nobody listened.
    const { selected } = this.#session
    if (selected !== undefined) this.#session.views.catchUp(selected.tracker.live)
    if (this.#watch?.due === true) this.#teller.changed()
  }

  /** A command has come, or the session ends. */
  async pause(): Promise<void> {
    await this.#teller.pause()
  }

  close(): void {
    const { selected } = this.#session
    if (selected !== undefined) selected.tracker.onChange = undefined
    this.#watch?.close()
  }

  /** In IDLE the same as between commands, but that EXPUNGE need not wait (RFC 5465 4, 6.1.2). */
  async tell(when: 'between commands' | 'in IDLE'): Promise<void> {
    const session = this.#session
    const live = session.selected?.tracker.live
    if (live?.gone === true || !(await session.renewRights())) {
      session.peer.end('* BYE [UNAVAILABLE] the selected mailbox was deleted\r\n')
      return
    }
    const tracker = session.selected?.tracker
    const [flagsDue, from] = [tracker?.owesFlags === true, tracker?.unknownFrom]
    await session.tell({ expunges: this.#settings.selected?.delayed !== true || when === 'in IDLE', withUid: true })
    // Where a FETCH has told a modSeq.
    if (flagsDue || tracker?.unknownFrom !== from) session.tellWhatIsOwed()
    const told = await this.#watch?.tell()
    if (told === 'too-many') session.stopNotifying()
  }
}
