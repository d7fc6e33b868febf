import type { Due } from '../queue/queue.ts'
import { sendingLimits } from './limits.ts'

/** What is leased, from the moment it was taken until it is written down what became of it, or it was handed back. */
export class Held {
  readonly #dues = new Map<string, Due>()
  readonly #messagesOf = new Map<string, number>()
  #recipients = 0

  /** Recipients that there is room for. */
  get room(): number {
    return sendingLimits.heldRecipients - this.#recipients
  }

  /** There is room for much more, in all and for this destination. */
  hasRoomAgain(destination: string): boolean {
    return this.room >= sendingLimits.heldRecipients / 2 && (this.#messagesOf.get(destination) ?? 0) <= sendingLimits.heldPerDestination / 2
  }

  /** Destinations that are here with as many messages as they may. */
  crowded(): ReadonlySet<string> {
    const crowded = new Set<string>()
    for (const [destination, messages] of this.#messagesOf) if (messages >= sendingLimits.heldPerDestination) crowded.add(destination)
    return crowded
  }

  /** False: it is here already. Its lease ran out under our hands. */
  add(due: Due): boolean {
    const key = keyOf(due)
    if (this.#dues.has(key)) return false
    this.#dues.set(key, due)
    this.#recipients += due.recipients.length
    this.#messagesOf.set(due.destination, (this.#messagesOf.get(due.destination) ?? 0) + 1)
    return true
  }

  delete(due: Due): void {
    if (!this.#dues.delete(keyOf(due))) return
    this.#recipients -= due.recipients.length
    const left = (this.#messagesOf.get(due.destination) ?? 1) - 1
    if (left === 0) this.#messagesOf.delete(due.destination)
    else this.#messagesOf.set(due.destination, left)
  }

  all(): IterableIterator<Due> {
    return this.#dues.values()
  }
}

function keyOf({ queueId, number, recipients }: Due): string {
  return `${queueId} ${number} ${recipients[0]?.index ?? 0}`
}
