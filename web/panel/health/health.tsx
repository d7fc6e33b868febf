import { Link } from '@tanstack/react-router'
import type { OperationOutput } from '../../data/call.ts'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Note } from '../../ui/note.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import styles from './health.module.css'
import { useHealthText } from './text.ts'

type Shown = OperationOutput<'health'>
type Problem = Shown['problems'][number]
type Part = Shown['parts'][number]

const againMs = 30_000
const tones = { good: 'good', off: undefined, warn: 'warn', bad: 'danger' } as const satisfies Record<Part['state'], string | undefined>
/** The screen where more of it is told. */
const screens = { relays: '/relays', zones: '/dns', dkim: '/dns', queue: '/queue', settings: '/settings' } as const

/** How the installation is: what an operator should see to, then each part. */
export function Health() {
  const text = useHealthText()
  const { dateTime } = useWrite()
  const health = useRead('health', {}, { againMs: () => againMs })
  return (
    <Page title={text.title} lead={text.lead}>
      <Loaded of={health}>
        {({ problems, parts }) => (
          <>
            {problems.length === 0 ? <Note tone="good">{text.allWell}</Note> : undefined}
            {problems.map((problem) => (
              <ProblemNote key={`${problem.part} ${problem.meaning.en}`} problem={problem} />
            ))}
            <Section title={text.what} note={text.looked(dateTime(health.dataUpdatedAt))}>
              <ul className={styles.parts}>
                {parts.map((part) => (
                  <PartLine key={part.name} part={part} />
                ))}
              </ul>
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function PartLine({ part: { name, state, meaning } }: { readonly part: Part }) {
  const text = useHealthText()
  return (
    <li className={styles.part}>
      <strong>{text.parts[name]}</strong>
      <span>
        <Badge tone={tones[state]}>{text.states[state]}</Badge>
      </span>
      <span className={styles.meaning}>{sentence(meaning[useLanguage()])}</span>
    </li>
  )
}

function ProblemNote({ problem: { part, severe, meaning, remedy } }: { readonly problem: Problem }) {
  const text = useHealthText()
  const language = useLanguage()
  return (
    <Note tone={severe ? 'danger' : 'warn'}>
      <strong>{sentence(meaning[language])}</strong>
      <span>{sentence(remedy[language])}</span>
      {part in screens ? <Link to={screens[part as keyof typeof screens]}>{text.goThere[part as keyof typeof screens]}</Link> : undefined}
    </Note>
  )
}

/** The server's words begin as they stand in a line of the terminal. */
function sentence(words: string): string {
  return `${words.charAt(0).toLocaleUpperCase()}${words.slice(1)}.`
}
