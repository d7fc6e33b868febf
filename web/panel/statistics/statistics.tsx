import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMe } from '../../data/me.ts'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { ChartFrame } from '../../ui/chart-frame.tsx'
import { Chips } from '../../ui/chips.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Grid, Page, Section } from '../../ui/page.tsx'
import { Meter } from '../../ui/progress.tsx'
import { Select } from '../../ui/select.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { RankedBars, type Stacked, StackedBars } from './bars.tsx'
import { QueueLength } from '../queue/length.tsx'
import { mainReasons, Reasons } from './reasons.tsx'
import type { Sought } from '../journal/sought.ts'
import { begins, isDelivered, isRefused, isWaiting } from './kinds.ts'
import { type Counted, moments, Series } from './counts.ts'
import { type Span, spans } from './spans.ts'
import styles from './statistics.module.css'
import { useStatisticsText } from './text.ts'

const asked = {
  day: { step: 'hour', from: '24h' },
  week: { step: 'hour', from: '7d' },
  month: { step: 'day', from: '30d' },
  year: { step: 'day', from: '365d' },
} as const satisfies Record<Span, object>

/** With more, finding one in a list is no help. */
const mostDomains = 200

export function Statistics() {
  const text = useStatisticsText()
  const { span = 'month', domain } = useSearch({ from: '/inside/statistics' })
  const navigate = useNavigate()
  const isOperator = useMe().kind === 'operator'
  const domains = useRead('domain.list', {})
  const shown = useRead('statistics.show', { ...asked[span], ...(domain !== undefined && { domain }) })
  const choose = (next: { readonly span: Span; readonly domain: string | undefined }) =>
    void navigate({ to: '/statistics', search: { span: next.span, ...(next.domain !== undefined && { domain: next.domain }) }, replace: true })
  const names = domains.data?.domains ?? []
  return (
    <Page title={text.title} lead={text.lead}>
      <div className={styles.tools}>
        <Chips
          name={text.span}
          choices={spans.map((value) => ({ value, label: text.spans[value] }))}
          chosen={span}
          onChoose={(chosen) => choose({ span: chosen, domain })}
        />
        {names.length < 2 || names.length > mostDomains ? undefined : (
          <Select
            label={text.domain}
            value={domain ?? ''}
            choices={[{ value: '', label: text.allDomains }, ...names.map((one) => ({ value: one.domain, label: one.domain }))]}
            onChange={(chosen) => choose({ span, domain: chosen === '' ? undefined : chosen })}
          />
        )}
      </div>
      <Loaded of={shown}>{(counted) => <Pictures counted={counted} behind={{ since: asked[span].from, ...(domain !== undefined && { domain }) }} />}</Loaded>
      {isOperator && domain === undefined ? (
        <>
          <QueueLength />
          <Relays />
        </>
      ) : undefined}
    </Page>
  )
}

/** Where the messages behind a figure are: the same time, the same domain. */
type Behind = Pick<Sought, 'since' | 'domain'>

