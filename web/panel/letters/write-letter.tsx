import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useMe } from '../../data/me.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Form } from '../../ui/form.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useFrameText } from '../frame/text.ts'
import { type Draft, draftOf, emptyDraft, isEmpty, keepDraft, letterOf } from './draft.ts'
import { SendLetter } from './send-letter.tsx'
import { useLettersText } from './text.ts'

/** In two steps: writing, then looking at what becomes of it and sending it. */
export function WriteLetter() {
  const text = useLettersText()
  const frame = useFrameText()
  const { name: who } = useMe()
  const [draft, setDraft] = useState(() => draftOf(who))
  const [foreseen, setForeseen] = useState<OperationOutput<'letter.preview'>>()
  const edit = (next: Draft) => {
    setDraft(next)
    keepDraft(who, next)
  }
  useWarning(!isEmpty(draft))
  useStart(foreseen === undefined)
  return (
    <Page
      title={text.new}
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
    >
      {foreseen === undefined ? (
        <Write draft={draft} onEdit={edit} onLook={setForeseen} />
      ) : (
        <SendLetter letter={letterOf(draft)} foreseen={foreseen} onBack={() => setForeseen(undefined)} onSent={() => edit(emptyDraft)} />
      )}
    </Page>
  )
}

/** Before the window is closed. */
function useWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isOn])
}

/** The other step begins at its top, for the eye and for the keyboard, whose button is gone. */
function useStart(step: boolean): void {
  const before = useRef(step)
  useEffect(() => {
    if (before.current === step) return
    before.current = step
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [step])
}

interface WriteProps {
  readonly draft: Draft
  readonly onEdit: (draft: Draft) => void
  readonly onLook: (foreseen: OperationOutput<'letter.preview'>) => void
}

function Write({ draft, onEdit, onLook }: WriteProps) {
  const text = useLettersText()
  const preview = useChange('letter.preview')
  const submit = async () => {
    const foreseen = await preview.run(letterOf(draft))
    if (foreseen !== undefined) onLook(foreseen)
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={preview.problem}
      fields={['en.subject', 'en.text', 'de.subject', 'de.text', 'plan', 'customer', 'domain']}
      actions={
        <>
          <Button type="submit" tone="primary" disabled={isEmpty(draft)} pending={preview.pending}>
            {text.look}
          </Button>
          {isEmpty(draft) ? undefined : <Button onPress={() => onEdit(emptyDraft)}>{text.discard}</Button>}
        </>
      }
    >
      <Section title={text.german} note={text.languageNote}>
        <Words language="de" draft={draft} onEdit={onEdit} />
      </Section>
      <Section title={text.english}>
        <Words language="en" draft={draft} onEdit={onEdit} />
      </Section>
      <Section>
        <Group draft={draft} onEdit={onEdit} />
        <Checkbox label={text.newsLabel} note={text.newsNote} on={draft.news} onChange={(news) => onEdit({ ...draft, news })} />
      </Section>
    </Form>
  )
}

type PartProps = Pick<WriteProps, 'draft' | 'onEdit'>

function Words({ language, draft, onEdit }: PartProps & { readonly language: 'de' | 'en' }) {
  const text = useLettersText()
  const { subjects, texts } = draft
  return (
    <>
      <TextField
        label={text.subject}
        name={`${language}.subject`}
        value={subjects[language]}
        onChange={(subject) => onEdit({ ...draft, subjects: { ...subjects, [language]: subject } })}
      />
      <TextField
        label={text.text}
        name={`${language}.text`}
        note={text.textNote}
        lines={9}
        value={texts[language]}
        onChange={(words) => onEdit({ ...draft, texts: { ...texts, [language]: words } })}
      />
    </>
  )
}

function Group({ draft, onEdit }: PartProps) {
  const text = useLettersText()
  const { group, names } = draft
  const plans = useRead('plan.list', {}).data?.plans ?? []
  const nameIt = (name: string) => onEdit({ ...draft, names: group === 'all' ? names : { ...names, [group]: name } })
  return (
    <>
      <RadioCards
        label={text.group}
        choices={(['all', 'plan', 'customer', 'domain'] as const).map((value) => ({ value, label: text[value] }))}
        value={group}
        onChange={(chosen) => onEdit({ ...draft, group: chosen })}
      />
      {group === 'plan' ? (
        <Select
          label={text.planName}
          name="plan"
          choices={plans.map(({ name }) => ({ value: name, label: name }))}
          value={names.plan === '' ? undefined : names.plan}
          onChange={nameIt}
        />
      ) : undefined}
      {group === 'customer' ? <TextField label={text.customerName} name="customer" value={names.customer} onChange={nameIt} required /> : undefined}
      {group === 'domain' ? <TextField label={text.domainName} name="domain" value={names.domain} onChange={nameIt} required /> : undefined}
    </>
  )
}
