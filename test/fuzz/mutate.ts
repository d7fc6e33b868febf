/** A stream of numbers that a seed decides: a failing run is found again by its number. */
export class Random {
  #state: number

  constructor(seed: number) {
    // Neighbouring seeds would give similar first numbers without this.
    this.#state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) >>> 0
  }

  /** 0 … below - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)]
  }
}

/** Longer inputs are cut: a fuzzer that feeds megabytes tries little. */
export const longestInput = 65_536

/** What grammars of mail hinge on. */
const tokens = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\0',
  '"',
  '\\',
  '(',
  ')',
  '<',
  '>',
  '@',
  ',',
  ';',
  ':',
  '[',
  ']',
  '{',
  '}',
  '{3}\r\n',
  '{3+}\r\n',
  '*',
  '%',
  '=',
  '=?',
  '?=',
  '?q?',
  '?B?',
  '--',
  '\r\n--',
  ' ',
  '\t',
  '.',
  '..',
  '0',
  '1',
  '4294967295',
  '-1',
  'é',
  '\u{1f4e8}',
  '\x80',
  '\xff',
  "'",
  '/',
  '+',
  '#',
  '$',
  '~',
  '^',
  '!',
].map((token) => Buffer.from(token, 'utf8'))

/** A few random changes to a seed, or to two of them joined. */
export function mutate(seeds: readonly Uint8Array[], random: Random): Buffer {
  let input: Buffer = Buffer.from(random.pick(seeds) ?? [])
  for (let left = 1 + random.below(8); left > 0; left -= 1) input = change(input, seeds, random)
  return input.subarray(0, longestInput)
}

function change(input: Buffer, seeds: readonly Uint8Array[], random: Random): Buffer {
  const at = random.below(input.length + 1)
  const to = Math.min(input.length, at + 1 + random.below(random.pick([2, 16, 256]) ?? 2))
  const before = input.subarray(0, at)
  const piece = input.subarray(at, to)
  const after = input.subarray(to)
  switch (random.below(9)) {
    case 0:
      return Buffer.concat([before, Buffer.from([random.below(256)]), after])
    case 1: {
      const changed = Buffer.from(input)
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
      return changed
    }
    case 2:
      return Buffer.concat([before, after])
    case 3:
      return Buffer.concat([before, piece, piece, after])
    case 4:
      return before
    case 5:
      return Buffer.concat([before, random.pick(tokens) ?? before, piece, after])
    case 6: {
      const repeated: Buffer[] = new Array<Buffer>(1 + random.below(200)).fill(piece)
      return Buffer.concat([before, ...repeated, after])
    }
    case 7: {
      const other = Buffer.from(random.pick(seeds) ?? before)
      return Buffer.concat([before, other.subarray(random.below(other.length + 1))])
    }
    default: {
      // A piece moves elsewhere.
      const elsewhere = random.below(input.length + 1)
      return Buffer.concat([input.subarray(0, elsewhere), piece, input.subarray(elsewhere)])
    }
  }
}
