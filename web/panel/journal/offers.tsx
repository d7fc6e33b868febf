import { useState } from 'react'
import { useChange } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { Button } from '../../ui/button.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import type { Storied, Story } from './entry.ts'
import styles from './message.module.css'
import { useJournalText } from './text.ts'

type Offer = Story['offers'][number]

const icons: Readonly<Record<Offer['action'], IconName>> = {
  'let-through': 'check',
  allow: 'check',
  unblock: 'check',
  'no-reverse-lookup': 'settings',
  'was-not-spam': 'check',
  'was-spam': 'warning',
  block: 'close',
  'try-again': 'forward',
}

/** What can be done, each with one click; what was done is told, and can be taken back. */
export function Offers({ entry: { entry: id, story } }: { readonly entry: Storied }) {
  const text = useJournalText()
  const language = useLanguage()
  const act = useChange('journal.act')
  const [done, setDone] = useState<{ readonly action: Offer['action']; readonly said: Offer['does']; readonly canUndo: boolean }>()
  const run = async (action: Offer['action'], undo: boolean) => {
    const answer = await act.run({ id, action, ...(undo && { undo }) })
    if (answer !== undefined) setDone({ action, said: answer.done, canUndo: answer.canUndo && !undo })
  }
  if (story.advice.length === 0 && story.offers.length === 0) return undefined
  return (
    <Section title={text.whatNow}>
      {story.advice.map((one) => (
        <p key={one.en}>{one[language]}</p>
      ))}
      <div className={styles.offers}>
        {story.offers.map(({ action, label, does }, index) => (
          <div key={action} className={styles.offer}>
            <Button
              tone={index === 0 && action !== 'block' && action !== 'was-spam' ? 'primary' : 'plain'}
              icon={icons[action]}
              pending={act.pending}
              onPress={() => void run(action, false)}
            >
              {label[language]}
            </Button>
            <p>{does[language]}</p>
          </div>
        ))}
      </div>
      <div role="status">
        {done === undefined ? undefined : (
          <Note tone="good">
            <p>{done.said[language]}</p>
            {done.canUndo ? (
              <div>
                <Button small icon="undo" pending={act.pending} onPress={() => void run(done.action, true)}>
                  {text.undo}
                </Button>
              </div>
            ) : undefined}
          </Note>
        )}
      </div>
      {act.problem === undefined ? undefined : <Note tone="danger">{act.problem.message}</Note>}
    </Section>
  )
}
