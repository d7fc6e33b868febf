import { useWrite } from '../../text/write.ts'
import { Section } from '../../ui/page.tsx'
import type { Sought } from '../journal/sought.ts'
import { RankedBars, type Stacked } from './bars.tsx'
import { type Counted, Series } from './counts.ts'
import { useStatisticsText } from './text.ts'

type Counts = Counted['counts']

/** Because of what mail was refused or asked to come again, each with its messages in the journal. */
export function Reasons({ counts, behind }: { readonly counts: Counts; readonly behind: Sought }) {
  const text = useStatisticsText()
  const { number } = useWrite()
  const rows = checksOf(counts).map(([check, sum]) => ({
    name: text.checks[check] ?? check,
    number: sum,
    search: { ...behind, check: check as NonNullable<Sought['check']> },
  }))
  return <Section title={text.reasons}>{rows.length === 0 ? text.nothing : <RankedBars rows={rows} write={number} />}</Section>
}

const colours = ['--chart-4', '--chart-2', '--chart-3', '--chart-1'] as const

/** The same as parts of a picture over time: as many as there are colours for, and what is left together. */
export function mainReasons(counts: Counts, text: ReturnType<typeof useStatisticsText>): readonly Stacked[] {
  const checks = checksOf(counts).map(([check]) => check)
  const main = checks.slice(0, colours.length).map((check, index) => ({
    label: text.checks[check] ?? check,
    colour: colours[index] ?? colours[0],
    series: new Series(counts, (kind) => checkOf(kind) === check),
  }))
  const rest = new Set(checks.slice(colours.length))
  if (rest.size === 0) return main
  return [...main, { label: text.otherReasons, colour: '--chart-5', series: new Series(counts, (kind) => rest.has(checkOf(kind) ?? '')) }]
}

/** The most frequent first. */
function checksOf(counts: Counts): readonly (readonly [check: string, sum: number])[] {
  const sums = new Map<string, number>()
  for (const { kind, number } of counts) {
    const check = checkOf(kind)
    if (check !== undefined) sums.set(check, (sums.get(check) ?? 0) + number)
  }
  return [...sums].toSorted(([, a], [, b]) => b - a)
}

function checkOf(kind: string): string | undefined {
  const [word, check] = kind.split(' ')
  return word === 'refused' || word === 'deferred' ? check : undefined
}
