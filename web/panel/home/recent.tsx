import { Link } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { Section } from '../../ui/page.tsx'
import { StateBadge } from '../journal/state-badge.tsx'
import styles from './recent.module.css'
import { useHomeText } from './text.ts'

const since = '7d'
const mostShown = 3

/** What a mailbox did not get lately: what most people come for is one click away. */
export function Recent({ address }: { readonly address: string }) {
  const text = useHomeText()
  const language = useLanguage()
  const { ago, dateTime } = useWrite()
  const search = { address, since, direction: 'in', limit: mostShown } as const
  const refused = useRead('journal.search', { ...search, result: 'refused' })
  const waiting = useRead('journal.search', { ...search, result: 'waiting' })
  const newest = [...(refused.data?.entries ?? []), ...(waiting.data?.entries ?? [])].toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, mostShown)
  if (newest.length === 0) return undefined
  return (
    <Section
      title={text.recent}
      note={text.recentNote}
      actions={
        <Link to="/journal" search={{ result: 'refused', direction: 'in', since }}>
          {text.recentAll}
        </Link>
      }
    >
      <ul className={styles.recent}>
        {newest.map((entry) => (
          <li key={entry.entry}>
            <StateBadge entry={entry} />
            <Link to="/journal/$id" params={{ id: entry.entry }}>
              {entry.sender ?? entry.clientIp}
            </Link>
            <time dateTime={entry.at} title={dateTime(entry.at)}>
              {ago(entry.at)}
            </time>
            <span>{entry.summary[language]}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
