import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useMemo, useState } from 'react'
import { useRead, useChange } from '../../data/operations.ts'
import type { OperationOutput } from '../../data/call.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useActor } from '../audit/actor.ts'
import { useDomainsText } from '../domains/text.ts'
import { useFrameText } from '../frame/text.ts'
import styles from './bulk.module.css'
import { Look } from './look.tsx'
import { tableOf, textOf } from './table-of.ts'
import { useBulkText } from './text.ts'

/** As much as the server takes, in octets; most letters are one. */
const largestFileBytes = 4_000_000
/** How often jobs under way are looked at. */
const againMs = 3_000

/** Many mailboxes from a table, and the tables that were started before. */
export function Bulk() {
  const { domain } = useSearch({ from: '/inside/many-mailboxes' })
  const text = useBulkText()
  const { crumbs } = useFrameText()
  const { title: domains } = useDomainsText()
  return (
    <Page
      title={text.title}
      lead={text.lead}
      crumbs={
        <Crumbs name={crumbs}>
          <Link to="/domains">{domains}</Link>
          {domain === undefined ? undefined : (
            <Link to="/domains/$domain" params={{ domain }}>
              {domain}
            </Link>
          )}
        </Crumbs>
      }
    >
      <Start domain={domain} />
      <Jobs />
    </Page>
  )
}

function Start({ domain }: { readonly domain: string | undefined }) {
  const text = useBulkText()
  const { count } = useWrite()
  const navigate = useNavigate()
  const start = useChange('bulk.start')
  const [csv, setCsv] = useState('')
  /** Name of the file that `csv` came from: its lines are not drawn in a field. */
  const [file, setFile] = useState<string>()
  const [tooLarge, setTooLarge] = useState(false)
  // Typing goes on while thousands of lines are looked at.
  const looked = useDeferredValue(csv)
  const table = useMemo(() => (looked.trim() === '' ? undefined : tableOf(looked)), [looked])
  const [one = '', many = ''] = text.lines
  const lines = table?.fault === undefined ? (table?.mailboxes.length ?? 0) : 0
  const example = text.example(domain ?? 'example.org')
  const choose = async (chosen: File) => {
    setTooLarge(chosen.size > largestFileBytes)
    if (chosen.size > largestFileBytes) return
    start.reset()
    setCsv(await textOf(chosen))
    setFile(chosen.name)
  }
  const submit = async () => {
    const started = await start.run({ csv })
    if (started !== undefined) await navigate({ to: '/many-mailboxes/$job', params: { job: started.job } })
  }
  return (
    <Section title={text.table}>
      <ul className={styles.rules}>
        <li>{text.rules.password}</li>
        <li>{text.rules.quota}</li>
        <li>{text.rules.again}</li>
      </ul>
      <div className={styles.row}>
        <strong>{text.exampleTitle}</strong>
        <CopyButton value={example} what={text.exampleTitle} label={text.copyExample} />
      </div>
      <pre className={styles.example}>{example}</pre>
      <Form
        onSubmit={() => void submit()}
        problem={start.problem}
        fields={file === undefined ? ['csv'] : []}
        actions={
          <Button type="submit" tone="primary" pending={start.pending} disabled={lines === 0}>
            {lines === 0 ? text.startNone : text.start(count(lines, one, many))}
          </Button>
        }
      >
        <div className={styles.row}>
          <FileButton
            label={file === undefined ? text.file : text.otherFile}
            accepts={['.csv', '.txt', 'text/csv', 'text/plain']}
            onChoose={(chosen) => void choose(chosen)}
          />
          {file === undefined ? undefined : (
            <>
              <span>{text.fromFile(file, count(lines, one, many))}</span>
              <Button
                tone="quiet"
                onPress={() => {
                  setFile(undefined)
                  setCsv('')
                  start.reset()
                }}
              >
                {text.paste}
              </Button>
            </>
          )}
        </div>
        {tooLarge ? <Note tone="danger">{text.tooLarge}</Note> : undefined}
        {file === undefined ? <TextField label={text.csv} name="csv" note={text.csvNote} value={csv} onChange={setCsv} lines={8} mono /> : undefined}
        {table === undefined ? undefined : <Look table={table} domain={domain} />}
      </Form>
    </Section>
  )
}

function Jobs() {
  const text = useBulkText()
  const { dateTime, number } = useWrite()
  const actor = useActor()
  const jobs = useRead('bulk.list', {}, { againMs: ({ jobs }) => (jobs.some(({ finished }) => finished === null) ? againMs : undefined) })
  return (
    <Section title={text.jobs} note={text.jobsNote}>
      <Loaded of={jobs}>
        {({ jobs }) => (
          <Table
            name={text.jobs}
            rows={jobs}
            idOf={({ job }) => job}
            empty={<p>{text.noJobs}</p>}
            columns={[
              {
                key: 'started',
                title: text.started,
                cell: ({ job, started }) => (
                  <Link to="/many-mailboxes/$job" params={{ job }}>
                    {dateTime(started)}
                  </Link>
                ),
              },
              { key: 'by', title: text.by, onlyWide: true, cell: ({ by }) => actor(by) },
              { key: 'lines', title: text.results, numbers: true, width: '6rem', onlyWide: true, cell: ({ lines }) => number(lines) },
              { key: 'state', title: text.state, width: '12rem', cell: (job) => <JobState job={job} /> },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}

function JobState({ job }: { readonly job: OperationOutput<'bulk.list'>['jobs'][number] }) {
  const text = useBulkText()
  const { number, percent } = useWrite()
  const { finished, lines, added, changed, unchanged, refused } = job
  if (finished === null) return <Badge tone="warn">{text.underWay(percent((added + changed + unchanged + refused) / lines))}</Badge>
  return refused === 0 ? <Badge tone="good">{text.finished}</Badge> : <Badge tone="danger">{text.refusedCount(number(refused))}</Badge>
}