function Pictures({ counted, behind }: { readonly counted: Counted; readonly behind: Behind }) {
  const text = useStatisticsText()
  const { number, size } = useWrite()
  const { counts } = counted
  const of = (belongs: (kind: string) => boolean) => new Series(counts, belongs)
  const [delivered, refused, waiting] = [of(isDelivered), of(isRefused), of(isWaiting)]
  const [sent, delayed, failed] = [of(begins('sent')), of(begins('delayed')), of(begins('failed'))]
  const { domain: _, ...ever } = behind
  const figures: readonly (readonly [string, string, Sought?])[] = [
    [text.delivered, number(delivered.sum), { ...behind, result: 'delivered', direction: 'in' }],
    [text.refused, number(refused.sum), { ...behind, result: 'refused', direction: 'in' }],
    [text.waiting, number(waiting.sum), { ...behind, result: 'waiting', direction: 'in' }],
    [text.spam, number(of(begins('spam')).sum), { ...behind, result: 'spam' }],
    [text.virus, number(of(begins('virus')).sum)],
    // By whom it was sent is not among what can be looked for.
    [text.sent, number(sent.sum), behind.domain === undefined ? { ...ever, result: 'delivered', direction: 'out' } : undefined],
    [text.bytesIn, size(of(begins('bytes-in')).sum)],
  ]
  return (
    <>
      <Section title={text.now}>
        <dl className={styles.figures}>
          {figures.map(([name, value, search]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {search === undefined || value === number(0) ? (
                  value
                ) : (
                  <Link to="/journal" search={search} aria-label={text.behind(name, value)}>
                    {value}
                  </Link>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <OverTime
        title={text.came}
        counted={counted}
        parts={[
          { label: text.delivered, colour: '--chart-1', series: delivered },
          { label: text.waiting, colour: '--chart-2', series: waiting },
          { label: text.refused, colour: '--chart-4', series: refused },
        ]}
      />
      <Grid>
        <Reasons counts={counts} behind={behind} />
        <OverTime title={text.reasonsOverTime} counted={counted} parts={mainReasons(counts, text)} />
        <OverTime
          title={text.judged}
          counted={counted}
          parts={[
            ...(['below-6', '6-to-12', '12-to-20', 'above-20'] as const).map((band, index) => ({
              label: text.bands[band],
              colour: `--chart-${[5, 2, 4, 3][index]}`,
              series: of(begins(`spam ${band}`)),
            })),
            { label: text.virus, colour: '--chart-1', series: of(begins('virus')) },
          ]}
        />
        <OverTime
          title={text.out}
          counted={counted}
          parts={[
            { label: text.sent, colour: '--chart-1', series: sent },
            { label: text.delayed, colour: '--chart-2', series: delayed },
            { label: text.failed, colour: '--chart-4', series: failed },
          ]}
        />
        <Standing counted={counted} />
      </Grid>
    </>
  )
}

function OverTime({ title, counted, parts }: { readonly title: string; readonly counted: Counted; readonly parts: readonly Stacked[] }) {
  const text = useStatisticsText()
  const { number, date, dateTime } = useWrite()
  const all = moments(counted)
  // Days are those of UTC: written as a date, they are the same day everywhere.
  const label = (ms: number) => (counted.step === 'hour' ? dateTime(ms) : date(new Date(ms).toISOString().slice(0, 10)))
  const filled = all.filter((moment) => parts.some(({ series }) => series.at(moment) > 0))
  if (filled.length === 0) return <Section title={title}>{text.nothing}</Section>
  return (
    <Section>
      <ChartFrame
        title={title}
        legend={parts.map(({ label: name, colour }) => ({ label: name, colour }))}
        columns={[text.time, ...parts.map(({ label: name }) => name)]}
        rows={filled.map((moment) => [label(moment), ...parts.map(({ series }) => number(series.at(moment)))])}
      >
        <StackedBars parts={parts} moments={all} label={label} />
      </ChartFrame>
    </Section>
  )
}

const fullnesses = ['full', 'below-100', 'below-90', 'below-80', 'below-50', 'unlimited'] as const

function Standing({ counted: { storage, queue } }: { readonly counted: Counted }) {
  const text = useStatisticsText()
  const { number, size, ago } = useWrite()
  const { usedBytes, quotaBytes } = storage
  return (
    <>
      <Section title={text.storage}>
        {quotaBytes === null || quotaBytes === 0 ? (
          <p>{quotaBytes === null ? text.storageWithout(size(usedBytes)) : size(usedBytes)}</p>
        ) : (
          <Meter label={text.storage} share={usedBytes / quotaBytes} words={text.storageOf(size(usedBytes), size(quotaBytes))} />
        )}
        <Definitions
          entries={[
            [text.mailboxes, number(storage.mailboxes)],
            [text.nearlyFull, number(storage.nearlyFull)],
          ]}
        />
        <h3>{text.fullness}</h3>
        <RankedBars
          rows={fullnesses.filter((one) => storage.fullness[one] > 0).map((one) => ({ name: text.fullnesses[one], number: storage.fullness[one] }))}
          write={number}
        />
      </Section>
      {queue === null ? undefined : (
        <Section title={text.queue}>
          {queue.recipients === 0 ? (
            <p>{text.queueEmpty}</p>
          ) : (
            <Definitions
              entries={[[text.queueNow, number(queue.recipients)], ...(queue.oldest === null ? [] : [[text.queueOldest, ago(queue.oldest)] as const])]}
            />
          )}
        </Section>
      )}
    </>
  )
}

/** Of the operator: who carries the mail out. */
function Relays() {
  const text = useStatisticsText()
  const { number } = useWrite()
  const relays = useRead('relay.list', {})
  return (
    <Section title={text.relays}>
      <Loaded of={relays}>
        {({ relays: rows }) => (
          <>
            <RankedBars
              rows={rows.filter(({ today }) => today.delivered > 0).map(({ name, today }) => ({ name: text.sentBy(name), number: today.delivered }))}
              write={number}
            />
            <Table
              name={text.relays}
              rows={rows}
              idOf={({ name }) => name}
              columns={[
                { key: 'relay', title: text.relay, cell: ({ name }) => name },
                { key: 'state', title: text.state, cell: ({ state }) => text.states[state], onlyWide: true },
                { key: 'sent', title: text.sent, numbers: true, cell: ({ today }) => number(today.delivered) },
                { key: 'delayed', title: text.delayed, numbers: true, cell: ({ today }) => number(today.deferred) },
                { key: 'failed', title: text.failed, numbers: true, cell: ({ today }) => number(today.failed) },
                { key: 'listed', title: text.listed, numbers: true, cell: ({ today }) => number(today.listed), onlyWide: true },
              ]}
            />
          </>
        )}
      </Loaded>
    </Section>
  )
}
