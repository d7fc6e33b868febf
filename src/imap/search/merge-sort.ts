import type { Pauses } from './pauses.ts'

/** Sorted at one go by the engine; comparing texts of 1,000 characters this takes under a millisecond. */
const runLength = 512
/** Merged before the clock is looked at. */
const mergedInOneGo = 2_000

/**
 * Sorts the numbers 0 … count-1 by `compare`, those that compare equal by number, with pauses between: the order of a million messages
 * takes a second. What is in order already, or in reverse, is not compared again.
 */
export async function mergeSort(count: number, compare: (a: number, b: number) => number, pauses: Pauses): Promise<Uint32Array> {
  let from = new Uint32Array(count)
  for (let start = 0; start < count; start += runLength) {
    const run = Array.from({ length: Math.min(runLength, count - start) }, (_, index) => start + index)
    from.set(run.sort(compare), start)
    await pauses.due()
  }
  let to = new Uint32Array(count)
  for (let width = runLength; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      await merge({ from, to, start, middle: Math.min(start + width, count), end: Math.min(start + 2 * width, count) }, compare, pauses)
    }
    ;[from, to] = [to, from]
  }
  return from
}

interface Runs {
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly start: number
  readonly middle: number
  readonly end: number
}

async function merge({ from, to, start, middle, end }: Runs, compare: (a: number, b: number) => number, pauses: Pauses): Promise<void> {
  const at = (index: number) => from[index] as number
  if (middle >= end || compare(at(middle - 1), at(middle)) <= 0) {
    to.set(from.subarray(start, end), start)
    return
  }
  if (compare(at(start), at(end - 1)) > 0) {
    to.set(from.subarray(middle, end), start)
    to.set(from.subarray(start, middle), start + end - middle)
    return
  }
  let left = start
  let right = middle
  for (let place = start; place < end; place++) {
    if (place % mergedInOneGo === 0) await pauses.due()
    to[place] = right >= end || (left < middle && compare(at(left), at(right)) <= 0) ? at(left++) : at(right++)
  }
}
