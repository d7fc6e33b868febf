import type { Clock } from '../base/clock.ts'
import type { Settings } from '../directory/settings.ts'
import { Guesses } from './guesses.ts'
import { type Place, Places } from './places.ts'

/** Who connects: other mail servers, or people's clients (IMAP, POP3, submission, HTTP), of whom a whole office shares an address. */
export type ConnectionKind = 'mail' | 'access'

/** What one address may do, as the settings say; its network may do `networkShare` times as much. */
export type BudgetSettings = Pick<
  Settings,
  | 'connection-limits'
  | 'connection-limits.mail-concurrent'
  | 'connection-limits.mail-per-minute'
  | 'connection-limits.access-concurrent'
  | 'connection-limits.access-per-minute'
  | 'connection-limits.errors'
  | 'connection-limits.errors-per-hour'
  | 'connection-limits.unknown-recipients'
>

/** What the protocols ask of budgets. They may be another process's: then the answers are promises. */
export interface ConnectionBudgets {
  /** A connection from `ip` (canonical text). Close what comes back in every case, refused or not. */
  connect(ip: string, kind: ConnectionKind): ConnectionShare | Promise<ConnectionShare>
}

/** One connection's share of its address's and network's budget. */
export interface ConnectionShare {
  /** Set: refuse it. */
  readonly excess: BudgetExcess | undefined
  /** A command that was refused or not understood. Set: that was one too many. */
  badCommand(): BudgetExcess | undefined | Promise<BudgetExcess | undefined>
  /** A recipient that does not exist. Set: that was one too many. */
  unknownRecipient(): BudgetExcess | undefined | Promise<BudgetExcess | undefined>
  /** Gives the place back. A second call does nothing. */
  close(): void
}

/** A network is many hosts, but not as many as it has addresses. */
const networkShare = 4

const minuteMs = 60_000
const hourMs = 3_600_000

/** Why a connection is refused or ended. */
export type BudgetExcess = 'too many at once' | 'too many a minute' | 'too many errors' | 'too many unknown recipients'

/**
 * What addresses and networks have left, for all protocols in one place. Bounded memory (see Places), no timers, no waiting:
 * the tables are in the first process, and the others ask it.
 */
export class Budgets implements ConnectionBudgets {
  readonly guesses: Guesses
  readonly #clock: Clock
  readonly #settings: () => BudgetSettings
  readonly #places: Readonly<Record<ConnectionKind, Places>> = { mail: new Places(), access: new Places() }
  readonly #open: Record<ConnectionKind, number> = { mail: 0, access: 0 }

  constructor(options: { readonly clock: Clock; readonly settings: () => BudgetSettings }) {
    this.#clock = options.clock
    this.#settings = options.settings
    this.guesses = new Guesses(options.clock)
  }

  connect(ip: string, kind: ConnectionKind): ConnectionBudget {
    const address = this.#places[kind].address(ip)
    const network = this.#places[kind].network(ip)
    const settings = this.#settings()
    const excess = settings['connection-limits'] ? arrivalExcess({ address, network, kind, nowMs: this.#clock.now() }, settings) : undefined
    if (excess === undefined) this.#open[kind]++
    const onClose = () => {
      this.#open[kind]--
    }
    return new ConnectionBudget({ address, network, excess, onClose, clock: this.#clock, settings: this.#settings })
  }

  /** Connections that are open now. */
  get open(): Readonly<Record<ConnectionKind, number>> {
    return this.#open
  }

  /** Addresses and networks remembered now. */
  get size(): number {
    return this.#places.mail.size + this.#places.access.size
  }
}

/** As `ConnectionShare`, in the process that counts. */
export class ConnectionBudget implements ConnectionShare {
  readonly excess: BudgetExcess | undefined
  readonly #address: Place
  readonly #network: Place
  readonly #clock: Clock
  readonly #settings: () => BudgetSettings
  readonly #onClose: () => void
  #errors = 0
  #open: boolean

  constructor(options: {
    readonly address: Place
    readonly network: Place
    readonly excess: BudgetExcess | undefined
    readonly clock: Clock
    readonly settings: () => BudgetSettings
    readonly onClose: () => void
  }) {
    this.#onClose = options.onClose
    this.#address = options.address
    this.#network = options.network
    this.#clock = options.clock
    this.#settings = options.settings
    this.excess = options.excess
    this.#open = options.excess === undefined
    if (!this.#open) return
    this.#address.open++
    this.#network.open++
  }

  badCommand(): BudgetExcess | undefined {
    const settings = this.#settings()
    const nowMs = this.#clock.now()
    const errorsPerHour = settings['connection-limits.errors-per-hour']
    this.#errors++
    const ofAddress = this.#address.errors.add(nowMs, errorsPerHour, hourMs)
    const ofNetwork = this.#network.errors.add(nowMs, errorsPerHour * networkShare, hourMs)
    if (!settings['connection-limits']) return undefined
    const excess = this.#errors > settings['connection-limits.errors'] || ofAddress > errorsPerHour || ofNetwork > errorsPerHour * networkShare
    return excess ? 'too many errors' : undefined
  }

  unknownRecipient(): BudgetExcess | undefined {
    const settings = this.#settings()
    const excess = unknownExcess(this.#address, this.#network, this.#clock.now(), settings['connection-limits.unknown-recipients'], 1)
    return settings['connection-limits'] && excess ? 'too many unknown recipients' : undefined
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#onClose()
    this.#address.open--
    this.#network.open--
  }
}

interface Arrival {
  readonly address: Place
  readonly network: Place
  readonly kind: ConnectionKind
  readonly nowMs: number
}

/** Refused attempts are not counted: who comes again and again is let in as soon as there is room. */
function arrivalExcess({ address, network, kind, nowMs }: Arrival, settings: BudgetSettings): BudgetExcess | undefined {
  const concurrent = settings[`connection-limits.${kind}-concurrent`]
  if (address.open >= concurrent || network.open >= concurrent * networkShare) return 'too many at once'
  const perMinute = settings[`connection-limits.${kind}-per-minute`]
  const perNetwork = perMinute * networkShare
  if (over(address.connections.level(nowMs, perMinute, minuteMs) + 1, perMinute)) return 'too many a minute'
  if (over(network.connections.level(nowMs, perNetwork, minuteMs) + 1, perNetwork)) return 'too many a minute'
  const errorsPerHour = settings['connection-limits.errors-per-hour']
  if (address.errors.level(nowMs, errorsPerHour, hourMs) >= errorsPerHour) return 'too many errors'
  if (network.errors.level(nowMs, errorsPerHour * networkShare, hourMs) >= errorsPerHour * networkShare) return 'too many errors'
  if (unknownExcess(address, network, nowMs, settings['connection-limits.unknown-recipients'], 0)) return 'too many unknown recipients'
  address.connections.add(nowMs, perMinute, minuteMs)
  network.connections.add(nowMs, perNetwork, minuteMs)
  return undefined
}

/** Levels fall by fractions, so a whole event over the limit is what counts. */
function over(level: number, limit: number): boolean {
  return Math.floor(level) > limit
}

function unknownExcess(address: Place, network: Place, nowMs: number, limit: number, amount: 0 | 1): boolean {
  const ofAddress = address.unknownRecipients.add(nowMs, limit, hourMs, amount)
  const ofNetwork = network.unknownRecipients.add(nowMs, limit * networkShare, hourMs, amount)
  return amount === 0 ? ofAddress >= limit || ofNetwork >= limit * networkShare : ofAddress > limit || ofNetwork > limit * networkShare
}
