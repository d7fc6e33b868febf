import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Loaded } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { Ask } from '../ask.tsx'
import { useActor } from '../audit/actor.ts'
import { useFrameText } from '../frame/text.ts'
import { AsRead } from './as-read.tsx'
import { groupWords, recipientsOf, whileOnItsWayMs } from './letter-words.ts'
import { useLettersText } from './text.ts'

/** One letter: its texts, whom it goes to and how far it is. */
export function Letter() {
  const { letter: id } = useParams({ from: '/inside/letters/$letter' })
  const text = useLettersText()
  const frame = useFrameText()
  const language = useLanguage()
  const actor = useActor()
  const { dateTime } = useWrite()
  const [stopping, setStopping] = useState(false)
  const letter = useRead('letter.show', { id: Number(id) }, { againMs: ({ state }) => (state === 'sending' ? whileOnItsWayMs : undefined) })
  const shown = letter.data
  return (
    <Page
      title={(shown?.[language] ?? shown?.en ?? shown?.de)?.subject ?? text.title}
      narrow
      crumbs={
        <Crumbs name={frame.crumbs}>
          {[
            <Link key="letters" to="/letters">
              {text.title}
            </Link>,
          ]}
        </Crumbs>
      }
      actions={
        shown?.state === 'sending' ? (
          <Button tone="danger" onPress={() => setStopping(true)}>
            {text.stop}
          </Button>
        ) : undefined
      }
    >
      <Loaded of={letter}>
        {({ de, en, to, by, news, state, begun, finished, recipients }) => (
          <>
            <Section>
              <Progress
                label={text.states[state]}
                share={recipients.sent / Math.max(1, recipientsOf(recipients))}
                words={text.progress(recipients.sent, recipientsOf(recipients))}
              />
              {state === 'stopped' || recipients.waiting === 0 ? undefined : <p>{text.waiting(recipients.waiting)}</p>}
              {recipients.unreachable === 0 ? undefined : <p>{text.unreachable(recipients.unreachable)}</p>}
              <Definitions
                entries={[
                  [text.to, `${groupWords(to, text)}${news ? ` · ${text.news}` : ''}`],
                  [text.by, actor(by)],
                  [text.begun, dateTime(begun)],
                  ...(finished === null ? [] : [[state === 'stopped' ? text.states.stopped : text.finished, dateTime(finished)] as const]),
                ]}
              />
            </Section>
            <AsRead de={de} en={en} />
          </>
        )}
      </Loaded>
      <Ask
        operation="letter.stop"
        input={{ id: Number(id) }}
        onDone={() => toast(text.stopped)}
        title={text.stopTitle}
        act={text.stop}
        danger
        open={stopping}
        onClose={() => setStopping(false)}
      >
        <p>{text.stopNote}</p>
      </Ask>
    </Page>
  )
}
