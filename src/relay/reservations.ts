/** A transaction has ended after so long, or its end was not told. */
const longestMs = 600_000

/** Recipients that were given a way and have not arrived yet: of a relay that warms up, they count as carried, or a thousand connections at once would not heed its limit. */
export class Reservations {
  readonly #of = new Map<string, { readonly recipients: number; readonly atMs: number }[]>()

  add(relay: string, recipients: number, atMs: number): void {
    const list = this.#of.get(relay)
    if (list === undefined) this.#of.set(relay, [{ recipients, atMs }])
    else list.push({ recipients, atMs })
  }

  /** As many have come to their end. */
  end(relay: string, recipients: number): void {
    const list = this.#of.get(relay) ?? []
    let left = recipients
    while (left > 0) {
      const oldest = list.shift()
      if (oldest === undefined) return
      left -= oldest.recipients
      if (left < 0) list.unshift({ ...oldest, recipients: -left })
    }
  }

  count(relay: string, nowMs: number): number {
    const list = this.#of.get(relay) ?? []
    while (list[0] !== undefined && list[0].atMs < nowMs - longestMs) list.shift()
    return list.reduce((sum, { recipients }) => sum + recipients, 0)
  }
}
