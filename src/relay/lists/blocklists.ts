import { type RuleBlock, RuleError, ruleBlocks } from '../../base/rule-blocks.ts'
import { parseDomain } from '../../mail/domain.ts'
import { parseIp } from '../../mail/ip.ts'

/** A DNS blocklist at which our addresses are asked for (rules/relay-blocklists.txt says what each line means). */
export interface Blocklist {
  readonly zone: string
  /** 0 to 100; 0: a listing there withdraws nobody. */
  readonly weight: number
  readonly name: string
  /** Where to have an address taken off, with `{ip}` in its place; undefined: nobody knows. */
  readonly apply: string | undefined
  /** What it means that the list answers so. */
  readonly codes: ReadonlyMap<string, string>
  /** Answers that are no listing. */
  readonly ignored: ReadonlySet<string>
}

export interface Source {
  readonly file: string
  readonly text: string
}

const mostLists = 100

/** The lists that are on. A block takes the place of one of its zone in an earlier file. @throws RuleError */
export function readBlocklists(sources: readonly Source[]): ReadonlyMap<string, Blocklist> {
  const lists = new Map<string, Blocklist | undefined>()
  for (const { file, text } of sources) {
    const own = new Set<string>()
    for (const block of ruleBlocks(file, text)) {
      const { zone, list } = readBlocklist(block)
      if (own.has(zone)) throw new RuleError(block.place, `there is a blocklist ${zone} above`)
      own.add(zone)
      lists.set(zone, list)
      if (lists.size > mostLists) throw new RuleError(block.place, `at most ${mostLists} blocklists: each is asked about each address`)
    }
  }
  return new Map([...lists].flatMap(([zone, list]) => (list === undefined ? [] : [[zone, list]])))
}

/** `list` is undefined where it is off. */
function readBlocklist({ place, head, lines }: RuleBlock): { zone: string; list: Blocklist | undefined } {
  const [kind, written = '', weight = '', ...rest] = head
  if (kind !== 'blocklist') throw new RuleError(place, `"${kind}": a line that is not indented begins with "blocklist"`)
  const zone = parseDomain(written)
  if (zone === undefined || zone.startsWith('[')) throw new RuleError(place, `"${written}" is no domain name`)
  if (!/^\d{1,3}$/.test(weight) || Number(weight) > 100 || rest.length > 0)
    throw new RuleError(place, `"blocklist ${zone}" is followed by its weight, 0 to 100`)
  const codes = new Map<string, string>()
  const ignored = new Set<string>()
  let [name, apply, off] = [zone, undefined as string | undefined, false]
  for (const line of lines) {
    const [key = '', ...words] = line.text.split(/\s+/)
    const value = words.join(' ')
    const addresses = words.slice(0, words.findIndex((word) => parseIp(word) === undefined) >>> 0)
    if (key === 'off' && value === '') off = true
    else if (key === 'name' && value !== '') name = value
    else if (key === 'apply' && /^(?:https?:\/\/|mailto:)[!-~]+$/.test(value)) apply = value
    else if (key === 'code' && addresses.length > 0 && addresses.length < words.length)
      for (const address of addresses) codes.set(address, words.slice(addresses.length).join(' '))
    else if (key === 'ignore' && addresses.length > 0 && addresses.length === words.length) for (const address of addresses) ignored.add(address)
    else throw new RuleError(line.place, `"${line.text}" is none of: name TEXT, apply URL, code ADDRESS... TEXT, ignore ADDRESS..., off`)
  }
  return { zone, list: off ? undefined : { zone, weight: Number(weight), name, apply, codes, ignored } }
}

/** What an answer of the list means in words; undefined: it is no listing. */
export function meaningOf(list: Blocklist, answer: readonly string[]): string | undefined {
  const codes = answer.filter((code) => !list.ignored.has(code))
  if (codes.length === 0) return undefined
  return codes.map((code) => list.codes.get(code) ?? code).join('; ')
}

/** The page to apply at for this address. */
export function applyAt(pattern: string | undefined, ip: string | undefined): string | undefined {
  return pattern?.replaceAll('{ip}', ip ?? '')
}
