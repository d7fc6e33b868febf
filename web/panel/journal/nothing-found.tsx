import { Link } from '@tanstack/react-router'
import { useMay } from '../../data/me.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty } from '../../ui/state.tsx'
import styles from './journal.module.css'
import { isNarrow, type Sought } from './sought.ts'
import { useJournalText } from './text.ts'

interface NothingFoundProps {
  readonly search: Sought
  readonly keptSince: string
  readonly onWiden: () => void
}

/** What it means that a message is not there, and where to look next. */
export function NothingFound({ search, keptSince, onWiden }: NothingFoundProps) {
  const { nothing: text } = useJournalText()
  const { date } = useWrite()
  const may = useMay()
  const isAnything = Object.keys(search).length === 0
  const isNarrowed = search.result !== undefined || isNarrow(search)
  if (isAnything) {
    return (
      <Empty icon="journal" title={text.empty}>
        {text.emptyHint}
      </Empty>
    )
  }
  return (
    <Section
      title={text.title}
      actions={
        isNarrowed ? (
          <Button icon="search" onPress={onWiden}>
            {text.widen}
          </Button>
        ) : undefined
      }
    >
      <p>{text.meaning(date(keptSince))}</p>
      {isNarrowed ? <p>{text.narrowed}</p> : undefined}
      <p>{text.reasons}</p>
      <ul className={styles.reasons}>
        <li>{text.otherSender}</li>
        <li>{text.misspelt}</li>
        <li>{text.onItsWay}</li>
        <li>
          {text.elsewhere} {may('see') ? <Link to="/dns">{text.checkDns}</Link> : text.askForDns}
        </li>
      </ul>
    </Section>
  )
}
