import type { Log } from '../base/log.ts'
import { Turns } from '../base/turns.ts'
import type { Piece } from '../content/content.ts'
import type { Client } from '../mail/client.ts'
import type { Opinion } from './opinion.ts'

/** A message about which an engine is asked. */
export interface EngineMessage {
  readonly queueId: string
  /** Undefined: somebody of ours, who has signed in. */
  readonly client: Client | undefined
  /** The trace fields that will stand before the octets, each with its CRLF: an engine that is told nothing of the client finds it there. */
  readonly trace: string
  /** Verified host name; '' and undefined: none is known. */
  readonly clientName: string | undefined
  /** local-part@domain; '' is the null reverse-path. */
  readonly reversePath: string
  readonly recipients: readonly string[]
  readonly sizeBytes: number
  readonly octets: readonly Piece[]
}

/** How one kind of engine is spoken to. Both reject where there is trouble, also once the signal is given; the octets are not used any more then. */
export interface Dialogue {
  /** As people know it. */
  readonly name: string
  /** Longer messages it is not asked about. */
  readonly maxMessageOctets: number
  ask(message: EngineMessage, signal: AbortSignal): Promise<Opinion>
  /** Is it there? */
  ping(signal: AbortSignal): Promise<void>
  close(): void
}

/** Why there is no answer. */
export interface NoAnswer {
  readonly answer: undefined
  readonly reason: 'away' | 'too late' | 'too large'
  readonly detail?: string
}

/** What became of a question. */
export type Answered<Answer> = { readonly answer: Answer } | NoAnswer

/** Questions at once of all processes together: spamd has five children, and rspamd a process for each core. */
const maxAtOnce = 8
/** Messages that wait for one of them; there cannot be more without as many SMTP connections. */
const maxWaiting = 10_000
/** So many messages in a row without an answer in time, and it is left alone: else each message waits in vain for as long as it may. */
const patience = 3
const leftAloneMs = 10_000

/** With less time than that left, an engine is not asked any more. */
const leastMs = 5

class TooLate extends Error {
  override readonly name = 'TooLate'
}

/** Somebody else's content filter. */
export class Engine {
  readonly #dialogue: Dialogue
  readonly #log: Log
  readonly #turns: Turns
  #lateInARow = 0
  #leftAloneUntilMs = 0
  /** Why there was no opinion the last time; said in the log when it changes. */
  #trouble: string | undefined

  /** `processes` ask the same engine, this one included. */
  constructor(dialogue: Dialogue, { processes = 1, log }: { readonly processes?: number; readonly log: Log }) {
    this.#dialogue = dialogue
    this.#log = log
    this.#turns = new Turns(Math.max(1, Math.floor(maxAtOnce / processes)), maxWaiting)
  }

  get name(): string {
    return this.#dialogue.name
  }

  /** Never rejects. The octets are not used any more once it has resolved, which it does within `timeoutMs`. */
  async ask(message: EngineMessage, timeoutMs: number): Promise<Answered<Opinion>> {
    if (message.sizeBytes > this.#dialogue.maxMessageOctets) return { answer: undefined, reason: 'too large' }
    if (performance.now() < this.#leftAloneUntilMs) return { answer: undefined, reason: 'too late', detail: 'left alone for a while' }
    const endsAtMs = performance.now() + timeoutMs - leastMs
    const found = await within(timeoutMs, (signal) =>
      this.#turns.run(async () => {
        if (performance.now() >= endsAtMs) throw new TooLate()
        return this.#dialogue.ask(message, signal)
      }),
    )
    this.#note(found)
    return found
  }

  /** Why it does not answer; undefined: it does. */
  async ping(timeoutMs: number): Promise<string | undefined> {
    const found = await within(timeoutMs, async (signal) => {
      await this.#dialogue.ping(signal)
      return true
    })
    return found.answer === undefined ? (found.detail ?? found.reason) : undefined
  }

  close(): void {
    this.#dialogue.close()
  }

  #note(found: Answered<Opinion>): void {
    const reason = found.answer === undefined ? found.reason : undefined
    this.#lateInARow = reason === 'too late' ? this.#lateInARow + 1 : 0
    if (this.#lateInARow >= patience) {
      this.#lateInARow = 0
      this.#leftAloneUntilMs = performance.now() + leftAloneMs
    }
    if (reason === this.#trouble) return
    this.#trouble = reason
    const engine = this.#dialogue.name
    if (found.answer !== undefined) this.#log.info('engine answers again', { engine })
    else this.#log.warn('engine does not answer: mail is judged without it', { engine, reason, detail: found.detail })
  }
}

async function within<Answer>(timeoutMs: number, work: (signal: AbortSignal) => Promise<Answer>): Promise<Answered<Answer>> {
  const deadline = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    deadline.abort()
    late.reject(new TooLate())
  }, timeoutMs)
  try {
    return { answer: await Promise.race([work(deadline.signal), late.promise]) }
  } catch (error) {
    if (deadline.signal.aborted || error instanceof TooLate) return { answer: undefined, reason: 'too late' }
    return { answer: undefined, reason: 'away', detail: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** What came from outside as part of a line: nothing of it may end the line. */
export function inLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\x80-\u{10ffff}]/gu, '?').slice(0, maxInLine)
}

/** Characters of a value: EHLO arguments and paths are shorter (RFC 5321 4.5.3.1). */
const maxInLine = 1000
