import type { TokenVerifier } from '../../auth/oauth/verifier.ts'
import type { Log } from '../../base/log.ts'
import type { Change } from '../../database/database.ts'
import type { DmarcDesk } from '../../dmarc/reports.ts'
import type { BlocklistHealth } from '../../dns/blocklist-health.ts'
import type { Answer, RecordType } from '../../dns/answer.ts'
import type { Ask } from '../../dns/resolver.ts'
import type { Allowance, Entry, Ephemeral, Shortage, Table, TableOptions } from '../../ephemeral/ephemeral.ts'
import type { Operate } from '../../http/api.ts'
import type { JournalEntry } from '../../journal/entry.ts'
import type { BudgetExcess, ConnectionBudgets, ConnectionKind, ConnectionShare } from '../../protection/budgets.ts'
import type { Attempt, GuessBrakes } from '../../protection/guesses.ts'
import type { RequestRates } from '../../protection/request-rates.ts'
import type { Records } from '../../store/records.ts'
import type { FirstCalls } from './calls.ts'
import type { Link } from './link.ts'

/** The ports of a process that is not the first: each asks the first. */

type First = Link<FirstCalls>

export function recordsOf(first: First): Records {
  return {
    append: (record) => first.call('append', record),
    apply: (record) => first.call('apply', record),
    applyAcross: (record) => first.call('applyAcross', record),
    settled: () => first.call('settled', undefined),
    // It is the first process that closes them.
    close: () => Promise.resolve(),
  }
}

export function changeOf(first: First): <A, R, P>(change: Change<A, R, P>, args: A) => Promise<R> {
  return <A, R, P>({ name }: Change<A, R, P>, args: A) => first.call('change', { name, args }) as Promise<R>
}

export function journalOf(first: First): { record(entry: JournalEntry): void } {
  return { record: (entry) => first.tell('record', entry) }
}

export function dmarcOf(first: First): DmarcDesk {
  return {
    note: (observation) => first.tell('dmarcSeen', observation),
    arrived: (message, arrival) => first.tell('reportArrived', { message, arrival }),
  }
}

export function blocklistsOf(first: First): Pick<BlocklistHealth, 'note'> {
  return { note: (tally) => first.tell('listAsked', tally) }
}

export function brakesOf(first: First): GuessBrakes {
  const guessed = (outcome: 'failed' | 'succeeded' | 'unanswered') => (attempt: Attempt) => first.tell('guessed', { ...attempt, outcome })
  return {
    delayMs: (attempt) => first.call('delayMs', attempt),
    failed: guessed('failed'),
    succeeded: guessed('succeeded'),
    unanswered: guessed('unanswered'),
  }
}

export function ratesOf(first: First): RequestRates {
  return { take: (of) => first.call('takeRate', of) }
}

/** Nothing is asked of the DNS but by the first: all give the same answers until the same moment, and ask once. */
export function dnsOf(first: First): Ask {
  return <Type extends RecordType>(name: string, type: Type) =>
    first.call('resolve', { name, type }).then(
      (answer) => answer as Answer<Type>,
      () => ({ status: 'failed', why: 'closed' }),
    )
}

export function operateOf(first: First): Operate {
  return (principal, name, input, key) => first.call('operate', { principal, name, input, key })
}

export function metricsOf(first: First): { text(): Promise<string> } {
  return { text: () => first.call('metrics', undefined) }
}

export function tokensOf(first: First): TokenVerifier {
  return { verify: (token, domain) => first.call('verifyToken', { token, domain }) }
}

export function budgetsOf(first: First): ConnectionBudgets {
  let lastId = 0
  return {
    async connect(ip: string, kind: ConnectionKind): Promise<ConnectionShare> {
      const id = ++lastId
      return new Share(first, id, await first.call('connected', { id, ip, kind }))
    },
  }
}

class Share implements ConnectionShare {
  readonly excess: BudgetExcess | undefined
  readonly #first: First
  readonly #id: number
  #open = true

  constructor(first: First, id: number, excess: BudgetExcess | undefined) {
    this.#first = first
    this.#id = id
    this.excess = excess
  }

  badCommand(): Promise<BudgetExcess | undefined> {
    return this.#first.call('badCommand', this.#id)
  }

  unknownRecipient(): Promise<BudgetExcess | undefined> {
    return this.#first.call('unknownRecipient', this.#id)
  }

  close(): void {
    if (this.#open) this.#first.tell('closed', this.#id)
    this.#open = false
  }
}

type Listener = (message: string) => void

/** The ephemeral port, with its engine in the first process. `hear` is to be given the notices that come from there. */
export class RemoteEphemeral implements Ephemeral {
  readonly #first: First
  readonly #log: Log
  readonly #listeners = new Map<string, Set<Listener>>()

  constructor(first: First, log: Log) {
    this.#first = first
    this.#log = log
  }

  table(name: string, { maxEntries }: TableOptions): Table {
    const first = this.#first
    first.tell('openTable', { name, maxEntries })
    return {
      get: (key) => first.call('tableGet', { table: name, key }),
      put: (key: string, entry: Entry) => first.call('tablePut', { table: name, key, entry }),
      delete: (key) => first.call('tableDelete', { table: name, key }),
      size: () => first.call('tableSize', { table: name }),
    }
  }

  spend(allowances: readonly Allowance[], take: boolean): Promise<Shortage | undefined> {
    return this.#first.call('spend', { allowances, take })
  }

  publish(topic: string, message: string): void {
    this.#first.tell('publish', { topic, message })
  }

  subscribe(topic: string, listener: Listener): () => void {
    const own: Listener = (message) => listener(message)
    let listeners = this.#listeners.get(topic)
    if (listeners === undefined) {
      this.#listeners.set(topic, (listeners = new Set()))
      this.#first.tell('subscribe', topic)
    }
    listeners.add(own)
    return () => {
      listeners.delete(own)
      if (listeners.size > 0 || this.#listeners.get(topic) !== listeners) return
      this.#listeners.delete(topic)
      this.#first.tell('unsubscribe', topic)
    }
  }

  hear({ topic, message }: { readonly topic: string; readonly message: string }): void {
    for (const listener of this.#listeners.get(topic) ?? []) {
      try {
        listener(message)
      } catch (err) {
        this.#log.error('listener of a notice failed', { topic, err })
      }
    }
  }

  /** Its engine goes on in the first process. */
  close(): Promise<void> {
    for (const topic of this.#listeners.keys()) this.#first.tell('unsubscribe', topic)
    this.#listeners.clear()
    return Promise.resolve()
  }
}
