import { separator } from '../parse/mailbox-name.ts'

/**
 * A LIST pattern (RFC 9051 6.3.9): `*` is any text, `%` any text within one level. Matches in time of pattern times name at
 * worst, whatever the pattern: all places where the pattern could stand are followed at once.
 */
export class Pattern {
  readonly #pattern: string
  readonly #folded: string

  constructor(pattern: string) {
    this.#pattern = pattern.replace(/\*[*%]*|%+\*[*%]*/g, '*').replace(/%+/g, '%')
    this.#folded = this.#pattern.toUpperCase()
  }

  /** Whether `%` stands in it: LSUB then shows levels above what it lists. */
  get hasLevels(): boolean {
    return this.#pattern.includes('%')
  }

  matches(name: string): boolean {
    // INBOX in any case (RFC 9051 5.1), as a mailbox and as the level above others.
    if (name === 'INBOX') return run(this.#folded, name)
    if (name.startsWith('INBOX/')) return run(this.#pattern.replace(/^inbox(?=\/)/i, 'INBOX'), name)
    return run(this.#pattern, name)
  }
}

function run(pattern: string, name: string): boolean {
  const end = pattern.length
  let places = new Set<number>()
  reach(pattern, 0, places)
  for (let i = 0; i < name.length && places.size > 0; i++) {
    const next = new Set<number>()
    for (const place of places) {
      const wanted = pattern[place]
      if (wanted === '*' || (wanted === '%' && name[i] !== separator)) next.add(place).add(place + 1)
      else if (place < end && wanted !== '%' && wanted === name[i]) reach(pattern, place + 1, next)
    }
    places = next
  }
  for (const place of places) if (place === end || (place === end - 1 && isWildcard(pattern[place]))) return true
  return false
}

/** A wildcard may also stand for nothing. */
function reach(pattern: string, place: number, places: Set<number>): void {
  places.add(place)
  if (isWildcard(pattern[place])) places.add(place + 1)
}

function isWildcard(char: string | undefined): boolean {
  return char === '*' || char === '%'
}
