import { createHash } from 'node:crypto'
import { type ListEntry, parseListEntry } from '../directory/list-entry.ts'
import { type Address, addressKey } from '../mail/address.ts'
import { parseIp } from '../mail/ip.ts'

/**
 * A list of entries (SPEC A3), ready to be asked. A question costs a few hash lookups, however long the list is. Answers are the
 * text of the entry that matched, for the journal.
 */
export interface Matcher {
  /** Has entries that a reverse-path or header From can match. */
  readonly hasSenders: boolean
  /** Has entries that only a verified host name can match. */
  readonly hasHosts: boolean
  /** The same for two lists whose answers for senders can never differ. */
  readonly sendersKey: string
  sender(address: Address): string | undefined
  ip(ip: string): string | undefined
  /** Each in canonical spelling. */
  host(names: readonly string[]): string | undefined
}

const compiled = new WeakMap<readonly string[], Matcher>()

/** Compiled once for each array: the directory hands out the same one until the list changes. */
export function matcherOf(entries: readonly string[]): Matcher {
  if (entries.length === 0) return nothing
  const known = compiled.get(entries)
  if (known !== undefined) return known
  const matcher = compile(entries)
  compiled.set(entries, matcher)
  return matcher
}

const nothing: Matcher = { hasSenders: false, hasHosts: false, sendersKey: '', sender: () => undefined, ip: () => undefined, host: () => undefined }

function compile(entries: readonly string[]): Matcher {
  const addresses = new Map<string, string>()
  const domains = new Suffixes()
  const hosts = new Suffixes()
  const networks = new Networks()
  const senders: string[] = []
  for (const text of entries) {
    // An entry that this version cannot read matches nothing
    const entry = parseListEntry(text)
    if (entry === undefined) continue
    if (entry.kind === 'address' || entry.kind === 'domain') senders.push(text)
    add(entry, text)
  }
  return {
    hasSenders: senders.length > 0,
    hasHosts: !hosts.empty,
    sendersKey: digest(senders),
    sender: (address) => addresses.get(addressKey(address)) ?? domains.find(address.domain),
    ip: (ip) => networks.find(ip),
    host: (names) => hosts.findAny(names),
  }

  function add(entry: ListEntry, text: string): void {
    switch (entry.kind) {
      case 'address':
        addresses.set(addressKey(entry.address), text)
        return
      case 'domain':
        domains.add(entry.domain, entry.subdomains, text)
        return
      case 'host':
        hosts.add(entry.name, entry.subdomains, text)
        return
      case 'network':
        networks.add(entry.network.base.words, entry.network.base.version, entry.network.prefix, text)
    }
  }
}

/** Names, alone or with all below them. */
class Suffixes {
  readonly #exact = new Map<string, string>()
  readonly #suffixes = new Map<string, string>()

  get empty(): boolean {
    return this.#exact.size === 0 && this.#suffixes.size === 0
  }

  add(name: string, subdomains: boolean, text: string): void {
    const map = subdomains ? this.#suffixes : this.#exact
    map.set(name, text)
  }

  find(name: string): string | undefined {
    const exact = this.#exact.get(name)
    if (exact !== undefined || this.#suffixes.size === 0) return exact
    for (let at = 0; at >= 0; ) {
      const text = this.#suffixes.get(at === 0 ? name : name.slice(at))
      if (text !== undefined) return text
      const dot = name.indexOf('.', at)
      at = dot < 0 ? -1 : dot + 1
    }
    return undefined
  }

  findAny(names: readonly string[]): string | undefined {
    for (const name of names) {
      const text = this.find(name)
      if (text !== undefined) return text
    }
    return undefined
  }
}

/** Networks by prefix length; an address is looked up once for each length that occurs. */
class Networks {
  readonly #ofLength = { 4: new Map<number, Map<string, string>>(), 6: new Map<number, Map<string, string>>() }

  add(words: readonly number[], version: 4 | 6, prefix: number, text: string): void {
    const lengths = this.#ofLength[version]
    const networks = lengths.get(prefix) ?? new Map<string, string>()
    lengths.set(prefix, networks)
    networks.set(prefixKey(words, prefix), text)
  }

  find(text: string): string | undefined {
    const lengths = this.#ofLength[text.includes(':') ? 6 : 4]
    if (lengths.size === 0) return undefined
    const ip = parseIp(text)
    if (ip === undefined) return undefined
    for (const [prefix, networks] of lengths) {
      const found = networks.get(prefixKey(ip.words, prefix))
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The first bits of an address. */
function prefixKey(words: readonly number[], prefix: number): string {
  let key = ''
  for (let at = 0, bits = prefix; bits > 0; at++, bits -= 32) {
    const word = words[at] ?? 0
    key += `${bits >= 32 ? word : (word & (-1 << (32 - bits))) >>> 0}.`
  }
  return key
}

function digest(senders: readonly string[]): string {
  return senders.length === 0
    ? ''
    : createHash('sha256')
        .update([...senders].sort().join('\n'))
        .digest('base64url')
}
