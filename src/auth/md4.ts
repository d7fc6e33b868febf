/** RFC 1320 A.3: words of the text, in the order of the three rounds, and how far each sum is turned. */
const order = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const
const turns = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const
const added = [0, 0x5a827999, 0x6ed9eba1] as const
const mixes = [
  (x: number, y: number, z: number) => (x & y) | (~x & z),
  (x: number, y: number, z: number) => (x & y) | (x & z) | (y & z),
  (x: number, y: number, z: number) => x ^ y ^ z,
] as const

/**
 * MD4 (RFC 1320), in hexadecimal: what data of leaks in the NTLM form is made of, and OpenSSL does not offer any more. Good for nothing else: it has been
 * broken for thirty years.
 */
export function md4(octets: Uint8Array): string {
  const padded = Buffer.alloc(Math.ceil((octets.length + 9) / 64) * 64)
  padded.set(octets)
  padded[octets.length] = 0x80
  padded.writeBigUInt64LE(BigInt(octets.length) * 8n, padded.length - 8)
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  for (let at = 0; at < padded.length; at += 64) addBlock(state, padded.subarray(at, at + 64))
  const digest = Buffer.alloc(16)
  state.forEach((word, index) => digest.writeInt32LE(word, index * 4))
  return digest.toString('hex')
}

function addBlock(state: Int32Array, block: Buffer): void {
  let [a = 0, b = 0, c = 0, d = 0] = state
  for (const [round, mix] of mixes.entries()) {
    for (const [step, word] of (order[round] ?? []).entries()) {
      const sum = a + mix(b, c, d) + block.readInt32LE(word * 4) + (added[round] ?? 0)
      const turn = turns[round]?.[step % 4] ?? 0
      const next = (sum << turn) | ((sum | 0) >>> (32 - turn))
      ;[a, d, c, b] = [d, c, b, next | 0]
    }
  }
  for (const [index, word] of [a, b, c, d].entries()) state[index] = (state[index] ?? 0) + word
}
