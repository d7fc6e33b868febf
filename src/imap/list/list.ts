import { isOtherUsers, sharedMailboxes } from '../other-users.ts'
import type { ListCommand } from '../parse/list.ts'
import { mayAnnotate } from '../rights.ts'
import type { Session } from '../session.ts'
import { allRights } from '../../store/sharing.ts'
import { listedMetadata } from '../metadata.ts'
import { statusResponse } from '../write/status.ts'
import { mailboxName } from '../write/strings.ts'
import { Hierarchy, levelsAbove } from './hierarchy.ts'
import { Pattern } from './pattern.ts'

/** Names that are matched before others get their turn: patterns and mailboxes can both be many. */
const namesInOneGo = 100

/** Writes the LIST responses of RFC 5258, of which RFC 3501's are the plainest. */
export async function listMailboxes(session: Session, command: ListCommand): Promise<void> {
  const { store, accountId, out } = session
  const [mailboxes, subscriptions, shared] = await Promise.all([store.mailboxes(accountId), store.subscriptions(accountId), sharedMailboxes(session)])
  const hierarchy = new Hierarchy([...mailboxes.filter(({ name }) => !isOtherUsers(name)), ...shared.map(({ mailbox }) => mailbox)], subscriptions)
  const others = new Map(shared.map((one) => [one.mailbox.name, one]))
  const lister = new Lister(hierarchy, command, session.rev2)
  const names = lister.candidates()
  for (let i = 0; i < names.length; i++) {
    if (i % namesInOneGo === namesInOneGo - 1) {
      await out.flow()
      await new Promise(setImmediate)
    }
    const name = names[i] ?? ''
    const attributes = lister.attributes(name)
    if (attributes === undefined) continue
    out.utf8(`* LIST (${attributes.join(' ')}) "/" ${mailboxName(name, session.utf8)}${lister.childInfo(name)}\r\n`)
    const mailbox = hierarchy.mailbox(name)
    if (mailbox === undefined) continue
    const found = others.get(name) ?? { accountId, mailbox, ownName: name, rights: allRights }
    const { status, metadata } = command.returns
    if (status !== undefined && found.rights.includes('r')) out.utf8(await statusResponse(session, found, status))
    if (metadata !== undefined && mayAnnotate(found.rights)) await listedMetadata(session, found, metadata)
  }
}

class Lister {
  readonly #hierarchy: Hierarchy
  readonly #command: ListCommand
  readonly #knowsNonExistent: boolean
  readonly #patterns: readonly Pattern[]
  /** With RECURSIVEMATCH: levels above a name that was selected and does not match the pattern itself. */
  readonly #above = new Set<string>()

  constructor(hierarchy: Hierarchy, command: ListCommand, rev2: boolean) {
    this.#hierarchy = hierarchy
    this.#command = command
    this.#knowsNonExistent = command.extended || rev2
    this.#patterns = command.patterns.filter((pattern) => pattern !== undefined).map((pattern) => new Pattern(pattern))
    if (command.select.recursiveMatch) this.#findAbove()
  }

  /** Names to look at. */
  candidates(): readonly string[] {
    const { subscribed } = this.#command.select
    return subscribed ? [...new Set([...this.#hierarchy.subscriptions(), ...this.#above])] : this.#hierarchy.names()
  }

  /** undefined: not listed. */
  attributes(name: string): string[] | undefined {
    if (!this.#matches(name) || (!this.#isSelected(name) && !this.#above.has(name))) return undefined
    const { select, returns } = this.#command
    const mailbox = this.#hierarchy.mailbox(name)
    const attributes: string[] = []
    // One of the two (RFC 5258 6, mbx-list-sflag); who asked in the words of RFC 3501 may not know the former.
    if (mailbox === undefined) attributes.push(this.#knowsNonExistent ? '\\NonExistent' : '\\Noselect')
    if ((select.subscribed || returns.subscribed) && this.#hierarchy.isSubscribed(name)) attributes.push('\\Subscribed')
    attributes.push(this.#hierarchy.hasChildren(name) ? '\\HasChildren' : '\\HasNoChildren')
    // Clients find their folders by plain LIST too (RFC 6154 2).
    if (mailbox !== undefined && mailbox.specialUse !== null) attributes.push(mailbox.specialUse)
    return attributes
  }

  /** RFC 5258 4. */
  childInfo(name: string): string {
    if (!this.#above.has(name)) return ''
    return this.#command.select.subscribed ? ' ("CHILDINFO" ("SUBSCRIBED"))' : ' ("CHILDINFO" ("SPECIAL-USE"))'
  }

  #matches(name: string): boolean {
    return this.#patterns.some((pattern) => pattern.matches(name))
  }

  #isSelected(name: string): boolean {
    const { select } = this.#command
    if (select.subscribed && !this.#hierarchy.isSubscribed(name)) return false
    return !select.specialUse || (this.#hierarchy.mailbox(name)?.specialUse ?? null) !== null
  }

  #findAbove(): void {
    const names = this.#command.select.subscribed ? this.#hierarchy.subscriptions() : this.#hierarchy.names()
    for (const name of names) {
      if (!this.#isSelected(name) || this.#matches(name)) continue
      for (const above of levelsAbove(name)) this.#above.add(above)
    }
  }
}
