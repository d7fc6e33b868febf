import { registrableDomain } from '../mail/public-suffix.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../database/database.ts'
import type { Directory } from '../directory/directory.ts'
import { type RelayClass, relayClasses } from '../mail/outgoing.ts'
import { formatRemoteReply, type RemoteReply } from '../mail/remote-reply.ts'
import { closeCase, hearAgain, mergeCase, openCase } from './change/cases.ts'
import { type Candidate, choose, hasAnother } from './choose.ts'
import { DayBook } from './day-book.ts'
import type { ListingCheck } from './listing-check.ts'
import { isLocalAddress } from './local-address.ts'
import { applyAt } from './lists/blocklists.ts'
import type { ListedAnswer } from './lists/listed-answers.ts'
import type { Lists } from './lists/live-lists.ts'
import { namesAnother } from './names-another.ts'
import { candidatesOf, type Known, knownRelays } from './known.ts'
import { type DayCounts, dayBeginMs, dayOf, relayPasswords, type RelaySnapshot, relaySnapshot } from './query/snapshot.ts'
import type { StoredCase } from './query/stored.ts'
import type { ListingCase, Relay, SmartHost } from './relay.ts'

export interface RelayPoolOptions {
  readonly directory: Pick<Directory, 'settings' | 'change' | 'onChange'>
  readonly database: Pick<Database, 'query' | 'change'>
  readonly check: ListingCheck
  readonly lists: () => Lists
  /** What EHLO says where nothing else is set up. */
  readonly helloName: string
  readonly clock: Clock
  readonly log: Log
  /** 0 to 1. */
  readonly random?: () => number
}

/** What is asked for and told here, sending/routes.ts says. */
interface Wish {
  readonly class: RelayClass
  readonly recipients: number
  readonly acceptedAtMs: number
  readonly listedRelays: ReadonlySet<string>
}

interface Receiver {
  readonly destination: string
  readonly host: string | undefined
}

interface Route {
  readonly relay: string
  readonly localIp: string | undefined
  readonly helloName: string
  readonly smartHost?: SmartHost | undefined
}

/** A case that was said a moment ago, and is on its way into the database. */
interface Pending extends ListingCase {
  readonly subject: string
}

const minuteMs = 60_000
/** One that nobody can carry is asked about again after so long. */
const noWayMs = 5 * minuteMs
/** The same alarm is logged again after so long. */
const alarmEveryMs = 10 * minuteMs
/** An answer that says "listed" comes again and again: noted, and the blocklists asked, no more often. */
const hearEveryMs = minuteMs
/** A host's word beside those of blocklists (rules/relay-blocklists.txt). */
const hostWeight = 5
const longestReason = 500

/** Our ways out, from memory: which one is taken, what was heard of it, what it carried. What changes about relays and cases is in force in all processes and nodes within a second. */
export class RelayPool {
  readonly #options: RelayPoolOptions
  readonly #book: DayBook
  readonly #unsubscribe: () => void
  readonly #passwords = new Map<string, string>()
  #known: readonly Known[] = []
  #cases: readonly StoredCase[] = []
  readonly #pending = new Set<Pending>()
  /** Subjects whose address is not this machine's. */
  #absent: ReadonlySet<string> = new Set()
  /** By what they are about: when it was done last. */
  readonly #lately = new Map<string, number>()
  readonly #working = new Set<Promise<void>>()
  readonly #listeners = new Set<() => void>()
  #refreshing: Promise<void> = Promise.resolve()

  static async open(options: RelayPoolOptions): Promise<RelayPool> {
    const pool = new RelayPool(options)
    await pool.#read()
    return pool
  }

  private constructor(options: RelayPoolOptions) {
    this.#options = options
    this.#book = new DayBook(options)
    this.#unsubscribe = options.directory.onChange(() => void this.refresh())
  }

