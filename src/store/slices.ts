/**
 * What a destination shows of the octets as received, where that is not all of them as they came: header fields are left out, and text of ours
 * stands among them (DESIGN decision 2). Stretches one after another; `start` counts from where the received octets begin in the record, so what
 * is before them (below 0) is ours and lies behind the destination's prefix.
 */
export type Slice = readonly [start: number, length: number]

/** Octets shown, of so many received. */
export function shownLength(slices: readonly Slice[] | undefined, octetsLength: number): number {
  return slices === undefined ? octetsLength : slices.reduce((sum, [, length]) => sum + length, 0)
}

/** As the index keeps them; null: all octets as they came. */
export function formatSlices(slices: readonly Slice[] | undefined): string | null {
  return slices === undefined ? null : JSON.stringify(slices)
}

export function parseSlices(text: string | null): readonly Slice[] | undefined {
  return text === null ? undefined : (JSON.parse(text) as readonly Slice[])
}
