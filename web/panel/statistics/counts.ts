import type { OperationOutput } from '../../data/call.ts'

export type Counted = OperationOutput<'statistics.show'>

/** Kinds summed up under one name, by moments in ms. */
export class Series {
  readonly #byMoment = new Map<number, number>()
  sum = 0

  constructor(counts: Counted['counts'], belongs: (kind: string) => boolean) {
    for (const { at, kind, number } of counts) {
      if (!belongs(kind)) continue
      const moment = Date.parse(at)
      this.#byMoment.set(moment, (this.#byMoment.get(moment) ?? 0) + number)
      this.sum += number
    }
  }

  at(moment: number): number {
    return this.#byMoment.get(moment) ?? 0
  }
}

const stepMs = { hour: 3_600_000, day: 86_400_000 } as const

/** Every hour or day (UTC) of the span, also those in which there was nothing. */
export function moments({ step, from, to }: Counted): readonly number[] {
  const ms = stepMs[step]
  const first = Math.floor(Date.parse(from) / ms)
  const last = Math.ceil(Date.parse(to) / ms)
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => (first + index) * ms)
}
