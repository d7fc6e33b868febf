/** Of level M, versions 1 to 20: octets of correction in each block, and blocks (ISO/IEC 18004 table 9). */
const levelM: readonly (readonly [correction: number, blocks: number])[] = [
  [10, 1],
  [16, 1],
  [26, 1],
  [18, 2],
  [24, 2],
  [16, 4],
  [18, 4],
  [22, 4],
  [22, 5],
  [26, 5],
  [30, 5],
  [22, 8],
  [22, 9],
  [24, 9],
  [24, 10],
  [28, 10],
  [28, 11],
  [26, 13],
  [26, 14],
  [26, 16],
]

/** Octets as they are drawn: in the smallest version that holds them, with correction, blocks woven into each other; undefined: too many. */
export function codewords(data: Uint8Array): { readonly version: number; readonly octets: Uint8Array } | undefined {
  for (const [index, [correction, blocks]] of levelM.entries()) {
    const version = index + 1
    const capacity = allOctets(version) - correction * blocks
    const lengthBits = version < 10 ? 8 : 16
    if (4 + lengthBits + 8 * data.length > 8 * capacity) continue
    return { version, octets: weave(padded(data, lengthBits, capacity), allOctets(version), correction, blocks) }
  }
  return undefined
}

/** What a code of a version has room for: its modules without finders, timing, alignment, format and version. */
function allOctets(version: number): number {
  let modules = (16 * version + 128) * version + 64
  if (version >= 2) {
    const alignments = Math.floor(version / 7) + 2
    modules -= (25 * alignments - 10) * alignments - 55
    if (version >= 7) modules -= 36
  }
  return modules >> 3
}

/** Byte mode, length, data, end, and what fills the rest (7.4). */
function padded(data: Uint8Array, lengthBits: number, capacity: number): Uint8Array {
  const bits: number[] = []
  const write = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1)
  }
  write(0b0100, 4)
  write(data.length, lengthBits)
  for (const octet of data) write(octet, 8)
  write(0, Math.min(4, 8 * capacity - bits.length))
  while (bits.length % 8 !== 0) bits.push(0)
  for (let fill = 0xec; bits.length < 8 * capacity; fill ^= 0xec ^ 0x11) write(fill, 8)
  return Uint8Array.from({ length: capacity }, (_, i) => Number.parseInt(bits.slice(8 * i, 8 * i + 8).join(''), 2))
}

/** Octet by octet from all blocks in turn, data first (7.6). The later blocks may be one octet longer. */
function weave(data: Uint8Array, all: number, correction: number, blocks: number): Uint8Array {
  const shortLength = Math.floor(all / blocks) - correction
  const shortBlocks = blocks - (all % blocks)
  const generator = generatorOf(correction)
  const parts = Array.from({ length: blocks }, (_, i) => {
    const start = i * shortLength + Math.max(0, i - shortBlocks)
    const part = data.slice(start, start + shortLength + (i < shortBlocks ? 0 : 1))
    return { data: part, correction: corrected(part, generator) }
  })
  const woven: number[] = []
  for (let i = 0; i <= shortLength; i++) for (const part of parts) if (i < part.data.length) woven.push(part.data[i] ?? 0)
  for (let i = 0; i < correction; i++) for (const part of parts) woven.push(part.correction[i] ?? 0)
  return Uint8Array.from(woven)
}

/** Reed-Solomon (7.5.2): coefficients below the highest, which is 1. */
function generatorOf(degree: number): Uint8Array {
  const result = new Uint8Array(degree)
  result[degree - 1] = 1
  let root = 1
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) result[j] = multiply(result[j] ?? 0, root) ^ (result[j + 1] ?? 0)
    root = multiply(root, 2)
  }
  return result
}

function corrected(data: Uint8Array, generator: Uint8Array): Uint8Array {
  const result = new Uint8Array(generator.length)
  for (const octet of data) {
    const factor = octet ^ (result[0] ?? 0)
    result.copyWithin(0, 1)
    result[result.length - 1] = 0
    for (const [i, coefficient] of generator.entries()) result[i] = (result[i] ?? 0) ^ multiply(coefficient, factor)
  }
  return result
}

/** In GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let i = 7; i >= 0; i--) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> i) & 1) * a)
  return product
}
