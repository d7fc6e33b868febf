import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Note } from '../../ui/note.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Select } from '../../ui/select.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { useActor } from '../audit/actor.ts'
import { useFrameText } from '../frame/text.ts'
import styles from './bulk.module.css'
import { csvLines } from './table-of.ts'
import { useBulkText } from './text.ts'

type Shown = OperationOutput<'bulk.show'>
type Line = Shown['results'][number]

/** All lines that a job can have. */
const allLines = 10_000
const progressMs = 2_000
/** Lists are long. */
const linesMs = 10_000

const tones = { waiting: undefined, added: 'good', changed: 'good', unchanged: undefined, refused: 'danger' } as const

/** One table that was started: how far it is, and what became of its lines. */
export function Job() {
  const { job } = useParams({ from: '/inside/many-mailboxes/$job' })
  const text = useBulkText()
  const { crumbs } = useFrameText()
  const { dateTime } = useWrite()
  const progress = useRead('bulk.show', { job, limit: 1 }, { againMs: ({ finished }) => (finished === null ? progressMs : undefined) })
  return (
    <Page
      title={progress.data === undefined ? text.title : text.jobTitle(dateTime(progress.data.started))}
      crumbs={
        <Crumbs name={crumbs}>
          <Link to="/many-mailboxes">{text.title}</Link>
        </Crumbs>
      }
    >
      <Loaded of={progress}>
        {(shown) => (
          <>
            <State of={shown} />
            <Lines job={job} isFinished={shown.finished !== null} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function State({ of: { lines, finished, started, by, ...counts } }: { readonly of: Shown }) {
  const text = useBulkText()
  const { number, dateTime } = useWrite()
  const actor = useActor()
  const { added, changed, unchanged, refused } = counts
  const done = added + changed + unchanged + refused
  return (
    <Section>
      {finished === null ? (
        <>
          <Progress label={text.progress} share={done / lines} words={text.of(number(done), number(lines))} />
          <p>{text.leave}</p>
        </>
      ) : refused === 0 ? (
        <Note tone="good">{text.allWell}</Note>
      ) : (
        <Note tone="warn">{text.someRefused(number(refused))}</Note>
      )}
      <Definitions
        entries={[
          ...(['added', 'unchanged', 'changed', 'refused'] as const).map((result) => [text.counts[result], number(counts[result])] as const),
          [text.started, dateTime(started)],
          [text.by, actor(by)],
        ]}
      />
      <p>{text.passwords}</p>
    </Section>
  )
}

function Lines({ job, isFinished }: { readonly job: string; readonly isFinished: boolean }) {
  const text = useBulkText()
  const language = useLanguage()
  const { number } = useWrite()
  const [shown, setShown] = useState<'refused' | 'all'>('refused')
  const lines = useRead(
    'bulk.show',
    { job, limit: allLines, ...(shown === 'refused' && { only: 'refused' }) },
    { againMs: ({ finished }) => (finished === null ? linesMs : undefined) },
  )
  const { refetch } = lines
  useEffect(() => {
    // What was read while it went on lacks the last ones.
    if (isFinished) void refetch()
  }, [isFinished, refetch])
  const save = (results: readonly Line[]) => {
    const refused = results.filter(({ result }) => result === 'refused')
    saveFile(text.fileName, csvLines([text.head, ...refused.map(({ line, address, detail }) => [line, address, detail?.[language] ?? ''])]), 'text/csv')
  }
  return (
    <Section
      title={text.results}
      note={text.numbering}
      actions={
        <Select
          label={text.show}
          hidesLabel
          choices={[
            { value: 'refused', label: text.showRefused },
            { value: 'all', label: text.showAll },
          ]}
          value={shown}
          onChange={setShown}
        />
      }
    >
      <Loaded of={lines}>
        {({ results }) => (
          <Table
            name={text.results}
            rows={results}
            idOf={({ line }) => String(line)}
            searched={({ line, address, detail }) => `${line} ${address} ${detail?.[language] ?? ''}`}
            searchLabel={text.search}
            tools={
              results.some(({ result }) => result === 'refused') ? (
                <Button small icon="download" onPress={() => save(results)}>
                  {text.save}
                </Button>
              ) : undefined
            }
            empty={<Empty icon="check">{text.noneRefused}</Empty>}
            columns={[
              { key: 'line', title: text.line, numbers: true, width: '4.5rem', sortBy: ({ line }) => line, cell: ({ line }) => number(line) },
              { key: 'address', title: text.address, sortBy: ({ address }) => address, cell: (line) => <LineAddress of={line} /> },
              {
                key: 'result',
                title: text.result,
                width: '8rem',
                onlyWide: shown === 'refused',
                sortBy: ({ result }) => result,
                cell: ({ result }) => <Badge tone={tones[result]}>{text.resultNames[result]}</Badge>,
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}

function LineAddress({ of: { address, result, detail } }: { readonly of: Line }) {
  const language = useLanguage()
  if (result === 'waiting') return <>{address}</>
  if (result !== 'refused') {
    return (
      <Link to="/addresses/$address" params={{ address }}>
        {address}
      </Link>
    )
  }
  return (
    <>
      {address}
      <span className={styles.reason}>{detail?.[language]}</span>
    </>
  )
}
