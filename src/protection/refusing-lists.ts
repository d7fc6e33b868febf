import type { Clock } from '../base/clock.ts'
import type { BlocklistHealth } from '../dns/blocklist-health.ts'
import { Blocklists } from '../dns/blocklists.ts'
import { readRefusingLists, type RefusingList } from '../dns/refusing-list.ts'
import type { Resolver } from '../dns/resolver.ts'
import type { Found } from '../mail/check.ts'

/** A client waits no longer for its RCPT, in milliseconds. */
const timeoutMs = 3_000

/** fail: `listed`. pass: `not listed`. temperror: `no answer`, which must not refuse anybody's mail. `detail` is the zone. */
export interface RefusingListsResult extends Found<'blocklists'> {
  readonly result: 'pass' | 'fail' | 'temperror'
}

/** Blocklists of addresses that the operator lets refuse mail at RCPT (setting `blocklist.refuse`). */
export class RefusingLists {
  readonly #blocklists: Blocklists
  readonly #health: Pick<BlocklistHealth, 'note'>
  /** As the setting had it last. */
  #read: { readonly text: string; readonly lists: readonly RefusingList[] } = { text: '', lists: [] }

  constructor(options: { readonly resolver: Pick<Resolver, 'lookup'>; readonly health: Pick<BlocklistHealth, 'note'>; readonly clock: Clock }) {
    this.#blocklists = new Blocklists(options.resolver, options.clock)
    this.#health = options.health
  }

  async judge(ip: string, text: string): Promise<RefusingListsResult> {
    if (this.#read.text !== text) this.#read = { text, lists: readRefusingLists(text) ?? [] }
    const { lists } = this.#read
    const found = await Promise.all(lists.map(async (list) => ({ list, ...(await this.#blocklists.ask(list.zone, [{ ip }], timeoutMs)) })))
    for (const { tally } of found) this.#health.note(tally)
    const listing = found.find(({ list, codes }) => codes.some((code) => list.refuses(code)))
    if (listing !== undefined) return { check: 'blocklists', result: 'fail', reason: 'listed', detail: listing.list.zone }
    const silent = found.find(({ tally }) => tally.failed > 0 || tally.asked === 0)
    if (silent !== undefined) return { check: 'blocklists', result: 'temperror', reason: 'no answer', detail: silent.list.zone }
    return { check: 'blocklists', result: 'pass', reason: 'not listed' }
  }
}
