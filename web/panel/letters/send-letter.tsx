import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationInput, OperationOutput } from '../../data/call.ts'
import { useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { Ask } from '../ask.tsx'
import { AsRead } from './as-read.tsx'
import styles from './letters.module.css'
import { useLettersText } from './text.ts'

interface SendLetterProps {
  readonly letter: OperationInput<'letter.preview'>
  readonly foreseen: OperationOutput<'letter.preview'>
  readonly onBack: () => void
  readonly onSent: () => void
}

/** Whom a letter reaches and how it looks; a test of it; sending it. */
export function SendLetter({ letter, foreseen: { recipients, declined, example, from, de, en }, onBack, onSent }: SendLetterProps) {
  const text = useLettersText()
  const navigate = useNavigate()
  const [sending, setSending] = useState(false)
  return (
    <>
      <Note tone={recipients === 0 ? 'warn' : 'info'}>
        <span>
          {recipients === 0 ? text.nobody : text.reaches(recipients)} {declined === 0 ? '' : text.declined(declined)}
        </span>
      </Note>
      <AsRead de={de} en={en} from={from} note={example === null ? undefined : text.as(example)} />
      <Test letter={letter} />
      <div className={styles.actions}>
        <Button tone="primary" disabled={recipients === 0} onPress={() => setSending(true)}>
          {text.send}
        </Button>
        <Button onPress={onBack}>{text.change}</Button>
      </div>
      <Ask
        operation="letter.send"
        input={letter}
        onDone={({ id, recipients: reached }) => {
          onSent()
          toast(text.sent(reached))
          void navigate({ to: '/letters/$letter', params: { letter: String(id) } })
        }}
        title={text.sendTitle(recipients)}
        act={text.send}
        open={sending}
        onClose={() => setSending(false)}
      >
        <p>{text.sendNote}</p>
      </Ask>
    </>
  )
}

function Test({ letter: { de, en, news } }: Pick<SendLetterProps, 'letter'>) {
  const text = useLettersText()
  const [to, setTo] = useState('')
  const test = useChange('letter.test')
  const submit = async () => {
    const done = await test.run({ de, en, news, to: to.trim() })
    if (done !== undefined) toast(text.tested(done.to))
  }
  return (
    <Section title={text.test} note={text.testNote}>
      <Form
        onSubmit={() => void submit()}
        problem={test.problem}
        fields={['to']}
        actions={
          <Button type="submit" pending={test.pending}>
            {text.test}
          </Button>
        }
      >
        <TextField label={text.testTo} name="to" type="email" value={to} onChange={setTo} required />
      </Form>
    </Section>
  )
}
