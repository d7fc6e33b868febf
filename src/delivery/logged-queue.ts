import type { Clock } from '../base/clock.ts'
import { compareLocations, type Content, type Location } from '../content/content.ts'
import type { Database } from '../database/database.ts'
import type { JournalWriter } from '../journal/journal-writer.ts'
import type { TimedCheck } from '../mail/check.ts'
import type { HeldHere, OutgoingName } from '../mail/outgoing.ts'
import { deferChange, leaseChange } from '../queue/defer.ts'
import type { Deferral, Due, OutgoingReport, Queue, RecipientEnd, Way } from '../queue/queue.ts'
import { type QueuedPlace, queuedPlaceQuery } from '../queue/rows.ts'
import { nextDueQuery, takeChange } from '../queue/take.ts'
import type { IndexedStore } from '../store/indexed-store.ts'
import { encodeRecord } from '../store/pack-record.ts'
import type { MailRecord, SentEnd, SentRecord } from '../store/record.ts'
import { sentEntry } from '../store/sent-entry.ts'
import { parseSlices, shownLength } from '../store/slices.ts'
import { readBody } from '../store/read-body.ts'
import { mailRecord } from './commit.ts'
import type { AcceptedMessage } from './delivery.ts'

/** Octets of a text that are in memory at a time. */
const pieceOctets = 256 * 1024

export interface LoggedQueueDependencies {
  /** Whose leases they are (queue/node.ts). */
  readonly node: number
  readonly store: Pick<IndexedStore, 'records' | 'onStep'>
  readonly content: Pick<Content, 'read'>
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalWriter, 'record'>
  /** A report as a message for a mailbox or on its way; undefined: there is nobody to get it. */
  readonly route: (report: OutgoingReport) => Promise<AcceptedMessage | undefined>
}

/**
 * The queue over the content log and its index: what was accepted is there when its record is applied (store/apply/mail.ts), and gone when a record
 * says what became of it (store/apply/sent.ts). When it is tried again is a matter of the index alone.
 */
export class LoggedQueue implements Queue {
  readonly #deps: LoggedQueueDependencies
  readonly #listeners = new Set<() => void>()
  /** Recipients whose end is in the log and perhaps not in the index yet, in the order of the log: the database may have been away for longer than a lease. */
  readonly #ended = new Map<string, Location>()

  constructor(deps: LoggedQueueDependencies) {
    this.#deps = deps
    deps.store.onStep(({ to, dueMs }) => {
      for (const [recipient, location] of this.#ended) {
        if (compareLocations(location, to) >= 0) break
        this.#ended.delete(recipient)
      }
      if (dueMs !== undefined) this.wake()
    })
  }

  async take({ except, ...wish }: Parameters<Queue['take']>[0]): Promise<readonly Due[]> {
    const dues = await this.#deps.database.change(takeChange, { ...wish, node: this.#deps.node, except: [...except] })
    return this.#ended.size === 0 ? dues : dues.flatMap((due) => this.#withoutEnded(due))
  }

  #withoutEnded(due: Due): Due[] {
    const recipients = due.recipients.filter(({ index }) => !this.#ended.has(recipientName({ ...nameOf(due), index })))
    return recipients.length === 0 ? [] : [{ ...due, recipients }]
  }

  nextDueMs(except: ReadonlySet<string>): Promise<number | undefined> {
    return this.#deps.database.query(nextDueQuery, { except: [...except] })
  }

  onDue(heard: () => void): () => void {
    this.#listeners.add(heard)
    return () => this.#listeners.delete(heard)
  }

  lease(leased: readonly (OutgoingName & { readonly indexes: readonly number[] })[], untilMs: number): Promise<void> {
    return this.#deps.database.change(leaseChange, { node: this.#deps.node, leased, untilMs })
  }

  async *text(message: OutgoingName): AsyncGenerator<Buffer> {
    const place = await this.#placeOf(message)
    const sizeBytes = place.prefixLength + shownLength(parseSlices(place.slices), place.octetsLength)
    for (let at = 0; at < sizeBytes; at += pieceOctets) yield await this.#read(message, place, at, Math.min(sizeBytes, at + pieceOctets))
  }

