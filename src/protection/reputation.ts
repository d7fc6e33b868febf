import { registrableDomain } from '../mail/public-suffix.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Entry, Ephemeral, Table } from '../ephemeral/ephemeral.ts'
import { hostOf, networkOf } from '../mail/network.ts'

/** Whose reputation it is. */
export type ReputationKind = 'address' | 'network' | 'domain'

/** Of whom something was seen: the client, and the organisation that the author is from, where that was proven. */
export interface Sender {
  readonly ip: string
  /** Of the author, by an aligned DKIM or SPF pass. */
  readonly domains: readonly string[]
}

/** What is remembered of one of them. */
export interface Standing {
  readonly kind: ReputationKind
  /** `192.0.2.1`, `192.0.2.0/24`, `example.org`. */
  readonly name: string
  /** Messages by which it is judged, as far as they are not forgotten. */
  readonly bad: number
  readonly good: number
  /** -1 (nothing but good) to 1 (nothing but bad); near 0 while little is known. */
  readonly value: number
}

/** Good and bad of each subject, 33 octets each (ephemeral/README.md); past that, those go first that were not seen for longest. */
const maxEntries = 300_000
/** What was seen so long ago counts half. */
const halfLifeMs = 14 * 86_400_000
/** After so long without news nothing is left to count. */
const memoryMs = 90 * 86_400_000
/** Evidence is kept in quarters, of which an entry counts 255. */
const quarter = 0.25
const mostUnits = 255
/** Evidence of one kind that comes sooner after the last is not counted: a burst is one event, and good is earned over time, not by number. */
const spacingMs = { bad: 10_000, good: 600_000 } as const
/** One mailbox's word about a sender counts once in so long, however many messages it moves. */
const lessonMs = 7 * 86_400_000
const maxLessons = 100_000

export type Evidence = 'bad' | 'good'

/**
 * Own reputation (SPEC A11): the beta reputation of Jøsang and Ismail (The Beta Reputation System, 2002), with forgetting. From `bad` and `good` seen, the
 * expectation that the next is bad is (bad + 1) / (bad + good + 2); `value` is that, stretched to -1 … 1. It survives a restart.
 */
export class Reputation {
  readonly #table: Table
  readonly #lessons: Table
  readonly #clock: Clock
  readonly #log: Log

  constructor(options: { readonly ephemeral: Pick<Ephemeral, 'table'>; readonly clock: Clock; readonly log: Log }) {
    this.#table = options.ephemeral.table('reputation', { maxEntries })
    this.#lessons = options.ephemeral.table('reputation-lessons', { maxEntries: maxLessons })
    this.#clock = options.clock
    this.#log = options.log
  }

  /** What is known of a sender; a table that cannot be read knows nobody. */
  async of(sender: Sender): Promise<readonly Standing[]> {
    try {
      return await Promise.all(subjectsOf(sender).map((subject) => this.#standing(subject)))
    } catch (err) {
      this.#log.error('reputation unavailable', { err })
      return []
    }
  }

  /** Never rejects. `weight`: of one message; quarters are kept. */
  async note(sender: Sender, evidence: Evidence, weight = 1): Promise<void> {
    try {
      await Promise.all(subjectsOf(sender).map((subject) => this.#add(subject, evidence, weight)))
    } catch (err) {
      this.#log.error('reputation not written', { err })
    }
  }

  /** A mailbox's word about a message of that sender: once, so that no mailbox can speak for all. */
  async taught(mailbox: number, sender: Sender, evidence: Evidence): Promise<void> {
    try {
      const nowMs = this.#clock.now()
      for (const subject of subjectsOf(sender)) {
        const key = `${mailbox} ${evidence} ${keyOf(subject)}`
        if (((await this.#lessons.get(key))?.expiresAtMs ?? 0) > nowMs) continue
        await this.#lessons.put(key, { firstSeenAtMs: nowMs, expiresAtMs: nowMs + lessonMs, confirmations: 1 })
        await this.#add(subject, evidence, 1, 0)
      }
    } catch (err) {
      this.#log.error('reputation not written', { err })
    }
  }

  /** Nothing of this sender is known any more. */
  async forget(sender: Sender): Promise<void> {
    for (const subject of subjectsOf(sender)) for (const evidence of ['bad', 'good'] as const) await this.#table.delete(`${evidence} ${keyOf(subject)}`)
  }

  async #standing(subject: Subject): Promise<Standing> {
    const [bad, good] = await Promise.all([this.#seen('bad', subject), this.#seen('good', subject)])
    return { ...subject, bad, good, value: (bad - good) / (bad + good + 2) }
  }

  async #seen(evidence: Evidence, subject: Subject): Promise<number> {
    return unitsNow(await this.#table.get(`${evidence} ${keyOf(subject)}`), this.#clock.now()) * quarter
  }

  async #add(subject: Subject, evidence: Evidence, weight: number, spacing: number = spacingMs[evidence]): Promise<void> {
    const key = `${evidence} ${keyOf(subject)}`
    const nowMs = this.#clock.now()
    const entry = await this.#table.get(key)
    const isOver = entry === undefined || entry.expiresAtMs <= nowMs
    if (!isOver && nowMs - (entry.expiresAtMs - memoryMs) < spacing) return
    const units = Math.min(mostUnits, unitsNow(entry, nowMs) + Math.max(1, Math.round(weight / quarter)))
    // An entry counts whole quarters: it is made as much older as it has more of them, and comes to the same.
    const confirmations = Math.ceil(units)
    const firstSeenAtMs = nowMs - halfLifeMs * Math.log2(confirmations / units)
    await this.#table.put(key, { firstSeenAtMs, expiresAtMs: nowMs + memoryMs, confirmations })
  }
}

type Subject = Pick<Standing, 'kind' | 'name'>

/** Domains of an author that are looked at. */
const maxDomains = 3

function subjectsOf({ ip, domains }: Sender): readonly Subject[] {
  const organisations = new Set(domains.slice(0, maxDomains).map(organisationOf))
  const named = [...organisations].map((name): Subject => ({ kind: 'domain', name }))
  if (ip === '') return named
  return [{ kind: 'address', name: hostOf(ip) }, { kind: 'network', name: networkOf(ip, 48) }, ...named]
}

/** Under whose name a domain is known. */
export function organisationOf(domain: string): string {
  return registrableDomain(domain) ?? domain
}

function keyOf({ kind, name }: Subject): string {
  return `${kind} ${name}`
}

/** What is left of an entry's quarters. */
function unitsNow(entry: Entry | undefined, nowMs: number): number {
  if (entry === undefined || entry.expiresAtMs <= nowMs) return 0
  return entry.confirmations * 0.5 ** (Math.max(0, nowMs - entry.firstSeenAtMs) / halfLifeMs)
}
