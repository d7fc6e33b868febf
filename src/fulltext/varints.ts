import { OctetWriter } from '../base/octet-writer.ts'

/** Ascending numbers, each as its distance from the one before. */
export function encodeAscending(numbers: ArrayLike<number>): Uint8Array {
  const writer = new OctetWriter(numbers.length * 2 + 8)
  let last = 0
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] ?? 0
    writer.number(number - last)
    last = number
  }
  return writer.octets()
}

export function decodeAscending(octets: Uint8Array): number[] {
  const numbers: number[] = []
  let last = 0
  let value = 0
  let factor = 1
  for (const octet of octets) {
    value += (octet & 127) * factor
    factor *= 128
    if (octet >= 128) continue
    numbers.push((last += value))
    value = 0
    factor = 1
  }
  return numbers
}

/** Whether ascending numbers, encoded, have all of these, which ascend too. */
export function hasAll(octets: Uint8Array, wanted: readonly number[]): boolean {
  let next = 0
  let number = 0
  for (let at = 0; at < octets.length && next < wanted.length; ) {
    let octet = octets[at++] ?? 0
    let distance = octet & 127
    for (let shift = 7; octet >= 128 && shift < 28; shift += 7) distance |= ((octet = octets[at++] ?? 0) & 127) << shift
    number += distance
    const sought = wanted[next] ?? 0
    if (number > sought) return false
    if (number === sought) next++
  }
  return next === wanted.length
}
