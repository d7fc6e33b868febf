import { readFileSync } from 'node:fs'
import { normaliseIp, parseIp } from '../mail/ip.ts'
import { canonicalName } from './name.ts'

/** What /etc/hosts says (hosts(5)): it comes before the DNS, both ways. */
export class HostsFile {
  readonly #names = new Map<string, string[]>()
  readonly #addresses = new Map<string, string[]>()

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [written = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/)
      const ip = normaliseIp(written)
      if (ip === undefined) continue
      for (const name of names) this.#add(ip, canonicalName(name))
    }
  }

  /** Host names of an address, in the file's order; empty: not mentioned. */
  names(ip: string): readonly string[] {
    return this.#names.get(ip) ?? []
  }

  /** Addresses of a name; undefined: not mentioned. A name that is mentioned has the addresses given here and no others. */
  addresses(name: string, version: 4 | 6): readonly string[] | undefined {
    return this.#addresses.get(name)?.filter((ip) => parseIp(ip)?.version === version)
  }

  #add(ip: string, name: string | undefined): void {
    if (name === undefined) return
    append(this.#names, ip, name)
    append(this.#addresses, name, ip)
  }
}

/** A missing or unreadable file says nothing. */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else if (!values.includes(value)) values.push(value)
}
