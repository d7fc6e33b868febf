import type { Value } from './reply.ts'

/** `$name`s of a script: set by the first reply that they are compared with. */
export class Variables {
  readonly #values = new Map<string, string>()
  /** Sequence numbers of when the command was sent (`$3`), as they are now; 0 = gone. */
  sequence: number[] = []

  set(name: string, value: string): void {
    this.#values.set(name, value)
  }

  get(name: string): string | undefined {
    if (/^\d+$/.test(name)) return String(this.sequence[Number(name) - 1] ?? '<out of range>')
    if (name.startsWith('case:')) return name.slice(5)
    return this.#values.get(name)
  }

  /** Text of a command with its variables put in. */
  expand(text: string): string {
    return text.replace(variable, (whole, braced: string | undefined, plain: string | undefined) => {
      if (whole === '$$') return '$'
      const value = this.get(braced ?? plain ?? '')
      if (value === undefined) throw new Error(`variable ${whole} has no value`)
      return value
    })
  }

  /** Runs a comparison; what it set is taken back unless it holds. */
  trying(compare: () => boolean): boolean {
    const before = new Map(this.#values)
    if (compare()) return true
    this.#values.clear()
    for (const [name, value] of before) this.#values.set(name, value)
    return false
  }
}

const variable = /\$\$|\$\{([^}]*)\}|\$(\w*)/g

/** Whether a reply is what the pattern says. `prefix`: more may follow at the end. */
export function matchesReply(pattern: readonly Value[], reply: readonly Value[], variables: Variables, prefix: boolean): boolean {
  return variables.trying(() => new Matcher(variables).values(pattern, reply, { prefix, defaults: defaultsFor(pattern) }))
}

interface Rules {
  readonly unordered: boolean
  /** Elements that belong together. */
  readonly chain: number
  readonly extra: boolean
  readonly ignore: readonly string[]
  readonly ban: readonly string[]
}

const ordered: Rules = { unordered: false, chain: 1, extra: false, ignore: [], ban: [] }
const unordered: Rules = { unordered: true, chain: 1, extra: true, ignore: [], ban: [] }
const pairs: Rules = { ...unordered, chain: 2 }
const flagList: Rules = { unordered: true, chain: 1, extra: false, ignore: ['\\recent'], ban: [] }

/** Rules of the lists of a reply that has no directives of its own, by the place of the list. */
type Defaults = (place: number) => Rules

function defaultsFor(pattern: readonly Value[]): Defaults {
  const words = pattern.slice(0, 2).map((value) => (value.kind === 'list' ? '' : value.text.toLowerCase()))
  if (words[1] === 'fetch') return (place) => (place === 2 ? pairs : ordered)
  if (words[0] === 'list' || words[0] === 'lsub') return (place) => (place === 1 ? unordered : ordered)
  if (words[0] === 'status') return (place) => (place === 2 ? pairs : ordered)
  return () => ordered
}

class Matcher {
  readonly #variables: Variables

  constructor(variables: Variables) {
    this.#variables = variables
  }

