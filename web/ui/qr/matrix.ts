import { codewords } from './codewords.ts'

/** Rows of modules; true: dark. */
export type Matrix = readonly (readonly boolean[])[]

/** A text as the modules of a QR code (ISO/IEC 18004), of the smallest version that holds it; undefined: it is too long. */
export function qrMatrix(text: string): Matrix | undefined {
  const coded = codewords(new TextEncoder().encode(text))
  if (coded === undefined) return undefined
  const code = new Drawing(coded.version)
  code.drawData(coded.octets)
  // The mask that cameras read best (7.8.3).
  const masked = Array.from({ length: 8 }, (_, mask) => code.masked(mask))
  const penalties = masked.map(penalty)
  return masked[penalties.indexOf(Math.min(...penalties))]
}

/** A code while it is drawn; a function module (finder, timing, format) is no place for data. */
class Drawing {
  readonly #version: number
  readonly #side: number
  readonly #dark: boolean[][]
  readonly #isFunction: boolean[][]

  constructor(version: number) {
    this.#version = version
    this.#side = 17 + 4 * version
    this.#dark = this.#grid()
    this.#isFunction = this.#grid()
    this.#drawFunctions()
  }

  /** In columns of two, from the right, up and down in turns (7.7.3). */
  drawData(octets: Uint8Array): void {
    let bit = 0
    for (let right = this.#side - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5
      const isUpwards = ((right + 1) & 2) === 0
      for (let step = 0; step < this.#side; step++) {
        const y = isUpwards ? this.#side - 1 - step : step
        for (const x of [right, right - 1]) {
          if (this.#isFunction[y]?.[x] !== false) continue
          this.#put(x, y, (((octets[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1)
          bit += 1
        }
      }
    }
  }

  masked(mask: number): Matrix {
    this.#drawFormat(mask)
    return this.#dark.map((row, y) => row.map((dark, x) => (this.#isFunction[y]?.[x] === true ? dark : dark !== masks[mask]?.(x, y))))
  }

  #grid(): boolean[][] {
    return Array.from({ length: this.#side }, () => Array.from({ length: this.#side }, () => false))
  }

  #put(x: number, y: number, dark: boolean): void {
    const row = this.#dark[y]
    if (row !== undefined && x >= 0 && x < this.#side) row[x] = dark
  }

  #putFunction(x: number, y: number, dark: boolean): void {
    const row = this.#isFunction[y]
    if (row === undefined || x < 0 || x >= this.#side) return
    row[x] = true
    this.#put(x, y, dark)
  }

  #drawFunctions(): void {
    const last = this.#side - 1
    for (let at = 0; at < this.#side; at++) {
      this.#putFunction(6, at, at % 2 === 0)
      this.#putFunction(at, 6, at % 2 === 0)
    }
    for (const [x, y] of [
      [3, 3],
      [last - 3, 3],
      [3, last - 3],
    ] as const) {
      this.#drawSquares(x, y, 4, (distance) => distance !== 2 && distance !== 4)
    }
    const places = alignments(this.#version)
    const far = places.length - 1
    for (const [i, x] of places.entries()) {
      for (const [j, y] of places.entries()) {
        // There are the finders.
        if ((i === 0 && j === 0) || (i === 0 && j === far) || (i === far && j === 0)) continue
        this.#drawSquares(x, y, 2, (distance) => distance !== 1)
      }
    }
    this.#drawFormat(0)
    this.#drawVersion()
  }

  /** Squares around a middle, dark by their distance from it. */
  #drawSquares(x: number, y: number, most: number, isDark: (distance: number) => boolean): void {
    for (let dy = -most; dy <= most; dy++) {
      for (let dx = -most; dx <= most; dx++) this.#putFunction(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))))
    }
  }

  /** Level of correction and mask, twice (7.9). */
  #drawFormat(mask: number): void {
    const levelM = 0
    const data = (levelM << 3) | mask
    const bits = ((data << 10) | remainder(data, 10, 0x537)) ^ 0x5412
    const last = this.#side - 1
    for (let i = 0; i < 15; i++) {
      const dark = ((bits >> i) & 1) === 1
      // Around the upper left finder, past the timing pattern.
      if (i < 8) this.#putFunction(8, i < 6 ? i : i + 1, dark)
      else this.#putFunction(i === 8 ? 7 : 14 - i, 8, dark)
      // Beside the two others.
      if (i < 8) this.#putFunction(last - i, 8, dark)
      else this.#putFunction(8, last - 14 + i, dark)
    }
    this.#putFunction(8, last - 7, true)
  }

  /** Twice, from version 7 on (7.10). */
  #drawVersion(): void {
    if (this.#version < 7) return
    const bits = (this.#version << 12) | remainder(this.#version, 12, 0x1f25)
    for (let i = 0; i < 18; i++) {
      const dark = ((bits >> i) & 1) === 1
      const far = this.#side - 11 + (i % 3)
      const near = Math.floor(i / 3)
      this.#putFunction(far, near, dark)
      this.#putFunction(near, far, dark)
    }
  }
}

/** Of a polynomial over GF(2), `value` times x to the `degree`. */
function remainder(value: number, degree: number, generator: number): number {
  let rest = value
  for (let i = 0; i < degree; i++) rest = (rest << 1) ^ ((rest >> (degree - 1)) * generator)
  return rest
}

/** Middles of the alignment patterns, across and down (annex E). */
function alignments(version: number): readonly number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2
  const others = Array.from({ length: count - 1 }, (_, i) => 17 + 4 * version - 7 - i * step)
  return [6, ...others.reverse()]
}

/** Where each mask inverts (7.8.2, table 10). */
const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

/** How hard a code is to read (7.8.3.1): runs, blocks, what looks like a finder, and how far from half of it is dark. */
function penalty(matrix: Matrix): number {
  const columns = matrix.map((_, x) => matrix.map((row) => row[x] === true))
  const lines = [...matrix, ...columns].map((line) => line.map((dark) => (dark ? '1' : '0')).join(''))
  let sum = 0
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2
    for (const pattern of ['10111010000', '00001011101']) {
      for (let at = line.indexOf(pattern); at !== -1; at = line.indexOf(pattern, at + 1)) sum += 40
    }
  }
  for (let y = 1; y < matrix.length; y++) {
    for (let x = 1; x < matrix.length; x++) {
      const dark = matrix[y]?.[x]
      if (dark === matrix[y - 1]?.[x] && dark === matrix[y]?.[x - 1] && dark === matrix[y - 1]?.[x - 1]) sum += 3
    }
  }
  const share = matrix.flat().filter(Boolean).length / matrix.length ** 2
  return sum + 10 * Math.floor(Math.abs(share * 100 - 50) / 5)
}
