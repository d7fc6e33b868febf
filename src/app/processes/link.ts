import { VerifierUnavailable } from '../../auth/oauth/verifier.ts'
import type { Log } from '../../base/log.ts'
import { ContentFailed, ContentFull } from '../../content/content.ts'
import { DatabaseUnavailable } from '../../database/database.ts'
import { type PackedError, packError, unpackError } from '../../database/thread-messages.ts'

/** `call` wants an answer or a fault with the same id; `tell` wants none. */
export type Message =
  | readonly [kind: 'call', id: number, name: string, args: unknown]
  | readonly [kind: 'tell', id: 0, name: string, args: unknown]
  | readonly [kind: 'answer', id: number, result: unknown]
  | readonly [kind: 'fault', id: number, error: PackedError]

/** What one side does for the other, by name: one argument each, and a result that can be cloned. */
export type Calls = Readonly<Record<string, (args: never) => unknown>>

/** Takes messages to the other process, whole and in order. Throws for what cannot be cloned. */
export type Send = (messages: readonly Message[]) => void

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/**
 * One end of the way between two processes. What one turn of the event loop says leaves as one message, since a message costs more than
 * what it carries; its order holds, calls and tells alike. `Theirs`: what the other side does.
 */
export class Link<Theirs extends Calls> {
  readonly #send: Send
  readonly #log: Log
  readonly #ours: ReadonlyMap<string, (args: never) => unknown>
  readonly #waiting = new Map<number, Waiting>()
  #outgoing: Message[] = []
  #nextId = 1
  #lost: DatabaseUnavailable | undefined

  constructor(send: Send, ours: Calls, log: Log) {
    this.#send = send
    this.#log = log
    this.#ours = new Map(Object.entries(ours))
  }

  /** Resolves to what the other side's function gives; rejects with what it threw, or with DatabaseUnavailable when the other process is gone. */
  call<Name extends keyof Theirs & string>(name: Name, args: Parameters<Theirs[Name]>[0]): Promise<Awaited<ReturnType<Theirs[Name]>>> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#waiting.set(id, { resolve, reject })
      this.#say(['call', id, name, args])
    })
  }

  /** Without an answer: what goes wrong over there is in that side's log. */
  tell<Name extends keyof Theirs & string>(name: Name, args: Parameters<Theirs[Name]>[0]): void {
    if (this.#lost === undefined) this.#say(['tell', 0, name, args])
  }

  /** Messages of the other side, as they come. */
  receive(messages: readonly Message[]): void {
    for (const message of messages) this.#hear(message)
  }

  /** The other process is gone. What it was asked for may have happened. */
  lose(why: string): void {
    if (this.#lost !== undefined) return
    this.#lost = new DatabaseUnavailable(why)
    this.#outgoing = []
    for (const { reject } of this.#waiting.values()) reject(this.#lost)
    this.#waiting.clear()
  }

  #hear(message: Message): void {
    switch (message[0]) {
      case 'call':
        return this.#answer(message[1], message[2], message[3])
      case 'tell':
        return this.#take(message[2], message[3])
      case 'answer':
        return this.#settle(message[1])?.resolve(message[2])
      case 'fault':
        return this.#settle(message[1])?.reject(faultOf(message[2]))
    }
  }

  #take(name: string, args: unknown): void {
    try {
      this.#ours.get(name)?.(args as never)
    } catch (err) {
      this.#log.error('what another process told was not taken', { call: name, err })
    }
  }

  #answer(id: number, name: string, args: unknown): void {
    try {
      const work = this.#ours.get(name)
      if (work === undefined) throw new Error(`${name} is not known to this process`)
      const result = work(args as never)
      if (result instanceof Promise)
        result.then(
          (value: unknown) => this.#say(['answer', id, value]),
          (thrown: unknown) => this.#say(['fault', id, packError(thrown)]),
        )
      else this.#say(['answer', id, result])
    } catch (thrown) {
      this.#say(['fault', id, packError(thrown)])
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #say(message: Message): void {
    if (this.#lost === undefined && this.#outgoing.push(message) === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const messages = this.#outgoing
    if (messages.length === 0) return
    this.#outgoing = []
    try {
      this.#send(messages)
    } catch (thrown) {
      // Something in them cannot be cloned: only its own caller is to hear of it.
      for (const message of messages) this.#sendAlone(message, thrown)
    }
  }

  #sendAlone(message: Message, thrown: unknown): void {
    try {
      this.#send([message])
    } catch {
      const [kind, id] = message
      if (kind === 'call') this.#settle(id)?.reject(faultOf(packError(thrown)))
      else if (kind === 'answer') this.#say(['fault', id, packError(thrown)])
    }
  }
}

/** Callers weigh these by their class, which a message does not carry. */
const weighed = { ContentFull, ContentFailed, VerifierUnavailable }

function faultOf(packed: PackedError): Error {
  const error = unpackError(packed)
  const Class = Object.hasOwn(weighed, packed.name) ? weighed[packed.name as keyof typeof weighed] : undefined
  return Class === undefined ? error : new Class(packed.message, { cause: error })
}
