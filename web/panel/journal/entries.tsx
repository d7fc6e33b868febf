import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Loaded } from '../../ui/state.tsx'
import type { Entry } from './entry.ts'
import styles from './journal.module.css'
import { NothingFound } from './nothing-found.tsx'
import type { Sought } from './sought.ts'
import { StateBadge } from './state-badge.tsx'
import { useJournalText } from './text.ts'

const perPage = 50

interface EntriesProps {
  readonly search: Sought
  /** What the page of a message is told, to lead back here. */
  readonly back: Sought & { readonly of?: string }
  /** Looks for everything. */
  readonly onWiden: () => void
  /** Where the part above ended; undefined: this is the newest. */
  readonly before?: string
}

/** One part of the list, and below it the next, once somebody wants it. */
export function Entries({ search, back, onWiden, before }: EntriesProps) {
  const text = useJournalText()
  const { date } = useWrite()
  const found = useRead('journal.search', { ...search, ...(before !== undefined && { before }), limit: perPage })
  const [more, setMore] = useState(false)
  return (
    <Loaded of={found}>
      {({ entries, next, keptSince }) => (
        <>
          {entries.length === 0 ? undefined : (
            <ul className={styles.list}>
              {entries.map((entry) => (
                <Row key={entry.entry} entry={entry} back={back} />
              ))}
            </ul>
          )}
          {entries.length === 0 && next === null && before === undefined ? (
            <NothingFound search={search} keptSince={keptSince} onWiden={onWiden} />
          ) : next === null ? (
            <p className={styles.soFar}>{text.allOfIt(date(keptSince))}</p>
          ) : undefined}
          {entries.length === 0 && next !== null && !more ? <p className={styles.soFar}>{text.searchedSoFar}</p> : undefined}
          {next === null ? undefined : more ? (
            <Entries search={search} back={back} onWiden={onWiden} before={next} />
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

function Row({ entry, back }: { readonly entry: Entry; readonly back: EntriesProps['back'] }) {
  const text = useJournalText()
  const language = useLanguage()
  const { ago, dateTime, number } = useWrite()
  const { sender, recipient, at, summary, repeats } = entry
  return (
    <li className={styles.row}>
      <div className={styles.rowHead}>
        <StateBadge entry={entry} />
        <Link className={styles.sender} to="/journal/$id" params={{ id: entry.entry }} search={back}>
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