  async settle(message: OutgoingName, ends: ReadonlyMap<number, RecipientEnd>, way: Way, report?: OutgoingReport): Promise<void> {
    await this.#say(
      Array.from(ends, ([index, end]) => ({ ...nameOf(message), index, ...end })),
      way,
      report,
    )
  }

  async defer(message: OutgoingName, deferrals: ReadonlyMap<number, Deferral>, way: Way, report?: OutgoingReport): Promise<void> {
    if (report !== undefined) {
      await this.#say(
        Array.from(deferrals, ([index, deferral]) => ({ ...nameOf(message), index, end: 'delayed' as const, ...deferral })),
        way,
        report,
      )
      return
    }
    const atMs = this.#deps.clock.now()
    const deferred = await this.#deps.database.change(deferChange, { node: this.#deps.node, name: nameOf(message), deferrals, way, atMs })
    for (const { index, address } of deferred?.recipients ?? []) {
      const told = deferrals.get(index)
      if (deferred === undefined || told === undefined) continue
      this.#deps.journal.record(sentEntry(message, deferred.message, { address, told: { end: 'delayed', ...told }, way, atMs }))
    }
  }

  async arrive(message: Due, { addressId, customerId, accounts, folder }: HeldHere): Promise<void> {
    const { store, clock } = this.#deps
    const atMs = clock.now()
    const { prefixLength } = await this.#placeOf(message)
    const octets: Buffer[] = []
    for await (const piece of this.text(message)) octets.push(piece)
    const destinations = accounts.map((accountId) => ({ accountId, prefixStart: 0, prefixLength, ...(folder !== undefined && { folder }) }))
    const held: TimedCheck = { check: 'relay', result: 'pass', reason: 'held until', detail: new Date(message.notBeforeMs ?? atMs).toISOString(), micros: 0 }
    const mail: MailRecord = {
      ...{ kind: 'mail', queueId: message.queueId, atMs, reversePath: message.reversePath, clientIp: '127.0.0.1', helo: undefined, destinations },
      recipients: message.recipients.map(({ address }) => ({
        ...{ address, addressId, customerId, accountId: accounts[0], clientName: undefined, checks: [held] },
      })),
      octetsStart: prefixLength,
    }
    const ends = message.recipients.map(({ index }): SentEnd => ({ ...nameOf(message), index, end: 'arrived' }))
    const record: SentRecord = { kind: 'sent', atMs, ends, report: mail }
    const { location } = await store.records.append({ header: encodeRecord(record), octets }, record)
    for (const end of ends) this.#ended.set(recipientName(end), location)
  }

  async #say(ends: readonly SentEnd[], way: Way, report: OutgoingReport | undefined): Promise<void> {
    const { store, clock, route } = this.#deps
    const atMs = clock.now()
    const told = report && (await route(report))
    const mail = told && mailRecord(told, atMs)
    const record: SentRecord = { kind: 'sent', atMs, way, ends, ...(mail && { report: mail.record }) }
    const { location } = await store.records.append({ header: encodeRecord(record), octets: mail?.octets ?? [] }, record)
    for (const end of ends) if (end.end !== 'delayed') this.#ended.set(recipientName(end), location)
  }

  async #placeOf({ queueId, number }: OutgoingName): Promise<QueuedPlace> {
    const place = await this.#deps.database.query(queuedPlaceQuery, { queueId, number })
    if (place === undefined) throw new Error(`message ${number} of ${queueId} waits no more`)
    return place
  }

  /** Compaction may move it meanwhile: a slow server takes its time. */
  async #read(message: OutgoingName, place: QueuedPlace, start: number, end: number): Promise<Buffer> {
    const read = async ({ slices, ...rest }: QueuedPlace) => readBody(this.#deps.content, { ...rest, slices: parseSlices(slices) }, start, end)
    const octets = await read(place).catch(async () => read(await this.#placeOf(message)))
    return Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  }

  /** Something may be due that the index did not tell of: somebody asked for it. */
  wake(): void {
    for (const heard of this.#listeners) heard()
  }
}

function recipientName({ queueId, number, index }: OutgoingName & { readonly index: number }): string {
  return `${queueId} ${number} ${index}`
}

/** What is handed in may have more to it, a whole `Due`. */
function nameOf({ queueId, number }: OutgoingName): OutgoingName {
  return { queueId, number }
}