  /** Which way mail takes now. Answers from memory. */
  route({ class: relayClass, recipients, acceptedAtMs, listedRelays }: Wish): Route | { readonly againAtMs: number } {
    const { clock, directory, random = Math.random } = this.#options
    const nowMs = clock.now()
    const candidates = this.candidates(nowMs)
    const waitsUntilMs = acceptedAtMs + directory.settings['relay.patience']
    const chosen = choose(candidates, { class: relayClass, not: listedRelays, patient: nowMs < waitsUntilMs }, random())
    if (chosen === undefined) return { againAtMs: this.#againAtMs(candidates, relayClass, nowMs, waitsUntilMs) }
    const { relay, despite } = chosen
    if (despite === 'listed') this.#alarm('all relays are listed', { class: relayClass, used: relay.name })
    this.#book.reserve(relay.name, recipients, nowMs)
    return this.#routeOf(relay)
  }

  /** Is a way that was given still the one to take? */
  stands(relayName: string, { class: relayClass, listedRelays }: Pick<Wish, 'class' | 'listedRelays'>): boolean {
    const candidates = this.candidates(this.#options.clock.now())
    const state = candidates.find(({ relay }) => relay.name === relayName)?.standing.state
    const isOpen = state !== undefined && state !== 'withdrawn'
    return isOpen || !hasAnother(candidates, { class: relayClass, not: new Set([...listedRelays, relayName]) })
  }

  /** So many recipients that a way was given to do not take it now. */
  released(relayName: string, recipients: number): void {
    this.#book.release(relayName, recipients)
  }

  /** Every 4xx and 5xx of another server. */
  heard(
    relayName: string,
    reply: RemoteReply,
    from: Receiver,
    tried: { readonly class: RelayClass; readonly listedRelays: ReadonlySet<string> },
  ): { readonly listed: false } | { readonly listed: true; readonly another: boolean } {
    const answer = this.#options.lists().answers.find(reply)
    const known = this.#known.find(({ relay }) => relay.name === relayName)
    if (answer === undefined || (known?.relay.way.kind === 'ip' && namesAnother(formatRemoteReply(reply), known.relay.way.ip))) return { listed: false }
    if (known !== undefined) this.#saidListed(known, answer, reply, organisationOf(from))
    const not = new Set([...tried.listedRelays, relayName])
    return { listed: true, another: hasAnother(this.candidates(this.#options.clock.now()), { class: tried.class, not }) }
  }

  /** What became of a transaction's recipients. */
  carried(relayName: string, to: Receiver, counts: DayCounts): void {
    const known = this.#known.find(({ relay }) => relay.name === relayName)
    if (known === undefined) return
    this.#book.note(known, counts)
    if (counts.delivered === 0 || counts.listed > 0) return
    const organisation = organisationOf(to)
    const ended = this.#cases.find((one) => one.kind === 'host' && one.subject === known.subject && one.list === organisation && one.goneAtMs === undefined)
    if (ended !== undefined && this.#isTime(`ended ${ended.caseId}`)) this.#inBackground(this.endHostCase(ended))
  }

  /** All of this moment, in the order of their names. */
  candidates(nowMs: number): readonly Candidate[] {
    const { directory } = this.#options
    const known = this.#known.filter(({ subject }) => !this.#absent.has(subject))
    const today = (one: Known) => this.#book.today(one, nowMs)
    return candidatesOf({ known, cases: [...this.#cases, ...this.#pending], today, nowMs, pauseMs: directory.settings['relay.pause'] })
  }

  /** Relays with an address of their own that this machine has: what blocklists are asked about. */
  get addresses(): readonly string[] {
    return this.#known.flatMap(({ relay, subject }) => (relay.way.kind === 'ip' && !this.#absent.has(subject) ? [subject] : []))
  }

  /** What we call ourselves, whichever way mail takes; lower case. */
  get helloNames(): readonly string[] {
    const ofRelays = this.#known.flatMap(({ relay: { way } }) => (way.kind === 'ip' ? [way.helloName] : []))
    return [this.#options.helloName, ...ofRelays].map((name) => name.toLowerCase())
  }

  /** Those of an address, or of all. */
  openCases(subject?: string): readonly StoredCase[] {
    return this.#cases.filter((one) => one.goneAtMs === undefined && (subject === undefined || one.subject === subject))
  }

  /** Cases that count for the pause after this one. */
  casesOf(subject: string): readonly StoredCase[] {
    return this.#cases.filter((one) => one.subject === subject)
  }

  /** Called after each change of relays or cases. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Nobody says it any more: since it was heard last. */
  async endHostCase({ caseId, subject, list, heardAtMs }: StoredCase): Promise<void> {
    const { directory, log } = this.#options
    log.info('relay no more said to be listed', { relay: this.#nameOf(subject), host: list })
    await directory.change(closeCase, 'relay', { caseId, goneAtMs: heardAtMs })
  }

  /** Resolves when what is known is at least as new as now. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(async () => {
      try {
        await this.#read()
      } catch (err) {
        this.#options.log.error('relays not read', { err })
      }
    })
    return this.#refreshing
  }

  /** Resolves when what was heard and carried until now is noted. */
  async settled(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working)
    await this.#book.flush()
    await this.#refreshing
  }

  async close(): Promise<void> {
    this.#unsubscribe()
    await this.settled()
    this.#book.close()
  }

  async #read(): Promise<void> {
    const { database, clock, log } = this.#options
    const snapshot: RelaySnapshot = await database.query(relaySnapshot, { nowMs: clock.now() })
    const known = knownRelays(snapshot)
    const passwords = known.some(({ relay }) => relay.way.kind === 'smart-host') ? await database.query(relayPasswords, undefined) : []
    const absent = new Set<string>()
    for (const { relay, subject } of known) {
      if (relay.way.kind !== 'ip' || (await isLocalAddress(relay.way.ip))) continue
      absent.add(subject)
      if (!this.#absent.has(subject)) log.error('relay not usable: its address is not of this machine', { relay: relay.name, ip: relay.way.ip })
    }
    this.#passwords.clear()
    for (const [name, password] of passwords) this.#passwords.set(name, password)
    this.#known = known
    this.#cases = snapshot.cases
    this.#absent = absent
    this.#book.read(snapshot.today, clock.now())
    for (const listener of this.#listeners) listener()
  }

  #routeOf(relay: Relay): Route {
    const { helloName } = this.#options
    const { way, name } = relay
    switch (way.kind) {
      case 'ip':
        return { relay: name, localIp: way.ip, helloName: way.helloName }
      case 'machine':
        return { relay: name, localIp: undefined, helloName }
      case 'smart-host': {
        const { signIn } = way.smartHost
        const password = this.#passwords.get(name)
        const smartHost = { ...way.smartHost, signIn: signIn === undefined || password === undefined ? undefined : { user: signIn.user, password } }
        return { relay: name, localIp: undefined, helloName, smartHost }
      }
    }
  }

  /** When one of those that could carry it may be open. */
  #againAtMs(candidates: readonly Candidate[], relayClass: RelayClass, nowMs: number, waitsUntilMs: number): number {
    const waits = candidates.filter(({ relay, standing }) => relay.classes.has(relayClass) && standing.state !== 'withdrawn')
    if (waits.length === 0) {
      this.#alarm('no relay carries this mail', {
        class: relayClass,
        classes: relayClasses.filter((one) => candidates.some(({ relay }) => relay.classes.has(one))),
      })
      return nowMs + noWayMs
    }
    // One that warms up has room again when the day is over.
    const endsMs = waits.map(({ standing }) => (standing.state === 'pausing' ? standing.untilMs : dayBeginMs(dayOf(nowMs) + 1)))
    return Math.max(nowMs + 1000, Math.min(waitsUntilMs, ...endsMs))
  }

  #saidListed(known: Known, answer: ListedAnswer, reply: RemoteReply, organisation: string): void {
    const { clock, log } = this.#options
    const nowMs = clock.now()
    const reason = formatRemoteReply(reply).slice(0, longestReason)
    const isOf = (one: Pending) => one.kind === 'host' && one.list === organisation && one.goneAtMs === undefined
    const open = this.openCases(known.subject).find(isOf)
    if (open !== undefined) {
      if (this.#isTime(`heard ${open.caseId}`)) this.#inBackground(this.#options.database.change(hearAgain, { caseId: open.caseId, atMs: nowMs, reason }))
      return
    }
    if ([...this.#pending].some((one) => isOf(one) && one.subject === known.subject)) return
    // One organisation's word takes out one relay: who says it of all of them speaks of us, or to everybody, and must not be able to stop our mail to others.
    const elsewhere = [...this.#cases, ...this.#pending].some((one) => isOf(one) && one.withdraws && this.#known.some(({ subject }) => subject === one.subject))
    const found = { subject: known.subject, kind: 'host', list: organisation, weight: hostWeight, withdraws: !elsewhere } as const
    const pending: Pending = { ...found, sinceMs: nowMs, heardAtMs: nowMs, goneAtMs: undefined }
    this.#pending.add(pending)
    log.warn('relay said to be listed', { relay: known.relay.name, host: organisation, answer: reason, withdrawn: !elsewhere })
    const ip = known.relay.way.kind === 'ip' ? known.relay.way.ip : undefined
    this.#inBackground(
      this.#openHostCase({ ...found, reason, apply: applyAt(answer.apply, ip) }).finally(() => {
        this.#pending.delete(pending)
      }),
    )
    if (ip !== undefined && this.#isTime(`asked ${ip}`)) this.#inBackground(this.#askAbout(ip, answer.at, organisation))
  }

  async #openHostCase(found: Parameters<typeof openCase.run>[1]['args']): Promise<void> {
    await this.#options.directory.change(openCase, 'relay', found)
    await this.refresh()
  }

  /** Asks all blocklists at once. Where the one says it that the answer was about, it is that one's case. */
  async #askAbout(ip: string, zone: string | undefined, organisation: string): Promise<void> {
    const { check, lists, directory } = this.#options
    const asked = await check.askAll(ip, lists().blocklists.values(), this.openCases(ip))
    if (zone === undefined || !asked.some((one) => one.zone === zone && one.result === 'listed')) return
    await directory.change(mergeCase, 'relay', { subject: ip, host: organisation, zone })
  }

  #nameOf(subject: string): string {
    return this.#known.find((one) => one.subject === subject)?.relay.name ?? subject
  }

  #alarm(event: string, fields: Readonly<Record<string, unknown>>): void {
    const key = `${event} ${String(fields['class'])}`
    if (this.#isTime(key, alarmEveryMs)) this.#options.log.error(event, fields)
  }

  /** At most once in so long. */
  #isTime(what: string, everyMs = hearEveryMs): boolean {
    const nowMs = this.#options.clock.now()
    for (const [key, atMs] of this.#lately) if (atMs < nowMs - alarmEveryMs) this.#lately.delete(key)
    const lastMs = this.#lately.get(what)
    if (lastMs !== undefined && nowMs - lastMs < everyMs) return false
    this.#lately.set(what, nowMs)
    return true
  }

  #inBackground(work: Promise<unknown>): void {
    const done = this.#logged(work).finally(() => this.#working.delete(done))
    this.#working.add(done)
  }

  async #logged(work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (err) {
      this.#options.log.error('a listing could not be noted', { err })
    }
  }
}

/** Whose server it is: the registered domain of its name. Of a domain that others host, that is the host. */
function organisationOf({ host, destination }: Receiver): string {
  const name = (host ?? destination).toLowerCase()
  return registrableDomain(name, { allowPrivateDomains: false }) ?? name
}
