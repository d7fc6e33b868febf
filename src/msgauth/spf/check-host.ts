import { canonicalName } from '../../dns/name.ts'
import { cidrContains, formatIp, type Ip, parseCidr } from '../../mail/ip.ts'
import type { SpfResult } from '../authentication.ts'
import type { BoundedDns } from '../dns.ts'
import { maxExplanation, maxSpfNames, maxSpfTerms, maxSpfVoidLookups } from '../limits.ts'
import { expandDomain, expandExplanation, type MacroValues } from './macro.ts'
import { isSpfRecord, type Mechanism, parseSpfRecord, type SpfRecord } from './record.ts'

/** Who sends, as SPF sees it (RFC 7208 4.1). */
export interface SpfQuestion {
  /** The client's. */
  readonly ip: Ip
  readonly helo: string
  /** Of the identity that is checked. */
  readonly localPart: string
  readonly domain: string
  /** Ours. */
  readonly hostName: string
  readonly nowMs: number
}

export interface SpfOutcome {
  readonly result: SpfResult
  readonly reason?: string
  readonly explanation?: string
}

/** check_host() of RFC 7208 4. */
export async function checkHost(question: SpfQuestion, dns: BoundedDns): Promise<SpfOutcome> {
  const domain = canonicalName(question.domain)
  // 4.3: a name of one label has no owner who could answer for it.
  if (domain === undefined || !domain.includes('.')) return { result: 'none' }
  try {
    return await new Evaluation(question, domain, dns).run()
  } catch (error) {
    if (error instanceof SpfError) return { result: error.result, reason: error.message }
    throw error
  }
}

/** Ends the evaluation (RFC 7208 2.6.6, 2.6.7). */
class SpfError extends Error {
  override readonly name = 'SpfError'
  readonly result: 'temperror' | 'permerror'

  constructor(result: 'temperror' | 'permerror', message: string) {
    super(message)
    this.result = result
  }
}

const dnsTrouble = () => new SpfError('temperror', 'the DNS could not tell')

class Evaluation {
  readonly #question: SpfQuestion
  readonly #domain: string
  readonly #dns: BoundedDns
  #terms = 0
  #voidLookups = 0

  constructor(question: SpfQuestion, domain: string, dns: BoundedDns) {
    this.#question = question
    this.#domain = domain
    this.#dns = dns
  }

