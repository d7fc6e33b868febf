import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { Definitions } from '../../ui/definitions.tsx'
import { Note } from '../../ui/note.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import type { Storied } from './entry.ts'
import { Offers } from './offers.tsx'
import { StateBadge } from './state-badge.tsx'
import { Steps } from './steps.tsx'
import styles from './message.module.css'
import { useJournalText } from './text.ts'

/** The story of a message: what became of it, what that means, what can be done, and how it came to that. */
export function Message() {
  const text = useJournalText()
  const { id } = useParams({ from: '/inside/journal/$id' })
  const shown = useRead('journal.show', { id })
  const [first] = shown.data?.entries ?? []
  const title = first?.sender === undefined || first.sender === '' ? text.message : first.sender
  return (
    <Page
      narrow
      title={title}
      crumbs={
        <Crumbs name={text.title}>
          <Back />
          <span>{text.message}</span>
        </Crumbs>
      }
    >
      <Loaded of={shown}>
        {({ entries, didYouMean, since }) => (
          <>
            {entries.map((entry) => (
              <Told key={entry.entry} entry={entry} />
            ))}
            {didYouMean === null ? undefined : (
              <Note tone="info">
                <p>
                  {text.didYouMean} <strong>{didYouMean}</strong>
                </p>
              </Note>
            )}
            {since === null ? undefined : <Since entry={since} />}
            {entries.length === 1 && first?.queueId !== undefined && first.queueId !== id ? (
              <p>
                <Link to="/journal/$id" params={{ id: first.queueId }} search={(before) => before}>
                  {text.whole}
                </Link>
              </p>
            ) : undefined}
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** To the list that led here, as it was. */
function Back() {
  const text = useJournalText()
  const { of: address, ...sought } = useSearch({ from: '/inside/journal/$id' })
  if (address === undefined) {
    return (
      <Link to="/journal" search={sought}>
        {text.title}
      </Link>
    )
  }
  return (
    <Link to="/addresses/$address/journal" params={{ address }} search={sought}>
      {text.titleOf(address)}
    </Link>
  )
}

function Since({ entry }: { readonly entry: Omit<Storied, 'story'> }) {
  const text = useJournalText()
  const language = useLanguage()
  const { dateTime } = useWrite()
  const isGood = entry.outcome === 'delivered' || entry.outcome === 'forwarded'
  return (
    <Note tone={isGood ? 'good' : 'info'}>
      <p>
        {text.since}, <time dateTime={entry.at}>{dateTime(entry.at)}</time>:{' '}
        <Link to="/journal/$id" params={{ id: entry.entry }} search={(before) => before}>
          {entry.summary[language]}
        </Link>
      </p>
    </Note>
  )
}

function Told({ entry }: { readonly entry: Storied }) {
  const text = useJournalText()
  const language = useLanguage()
  const { dateTime, size } = useWrite()
  const { story, sender, recipient, at, clientName, clientIp, sizeBytes, messageId, queueId, reply, outcome } = entry
  const isOut = ['sent', 'relayed', 'delayed', 'failed', 'removed'].includes(outcome)
  const server = clientName === undefined ? clientIp : `${clientName}${clientIp === '' ? '' : ` [${clientIp}]`}`
  const facts: readonly (readonly [string, string | undefined])[] = [
    [text.from, sender === '' ? text.nobody : sender],
    [text.recipient, recipient],
    [text.at, dateTime(at)],
    [text.size, sizeBytes === undefined ? undefined : size(sizeBytes)],
  ]
  const technical: readonly (readonly [string, string | undefined])[] = [
    [isOut ? text.otherServer : text.server, server === '' ? undefined : server],
    [isOut ? text.otherAnswer : text.answer, reply === '' ? undefined : reply],
    [text.messageId, messageId],
    [text.queueId, queueId],
  ]
  return (
    <>
      <Section>
        <div className={styles.headline}>
          <div className={styles.badges}>
            <StateBadge entry={entry} />
          </div>
          <h2>{story.headline[language]}</h2>
          {story.meaning.map((one) => (
            <p key={one.en}>{one[language]}</p>
          ))}
        </div>
        <Definitions entries={known(facts)} />
      </Section>
      <Offers entry={entry} />
      <Section title={text.why}>
        <Steps steps={story.steps} />
        <details className={styles.technical}>
          <summary>{text.details}</summary>
          <Definitions entries={known(technical)} />
        </details>
      </Section>
    </>
  )
}

function known(entries: readonly (readonly [string, string | undefined])[]): readonly (readonly [string, string])[] {
  return entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}
