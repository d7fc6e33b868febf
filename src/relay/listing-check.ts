import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import { askIpBlocklist, blocklistText, blocklistWorks } from '../dns/blocklist.ts'
import type { Resolver } from '../dns/resolver.ts'
import { closeCase, hearAgain, openCase } from './change/cases.ts'
import { noteListTrouble } from './change/counts.ts'
import { applyAt, type Blocklist, meaningOf } from './lists/blocklists.ts'
import type { StoredCase } from './query/stored.ts'

/** What a blocklist says of an address. `failed`: nobody can tell, which is never a listing, and never the end of one. */
export type Asked = { readonly zone: string } & (
  | { readonly result: 'clean' }
  | { readonly result: 'listed'; readonly reason: string }
  | { readonly result: 'failed'; readonly why: string }
)

export interface ListingCheckOptions {
  readonly resolver: Pick<Resolver, 'lookup'>
  readonly directory: Pick<Directory, 'change'>
  readonly database: Pick<Database, 'change'>
  readonly clock: Clock
  readonly log: Log
}

/** Whoever lists our address is believed only if the list works; that is looked at again after so long. */
const worksForMs = 86_400_000
const brokenForMs = 600_000

/** Asks blocklists for our addresses, and keeps the cases in step with what they say. */
export class ListingCheck {
  readonly #options: ListingCheckOptions
  readonly #works = new Map<string, { readonly works: boolean; readonly untilMs: number }>()
  /** What is wrong with a list, as far as this process has noted it. */
  readonly #troubles = new Map<string, string | undefined>()

  constructor(options: ListingCheckOptions) {
    this.#options = options
  }

  /** All lists about one address. @param open its open cases */
  async askAll(ip: string, lists: Iterable<Blocklist>, open: readonly StoredCase[]): Promise<Asked[]> {
    const byZone = new Map(open.filter(({ kind }) => kind === 'list').map((one) => [one.list, one]))
    return await Promise.all([...lists].map((list) => this.ask(ip, list, byZone.get(list.zone))))
  }

  /** @param open the address's open case at this list */
  async ask(ip: string, list: Blocklist, open: StoredCase | undefined): Promise<Asked> {
    const asked = await this.#ask(ip, list)
    await this.#noteTrouble(list.zone, asked.result === 'failed' ? asked.why : undefined)
    if (asked.result === 'listed') await this.#listed(ip, list, asked.reason, open)
    else if (asked.result === 'clean' && open !== undefined) await this.#gone(open)
    return asked
  }

  async #ask(ip: string, list: Blocklist): Promise<Asked> {
    const { zone } = list
    const { resolver } = this.#options
    const answer = await askIpBlocklist(resolver, zone, ip)
    if (answer.status === 'failed') return { zone, result: 'failed', why: answer.why }
    const meaning = answer.status === 'listed' ? meaningOf(list, answer.codes) : undefined
    if (meaning === undefined) return { zone, result: 'clean' }
    if (!(await this.#isWorking(zone)))
      return { zone, result: 'failed', why: 'it does not list 127.0.0.2, or lists 127.0.0.1: a list that works does otherwise' }
    const text = await blocklistText(resolver, zone, ip)
    return { zone, result: 'listed', reason: text === undefined ? meaning : `${meaning} (${text})` }
  }

  async #isWorking(zone: string): Promise<boolean> {
    const nowMs = this.#options.clock.now()
    const known = this.#works.get(zone)
    if (known !== undefined && nowMs < known.untilMs) return known.works
    const works = await blocklistWorks(this.#options.resolver, zone)
    this.#works.set(zone, { works, untilMs: nowMs + (works ? worksForMs : brokenForMs) })
    return works
  }

  async #listed(ip: string, { zone, weight, apply }: Blocklist, reason: string, open: StoredCase | undefined): Promise<void> {
    const { directory, database, clock, log } = this.#options
    if (open !== undefined) return await database.change(hearAgain, { caseId: open.caseId, atMs: clock.now(), reason })
    log.warn('relay listed', { ip, list: zone, reason })
    await directory.change(openCase, 'relay', { subject: ip, kind: 'list', list: zone, weight, withdraws: weight > 0, reason, apply: applyAt(apply, ip) })
  }

  async #gone({ caseId, subject, list }: StoredCase): Promise<void> {
    const { directory, clock, log } = this.#options
    log.info('relay delisted', { ip: subject, list })
    await directory.change(closeCase, 'relay', { caseId, goneAtMs: clock.now() })
  }

  async #noteTrouble(zone: string, why: string | undefined): Promise<void> {
    if (this.#troubles.has(zone) && this.#troubles.get(zone) === why) return
    this.#troubles.set(zone, why)
    const { database, clock, log } = this.#options
    if (why !== undefined) log.warn('blocklist not usable', { list: zone, why })
    await database.change(noteListTrouble, { zone, why, atMs: clock.now() })
  }
}
