import type { Answer, RecordType } from '../../dns/answer.ts'
import type { LookupOptions } from '../../dns/resolver.ts'
import type { Dns } from '../../msgauth/dns.ts'
import type { DnsQuestion } from './calls.ts'

/** A thread's way to the resolver, and its cache, of the thread that started it. */
export class AskedDns implements Dns {
  readonly #ask: (id: number, question: DnsQuestion) => void
  readonly #waiting = new Map<number, (answer: Answer<RecordType>) => void>()
  #lastId = 0

  constructor(ask: (id: number, question: DnsQuestion) => void) {
    this.#ask = ask
  }

  lookup<Type extends RecordType>(name: string, type: Type, { timeoutMs }: LookupOptions = {}): Promise<Answer<Type>> {
    return this.#question({ name, type, timeoutMs }) as Promise<Answer<Type>>
  }

  ptr(name: string, { timeoutMs }: LookupOptions = {}): Promise<Answer<'PTR'>> {
    return this.#question({ name, type: undefined, timeoutMs }) as Promise<Answer<'PTR'>>
  }

  answer(id: number, answer: Answer<RecordType>): void {
    this.#waiting.get(id)?.(answer)
    this.#waiting.delete(id)
  }

  #question(question: DnsQuestion): Promise<Answer<RecordType>> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#ask(id, question)
    })
  }
}
