import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import styles from './audit.module.css'
import { useActor } from './actor.ts'
import { Detail } from './detail.tsx'
import { useAuditText } from './text.ts'

type Entry = OperationOutput<'audit.list'>['entries'][number]

/** Who changed what. */
export function Audit() {
  const text = useAuditText()
  const actorOf = useActor()
  const { dateTime } = useWrite()
  const [subject, setSubject] = useState('')
  /** Where each page begins; the last one is shown. */
  const [pages, setPages] = useState<readonly number[]>([])
  const before = pages.at(-1)
  const list = useRead('audit.list', { limit: 200, ...(subject.trim() !== '' && { subject: subject.trim() }), ...(before !== undefined && { before }) })
  const look = (wanted: string) => {
    setSubject(wanted)
    setPages([])
  }
  return (
    <Page title={text.title} lead={text.lead}>
      <SearchField label={text.search} value={subject} onChange={look} />
      <Loaded of={list}>
        {({ entries, next }) => (
          <>
            <Table
              name={text.title}
              rows={entries}
              idOf={({ id }) => String(id)}
              columns={[
                { key: 'at', title: text.at, onlyWide: true, width: '13rem', cell: ({ at }) => dateTime(at) },
                {
                  key: 'change',
                  title: text.change,
                  width: '45%',
                  cell: (entry) => (
                    <>
                      {changeOf(entry, text)}
                      <Detail of={entry} />
                      <span className={styles.narrow}>
                        {dateTime(entry.at)}, {actorOf(entry.actor)}
                      </span>
                    </>
                  ),
                },
                { key: 'subject', title: text.subject, cell: ({ subject }) => subject },
                { key: 'actor', title: text.actor, onlyWide: true, cell: ({ actor }) => actorOf(actor) },
              ]}
              empty={
                <Empty icon="journal" title={text.none}>
                  {text.noneHint}
                </Empty>
              }
            />
            <div>
              {pages.length === 0 ? undefined : <Button onPress={() => setPages(pages.slice(0, -1))}>{text.newer}</Button>}{' '}
              {next === null ? undefined : <Button onPress={() => setPages([...pages, next])}>{text.older}</Button>}
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

type AuditText = ReturnType<typeof useAuditText>

/** In words; what is newer than these words, by its name. */
function changeOf({ change }: Entry, { changes }: AuditText): string {
  return (changes as Readonly<Record<string, string>>)[change] ?? change
}
