import { useState } from 'react'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { ChartFrame } from '../../ui/chart-frame.tsx'
import { Chips } from '../../ui/chips.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { StackedBars } from '../statistics/bars.tsx'
import { Series } from '../statistics/counts.ts'
import { useQueueText } from './text.ts'

const asked = {
  day: { step: 'ten-minutes', from: '24h' },
  week: { step: 'hour', from: '7d' },
  quarter: { step: 'day', from: '90d' },
} as const
type Span = keyof typeof asked

const minuteMs = 60_000

/** How much waited over time; `short`: of a day only. */
export function QueueLength({ short = false }: { readonly short?: boolean }) {
  const text = useQueueText()
  const { number, date, dateTime } = useWrite()
  const [span, setSpan] = useState<Span>('day')
  const shown = useRead('queue.history', asked[span])
  return (
    <Section>
      {short ? undefined : (
        <Chips
          name={text.span}
          choices={(['day', 'week', 'quarter'] as const).map((value) => ({ value, label: text.spans[value] }))}
          chosen={span}
          onChoose={setSpan}
        />
      )}
      <Loaded of={shown}>
        {({ from, to, stepMinutes, lengths }) => {
          if (lengths.every(({ recipients }) => recipients === 0)) {
            return (
              <>
                <h2>{text.length}</h2>
                <p>{text.neverWaited}</p>
              </>
            )
          }
          const stepMs = stepMinutes * minuteMs
          const first = Math.floor(Date.parse(from) / stepMs)
          const moments = Array.from({ length: Math.ceil(Date.parse(to) / stepMs) - first }, (_, index) => (first + index) * stepMs)
          const series = new Series(
            lengths.map(({ at, recipients }) => ({ at, kind: 'waiting', number: recipients })),
            () => true,
          )
          const label = (ms: number) => (span === 'quarter' ? date(new Date(ms).toISOString().slice(0, 10)) : dateTime(ms))
          return (
            <ChartFrame
              title={text.length}
              columns={[text.when, text.recipients]}
              rows={lengths.map(({ at, recipients }) => [label(Date.parse(at)), number(recipients)])}
            >
              <StackedBars parts={[{ label: text.recipients, colour: '--chart-1', series }]} moments={moments} label={label} />
            </ChartFrame>
          )
        }}
      </Loaded>
    </Section>
  )
}
