/**
 * Number of LF octets in `octets[start, end)`. Four octets at a time: a byte of `word` is LF where `word ^ 0x0a0a0a0a` has a zero byte.
 */
export function countLines(octets: Buffer, start: number, end: number): number {
  let count = 0
  let index = start
  for (; index < end && (octets.byteOffset + index) % 4 !== 0; index += 1) if (octets[index] === 10) count += 1
  const words = (end - index) >> 2
  if (words > 0) count += countInWords(new Int32Array(octets.buffer, octets.byteOffset + index, words))
  for (index += words > 0 ? words * 4 : 0; index < end; index += 1) if (octets[index] === 10) count += 1
  return count
}

function countInWords(words: Int32Array): number {
  let count = 0
  for (let from = 0; from < words.length; from += 255) {
    // Each byte of `sum` counts one lane: 255 words at most before it could overflow.
    let sum = 0
    const to = Math.min(words.length, from + 255)
    for (let index = from; index < to; index += 1) {
      const difference = (words[index] ?? 0) ^ 0x0a0a0a0a
      const notZero = ((difference & 0x7f7f7f7f) + 0x7f7f7f7f) | difference
      sum = (sum + ((~notZero >>> 7) & 0x01010101)) | 0
    }
    count += (sum & 255) + ((sum >>> 8) & 255) + ((sum >>> 16) & 255) + (sum >>> 24)
  }
  return count
}