  async run(): Promise<SpfOutcome> {
    let domain = this.#domain
    for (;;) {
      const record = await this.#record(domain)
      if (record === undefined) {
        if (domain === this.#domain) return { result: 'none' }
        throw new SpfError('permerror', 'redirect= leads to a domain without a record')
      }
      const result = await this.#evaluate(record, domain)
      if (result === 'fail') return { result, ...(await this.#explain(record, domain)) }
      if (result !== undefined) return { result }
      if (record.redirect === undefined) return { result: 'neutral' }
      this.#count()
      domain = await expandDomain(record.redirect, this.#values(domain))
    }
  }

  /** 4.4, 4.5; undefined: there is none. */
  async #record(domain: string): Promise<SpfRecord | undefined> {
    const answer = await this.#dns.lookup(domain, 'TXT')
    if (answer.status === 'failed') throw dnsTrouble()
    const [text, ...more] = answer.status === 'found' ? answer.records.filter(isSpfRecord) : []
    if (text === undefined) return undefined
    if (more.length > 0) throw new SpfError('permerror', 'more than one record')
    const record = parseSpfRecord(text)
    if (record === undefined) throw new SpfError('permerror', 'the record has a syntax error')
    return record
  }

  /** The directives in their order; undefined: none matched (4.7). */
  async #evaluate(record: SpfRecord, domain: string): Promise<SpfResult | undefined> {
    for (const { qualifier, mechanism } of record.directives) {
      if (await this.#matches(mechanism, domain)) return qualifier
    }
    return undefined
  }

  async #matches(mechanism: Mechanism, domain: string): Promise<boolean> {
    const { ip } = this.#question
    if (mechanism.kind === 'all') return true
    if (mechanism.kind === 'ip') return cidrContains(mechanism.network, ip)
    this.#count()
    const { domainSpec } = mechanism
    const target = domainSpec === undefined ? domain : await expandDomain(domainSpec, this.#values(domain))
    switch (mechanism.kind) {
      case 'include':
        return this.#include(target)
      case 'a':
        return this.#hasAddress(target, mechanism.prefixes[ip.version])
      case 'mx':
        return this.#hasExchange(target, mechanism.prefixes[ip.version])
      case 'ptr': {
        const name = target.toLowerCase()
        return (await this.#validatedNames()).some((validated) => validated === name || validated.endsWith(`.${name}`))
      }
      case 'exists': {
        // An A record, whatever the client's address is (5.7).
        const answer = await this.#dns.lookup(target, 'A')
        return this.#found(answer.status)
      }
    }
  }

  /** 5.2: what the other domain's record would say, its redirect= included. */
  async #include(domain: string): Promise<boolean> {
    let target = domain
    for (;;) {
      const record = await this.#record(target)
      if (record === undefined) throw new SpfError('permerror', 'include: leads to a domain without a record')
      const result = await this.#evaluate(record, target)
      if (result !== undefined) return result === 'pass'
      if (record.redirect === undefined) return false
      this.#count()
      target = await expandDomain(record.redirect, this.#values(target))
    }
  }

  async #hasAddress(name: string, prefix: number): Promise<boolean> {
    const { ip } = this.#question
    const answer = await this.#dns.lookup(name, ip.version === 4 ? 'A' : 'AAAA')
    if (!this.#found(answer.status) || answer.status !== 'found') return false
    return answer.records.some((address) => {
      const network = parseCidr(`${address}/${prefix}`)
      return network !== undefined && cidrContains(network, ip)
    })
  }

  async #hasExchange(name: string, prefix: number): Promise<boolean> {
    const answer = await this.#dns.lookup(name, 'MX')
    if (!this.#found(answer.status) || answer.status !== 'found') return false
    if (answer.records.length > maxSpfNames) throw new SpfError('permerror', 'mx: more than 10 hosts')
    for (const { exchange } of answer.records) if (await this.#hasAddress(exchange, prefix)) return true
    return false
  }

  /** 5.5: the client's host names that lead back to its address. Trouble on the way there is no match and no error. */
  async #validatedNames(): Promise<string[]> {
    const { ip } = this.#question
    const address = formatIp(ip)
    const answer = await this.#dns.ptr(address)
    const validated: string[] = []
    for (const name of answer.status === 'found' ? answer.records.slice(0, maxSpfNames) : []) {
      const back = await this.#dns.lookup(name, ip.version === 4 ? 'A' : 'AAAA')
      if (back.status === 'found' && back.records.includes(address)) validated.push(name.toLowerCase())
    }
    return validated
  }

  #found(status: 'found' | 'none' | 'failed'): boolean {
    if (status === 'failed') throw dnsTrouble()
    if (status === 'found') return true
    if (++this.#voidLookups > maxSpfVoidLookups) throw new SpfError('permerror', 'more than 2 lookups without an answer')
    return false
  }

  #count(): void {
    if (++this.#terms > maxSpfTerms) throw new SpfError('permerror', 'more than 10 terms that ask the DNS')
  }

  /** 6.2: nothing that goes wrong here changes the result. */
  async #explain(record: SpfRecord, domain: string): Promise<{ explanation?: string }> {
    if (record.explanation === undefined) return {}
    const values = this.#values(domain)
    const answer = await this.#dns.lookup(await expandDomain(record.explanation, values), 'TXT')
    const [text, ...more] = answer.status === 'found' ? answer.records : []
    if (text === undefined || more.length > 0 || text.length > maxExplanation) return {}
    const explanation = await expandExplanation(text, values)
    return explanation !== undefined && explanation.length <= maxExplanation && /^[\x20-\x7e]*$/.test(explanation) ? { explanation } : {}
  }

  #values(domain: string): MacroValues {
    const { ip, helo, localPart, hostName, nowMs } = this.#question
    const validatedName = async () => {
      const names = await this.#validatedNames()
      return names.find((name) => name === domain) ?? names.find((name) => name.endsWith(`.${domain}`)) ?? names[0] ?? 'unknown'
    }
    return { localPart, senderDomain: this.#domain, domain, ip, helo, hostName, nowMs, validatedName }
  }
}