  values(pattern: readonly Value[], reply: readonly Value[], { prefix, defaults }: { readonly prefix: boolean; readonly defaults: Defaults }): boolean {
    if (reply.length < pattern.length || (!prefix && reply.length > pattern.length)) return false
    return pattern.every((wanted, i) => this.#value(wanted, reply[i] as Value, defaults(i)))
  }

  #value(wanted: Value, got: Value, rules: Rules): boolean {
    if (wanted.kind !== 'list') return (wanted.text === '$' && wanted.kind === 'atom') || (got.kind !== 'list' && this.#text(wanted, got))
    return got.kind === 'list' && this.#list(wanted.values, got.values, rules)
  }

  #list(pattern: readonly Value[], got: readonly Value[], defaults: Rules): boolean {
    const { rules, rest } = directives(pattern, defaults)
    const nested: Defaults = rules.chain === 2 ? (place) => (isFlags(rest[place - 1]) ? flagList : ordered) : () => ordered
    if (!rules.unordered) return this.values(rest, got, { prefix: false, defaults: nested })
    if (got.length % rules.chain !== 0) return false
    const taken = new Set<number>()
    for (let i = 0; i < rest.length; i += rules.chain) {
      const place = this.#findChain(rest.slice(i, i + rules.chain), got, { chain: rules.chain, nested: (at) => nested(i + at) })
      if (place < 0) return false
      taken.add(place)
    }
    const others = got
      .filter((value, i) => i % rules.chain === 0 && !taken.has(i) && value.kind !== 'list')
      .map((value) => (value.kind === 'list' ? '' : value.text.toLowerCase()))
    return rules.extra ? !others.some((text) => rules.ban.includes(text)) : others.every((text) => rules.ignore.includes(text))
  }

  #findChain(wanted: readonly Value[], got: readonly Value[], { chain, nested }: { readonly chain: number; readonly nested: Defaults }): number {
    for (let i = 0; i < got.length; i += chain) {
      if (this.#variables.trying(() => this.values(wanted, got.slice(i, i + chain), { prefix: false, defaults: nested }))) return i
    }
    return -1
  }

  #text(wanted: { readonly text: string }, got: { readonly kind: string; readonly text: string }): boolean {
    return this.#variables.trying(() => this.#pattern(comparable(wanted.text), comparable(got.text)))
  }

  /** Compares without case. A variable without a value takes what stands up to the next character of the pattern. */
  #pattern(pattern: string, text: string): boolean {
    let at = 0
    let from = 0
    for (const match of pattern.matchAll(variable)) {
      const before = pattern.slice(from, match.index)
      if (!sameText(before, text.slice(at, at + before.length))) return false
      at += before.length
      from = match.index + match[0].length
      const name = match[1] ?? match[2] ?? ''
      const next = pattern[from]
      const value = match[0] === '$$' ? '$' : this.#variables.get(name)
      if (value !== undefined) {
        if (!sameText(value, text.slice(at, at + value.length))) return false
        at += value.length
        continue
      }
      const end = next === undefined ? text.length : indexOfChar(text, next, at)
      if (name !== '') this.#variables.set(name, text.slice(at, end))
      at = end
    }
    return sameText(pattern.slice(from), text.slice(at))
  }
}

function directives(pattern: readonly Value[], defaults: Rules): { readonly rules: Rules; readonly rest: readonly Value[] } {
  const count = pattern.findIndex((value) => value.kind !== 'atom' || !value.text.startsWith('$!'))
  const words = pattern.slice(0, count < 0 ? pattern.length : count).map((value) => (value.kind === 'list' ? '' : value.text.slice(2).toLowerCase()))
  if (words.length === 0) return { rules: defaults, rest: pattern }
  const order = words.find((word) => word.startsWith('unordered'))
  const named = (name: string): string[] => words.filter((word) => word.startsWith(`${name}=`)).map((word) => word.slice(name.length + 1))
  const rules: Rules = {
    unordered: order !== undefined,
    chain: Number(order?.split('=')[1] ?? 1),
    extra: words.includes('extra') || (order !== undefined && !words.includes('noextra')),
    ignore: named('ignore'),
    ban: named('ban'),
  }
  return { rules, rest: pattern.slice(words.length) }
}

function isFlags(value: Value | undefined): boolean {
  return value !== undefined && value.kind !== 'list' && value.text.toLowerCase() === 'flags'
}

/** imaptest compares as C does: up to the first NUL. Its append-binary wants 6 octets of a part that it says has 7. */
function comparable(text: string): string {
  return text.split('\0', 1)[0] ?? ''
}

function indexOfChar(text: string, char: string, from: number): number {
  const at = text.toLowerCase().indexOf(char.toLowerCase(), from)
  return at < 0 ? text.length : at
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
