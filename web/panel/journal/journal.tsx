import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Chips } from '../../ui/chips.tsx'
import { Page } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import type { Entry } from './entry.ts'
import styles from './journal.module.css'
import { type Result, results } from './results.ts'
import { StateBadge } from './state-badge.tsx'
import { useJournalText } from './text.ts'

/** After the last key, until the server is asked. */
const pauseMs = 200
/** Fewer letters are in everything. */
const fewestLetters = 2
const perPage = 50

export function Journal() {
  const text = useJournalText()
  const { text: sought = '', result } = useSearch({ from: '/inside/journal' })
  const navigate = useNavigate()
  const [typed, setTyped] = useState(sought)
  const seek = (next: { readonly text: string; readonly result: Result | undefined }) =>
    void navigate({
      to: '/journal',
      search: { ...(next.text.trim().length >= fewestLetters && { text: next.text.trim() }), ...(next.result !== undefined && { result: next.result }) },
      replace: true,
    })
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() !== sought) seek({ text: typed, result })
    }, pauseMs)
    return () => clearTimeout(timer)
  })
  return (
    <Page title={text.title} lead={text.lead}>
      <div className={styles.tools}>
        <SearchField label={text.search} value={typed} onChange={setTyped} />
        <Chips
          name={text.filter}
          choices={(['all', ...results] as const).map((value) => ({ value, label: text.results[value] }))}
          chosen={result ?? 'all'}
          onChoose={(chosen) => seek({ text: typed, result: chosen === 'all' ? undefined : chosen })}
        />
      </div>
      <Entries key={`${sought} ${result}`} search={{ ...(sought !== '' && { text: sought }), ...(result !== undefined && { result }) }} />
    </Page>
  )
}

interface EntriesProps {
  readonly search: { readonly text?: string; readonly result?: Result }
  /** Where the part above ended; undefined: this is the newest. */
  readonly before?: string
}

/** One part of the list, and below it the next, once somebody wants it. */
function Entries({ search, before }: EntriesProps) {
  const text = useJournalText()
  const found = useRead('journal.search', { ...search, ...(before !== undefined && { before }), limit: perPage })
  const [more, setMore] = useState(false)
  return (
    <Loaded of={found}>
      {({ entries, next }) => (
        <>
          {entries.length === 0 ? undefined : (
            <ul className={styles.list}>
              {entries.map((entry) => (
                <Row key={entry.entry} entry={entry} />
              ))}
            </ul>
          )}
          {entries.length === 0 && next === null && before === undefined ? (
            <Empty icon="journal" title={text.none}>
              {text.noneHint}
            </Empty>
          ) : undefined}
          {entries.length === 0 && next !== null && !more ? <p className={styles.soFar}>{text.searchedSoFar}</p> : undefined}
          {next === null ? undefined : more ? (
            <Entries search={search} before={next} />
          ) : (
            <div>
              <Button onPress={() => setMore(true)}>{entries.length < perPage ? text.further : text.older}</Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  )
}

function Row({ entry }: { readonly entry: Entry }) {
  const text = useJournalText()
  const language = useLanguage()
  const { ago, dateTime, number } = useWrite()
  const { sender, recipient, at, summary, repeats } = entry
  return (
    <li className={styles.row}>
      <div className={styles.rowHead}>
        <StateBadge entry={entry} />
        <Link className={styles.sender} to="/journal/$id" params={{ id: entry.entry }}>
          {sender === undefined ? text.noSender : sender === '' ? text.nobody : sender}
        </Link>
        {recipient === undefined ? undefined : <span className={styles.recipient}>{text.to(recipient)}</span>}
        {repeats > 1 ? <span className={styles.recipient}>{text.alike(number(repeats))}</span> : undefined}
        <time className={styles.when} dateTime={at} title={dateTime(at)}>
          {ago(at)}
        </time>
      </div>
      <p className={styles.summary}>{summary[language]}</p>
    </li>
  )
}
