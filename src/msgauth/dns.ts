import type { Answer, RecordType } from '../dns/answer.ts'
import type { Resolver } from '../dns/resolver.ts'

/** What authentication asks of `dns/`; in a worker, whoever carries the question there. */
export type Dns = Pick<Resolver, 'lookup' | 'ptr'>

/** One message's questions: bounded in number and in time, each name asked for once. Past a bound the answer is `failed`. */
export class BoundedDns {
  readonly #dns: Dns
  readonly #deadlineMs: number
  #left: number
  readonly #asked = new Map<string, Promise<Answer<RecordType>>>()

  /** `deadlineMs` by `performance.now()`. */
  constructor(dns: Dns, maxLookups: number, deadlineMs: number) {
    this.#dns = dns
    this.#left = maxLookups
    this.#deadlineMs = deadlineMs
  }

  async lookup<Type extends RecordType>(name: string, type: Type): Promise<Answer<Type>> {
    return this.#once<Type>(`${type} ${name.toLowerCase()}`, (timeoutMs) => this.#dns.lookup(name, type, { timeoutMs }))
  }

  async ptr(ip: string): Promise<Answer<'PTR'>> {
    return this.#once<'PTR'>(`of ${ip}`, (timeoutMs) => this.#dns.ptr(ip, { timeoutMs }))
  }

  #once<Type extends RecordType>(key: string, ask: (timeoutMs: number) => Promise<Answer<Type>>): Promise<Answer<Type>> {
    const asked = this.#asked.get(key)
    if (asked !== undefined) return asked as Promise<Answer<Type>>
    const timeoutMs = this.#deadlineMs - performance.now()
    if (timeoutMs <= 0) return Promise.resolve({ status: 'failed', why: 'timeout' })
    if (this.#left <= 0) return Promise.resolve({ status: 'failed', why: 'too busy' })
    this.#left -= 1
    const answer = ask(timeoutMs)
    this.#asked.set(key, answer)
    return answer
  }
}
