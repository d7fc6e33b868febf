import { useEffect, useState } from 'react'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Chips } from '../../ui/chips.tsx'
import { Form } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Grid } from '../../ui/page.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useStatisticsText } from '../statistics/text.ts'
import styles from './journal.module.css'
import { results, type Sought } from './sought.ts'
import { useJournalText } from './text.ts'

/** After the last key, until the server is asked. */
const pauseMs = 200
/** Fewer letters are in everything. */
const fewestLetters = 2

interface SeekProps {
  readonly sought: Sought
  readonly onSeek: (next: Sought) => void
  /** What the page says itself: whose mail it is about. */
  readonly of?: 'recipient' | 'sender'
}

/** What to look for: a word and a chip; and for who knows more, the rest. */
export function Seek({ sought, onSeek, of }: SeekProps) {
  const text = useJournalText()
  const { text: word = '', result, ...others } = sought
  const [typed, setTyped] = useState(word)
  const next = typed.trim().length >= fewestLetters ? typed.trim() : ''
  const seek = (result: Sought['result']) => onSeek({ ...others, ...(next !== '' && { text: next }), ...(result !== undefined && { result }) })
  useEffect(() => {
    const timer = setTimeout(() => {
      if (next !== word) seek(result)
    }, pauseMs)
    return () => clearTimeout(timer)
  })
  return (
    <>
      <div className={styles.tools}>
        <SearchField label={text.search} value={typed} onChange={setTyped} />
        <Chips
          name={text.filter}
          choices={(['all', ...results] as const).map((value) => ({ value, label: text.results[value] }))}
          chosen={result ?? 'all'}
          onChoose={(chosen) => seek(chosen === 'all' ? undefined : chosen)}
        />
      </div>
      <Narrowed sought={sought} onSeek={onSeek} />
      <details className={styles.further}>
        <summary>{text.more}</summary>
        <Further key={JSON.stringify(sought)} sought={sought} onSeek={onSeek} of={of} />
      </details>
    </>
  )
}

const narrowing = ['domain', 'check', 'sender', 'address', 'direction', 'since', 'until', 'id'] as const

/** By what the list is narrowed, each to be taken away. */
function Narrowed({ sought, onSeek }: SeekProps) {
  const text = useJournalText()
  const { checks } = useStatisticsText()
  const { date, dateTime } = useWrite()
  const when = (at: string) => (/^\d+[mhdw]$/.test(at) ? dateTime(momentOf(at)) : at.length === 10 ? date(at) : dateTime(at))
  const words: Readonly<Record<(typeof narrowing)[number], (value: string) => string>> = {
    domain: text.narrowed.domain,
    check: (check) => text.narrowed.check(checks[check] ?? check),
    sender: text.narrowed.sender,
    address: text.narrowed.address,
    direction: (direction) => (direction === 'out' ? text.directions.out : text.directions.in),
    since: (at) => text.narrowed.since(when(at)),
    until: (at) => text.narrowed.until(when(at)),
    id: text.narrowed.id,
  }
  const shown = narrowing.flatMap((name) => (sought[name] === undefined ? [] : [{ name, label: words[name](sought[name]) }]))
  if (shown.length === 0) return undefined
  return (
    <ul className={styles.narrowed} aria-label={text.narrowedTo}>
      {shown.map(({ name, label }) => (
        <li key={name}>
          <span>{label}</span>
          <button type="button" aria-label={text.without(label)} onClick={() => onSeek({ ...sought, [name]: undefined })}>
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** For who knows more than a word. */
function Further({ sought, onSeek, of }: SeekProps) {
  const text = useJournalText()
  const [sender, setSender] = useState(sought.sender ?? '')
  const [address, setAddress] = useState(sought.address ?? '')
  const [since, setSince] = useState(toField(sought.since))
  const [until, setUntil] = useState(toField(sought.until))
  const [id, setId] = useState(sought.id ?? '')
  const seek = () => {
    const wanted = { sender: sender.trim(), address: address.trim(), since: fromField(since), until: fromField(until), id: id.trim() }
    onSeek({ ...sought, ...Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, value === '' ? undefined : value])) })
  }
  return (
    <Form
      onSubmit={seek}
      actions={
        <Button type="submit" icon="search">
          {text.seek}
        </Button>
      }
    >
      <Grid>
        {of === 'sender' ? undefined : <TextField label={text.sender} note={text.senderNote} type="email" value={sender} onChange={setSender} />}
        {of === 'recipient' ? undefined : <TextField label={text.recipientOf} note={text.recipientNote} type="email" value={address} onChange={setAddress} />}
        <TextField label={text.notBefore} type="datetime-local" value={since} onChange={setSince} />
        <TextField label={text.notAfter} type="datetime-local" value={until} onChange={setUntil} />
        <TextField label={text.id} note={text.idNote} value={id} onChange={setId} />
      </Grid>
    </Form>
  )
}

const spans = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const

/** 24h: a day ago. */
function momentOf(text: string): number {
  const span = /^(\d+)([mhdw])$/.exec(text)
  return span === null ? Date.parse(text.length === 10 ? `${text}T00:00` : text) : Date.now() - Number(span[1]) * spans[span[2] as keyof typeof spans]
}

/** As the field wants it: 2026-05-01T13:30, by the clock on the wall. */
function toField(text: string | undefined): string {
  const ms = text === undefined ? Number.NaN : momentOf(text)
  return Number.isNaN(ms) ? '' : new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function fromField(value: string): string {
  return value === '' || Number.isNaN(Date.parse(value)) ? '' : new Date(value).toISOString()
}
