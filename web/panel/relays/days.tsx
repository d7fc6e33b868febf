import type { OperationOutput } from '../../data/call.ts'
import { useWrite } from '../../text/write.ts'
import { ChartFrame } from '../../ui/chart-frame.tsx'
import { Section } from '../../ui/page.tsx'
import { useRelaysText } from './text.ts'

type Day = OperationOutput<'relay.show'>['days'][number]

const height = 120
const kinds = [
  ['delivered', '--chart-1'],
  ['deferred', '--chart-2'],
  ['failed', '--chart-4'],
  ['listed', '--chart-3'],
] as const

/** How much left by it on each day, the last one at the right. */
export function RelayDays({ days }: { readonly days: readonly Day[] }) {
  const text = useRelaysText()
  const { date, number } = useWrite()
  if (days.length === 0) return <Section title={text.days} note={text.noDays} />
  const sum = (day: Day) => kinds.reduce((all, [kind]) => all + day[kind], 0)
  const most = Math.max(1, ...days.map(sum))
  const inOrder = days.toReversed()
  const width = 100 / inOrder.length
  return (
    <Section>
      <ChartFrame
        title={text.days}
        legend={kinds.map(([kind, colour]) => ({ label: text[kind], colour }))}
        columns={[text.day, ...kinds.map(([kind]) => text[kind])]}
        rows={days.map((day) => [date(day.day), ...kinds.map(([kind]) => number(day[kind]))])}
      >
        <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" height={height} width="100%">
          {inOrder.map((day, index) => {
            let y = height
            return kinds.map(([kind, colour]) => {
              const part = (day[kind] / most) * height
              y -= part
              return <rect key={`${day.day}${kind}`} x={index * width + width * 0.1} y={y} width={width * 0.8} height={part} fill={`var(${colour})`} />
            })
          })}
        </svg>
      </ChartFrame>
    </Section>
  )
}
