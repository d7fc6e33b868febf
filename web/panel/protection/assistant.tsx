import { useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { change, useChange, useRead } from '../../data/operations.ts'
import type { OperationInput, OperationOutput } from '../../data/call.ts'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { Select } from '../../ui/select.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { Effect } from './effect.tsx'
import styles from './protection.module.css'
import { choicesOf, type SettingKey, settingKeys, valueWords } from './settings.ts'
import { useProtectionText } from './text.ts'

type Input = OperationInput<'address.set-many'>
type Output = OperationOutput<'address.set-many'>

/** Cannot be a domain, kind, template or setting. */
const any = '-'

/** What the three steps ask for, as it stands in their fields. */
interface Wishes {
  readonly domain: string
  readonly kind: string
  readonly contains: string
  readonly withTemplate: string
  readonly now: SettingKey | typeof any
  readonly nowValue: string
  readonly names: string
  readonly gives: 'setting' | 'inherit' | 'template' | 'nothing'
  readonly setting: SettingKey
  readonly value: string
  readonly template: string
}

const noWishes: Wishes = {
  domain: any,
  kind: any,
  contains: '',
  withTemplate: any,
  now: any,
  nowValue: '',
  names: '',
  gives: 'setting',
  setting: 'spam-level',
  value: 'high',
  template: '',
}

/** Gives something to many addresses, in three steps: which, what, and a look at what that changes. */
export function Assistant() {
  const text = useProtectionText()
  const { template } = useSearch({ from: '/inside/assistant' })
  const [step, setStep] = useState<1 | 2 | 3>(1)
  const [wishes, setWishes] = useState<Wishes>(template === undefined ? noWishes : { ...noWishes, gives: 'template', template })
  const [done, setDone] = useState<Output>()
  const put = (some: Partial<Wishes>) => setWishes((before) => ({ ...before, ...some }))
  const startAgain = () => {
    setDone(undefined)
    setStep(1)
  }
  return (
    <Page title={text.assistant.title} lead={text.assistant.lead} narrow>
      {done !== undefined ? (
        <Done done={done} onAgain={startAgain} />
      ) : step === 1 ? (
        <Which wishes={wishes} put={put} onNext={() => setStep(2)} />
      ) : step === 2 ? (
        <What wishes={wishes} put={put} onNext={() => setStep(3)} onBack={() => setStep(1)} />
      ) : (
        <Check input={inputOf(wishes)} onBack={() => setStep(2)} onDone={setDone} />
      )}
    </Page>
  )
}

interface StepProps {
  readonly wishes: Wishes
  readonly put: (some: Partial<Wishes>) => void
  readonly onNext: () => void
}

function Which({ wishes, put, onNext }: StepProps) {
  const text = useProtectionText()
  const domains = useRead('domain.list', {}).data?.domains ?? []
  const templates = useTemplateNames()
  const { kinds } = text.assistant
  return (
    <Step step={1} title={text.assistant.which} onNext={onNext}>
      <div className={styles.fields}>
        <Select
          label={text.assistant.domain}
          choices={[{ value: any, label: text.assistant.allDomains }, ...domains.map(({ domain }) => ({ value: domain, label: domain }))]}
          value={wishes.domain}
          onChange={(domain) => put({ domain })}
        />
        <Select
          label={text.assistant.kind}
          choices={[{ value: any, label: text.assistant.allKinds }, ...Object.entries(kinds).map(([value, label]) => ({ value, label }))]}
          value={wishes.kind}
          onChange={(kind) => put({ kind })}
        />
        <TextField label={text.assistant.contains} value={wishes.contains} onChange={(contains) => put({ contains })} optional />
        <Select
          label={text.assistant.template}
          choices={[{ value: any, label: text.assistant.anyTemplate }, ...templates.map((name) => ({ value: name, label: name }))]}
          value={wishes.withTemplate}
          onChange={(withTemplate) => put({ withTemplate })}
        />
        <Select
          label={text.assistant.now}
          choices={[{ value: any, label: text.assistant.anySetting }, ...settingKeys.map((key) => ({ value: key, label: text.settings[key] }))]}
          value={wishes.now}
          onChange={(now) => put({ now, nowValue: now === any ? '' : (choicesOf(now, text)[0]?.value ?? '') })}
        />
        {wishes.now === any ? undefined : (
          <Select label={text.assistant.value} choices={choicesOf(wishes.now, text)} value={wishes.nowValue} onChange={(nowValue) => put({ nowValue })} />
        )}
      </div>
      <TextField
        label={text.assistant.names}
        note={text.assistant.namesNote}
        value={wishes.names}
        onChange={(names) => put({ names })}
        lines={4}
        mono
        optional
      />
    </Step>
  )
}

function What({ wishes, put, onNext, onBack }: StepProps & { readonly onBack: () => void }) {
  const text = useProtectionText()
  const templates = useTemplateNames()
  const { gives } = text.assistant
  return (
    <Step step={2} title={text.assistant.what} onNext={onNext} onBack={onBack} disabled={wishes.gives === 'template' && wishes.template === ''}>
      <RadioCards
        label={text.assistant.givesLabel}
        choices={(['setting', 'template', 'inherit', 'nothing'] as const).map((value) => ({ value, label: gives[value] }))}
        value={wishes.gives}
        onChange={(value) => put({ gives: value })}
      />
      {wishes.gives === 'setting' || wishes.gives === 'inherit' ? (
        <Select
          label={text.assistant.setting}
          choices={settingKeys.map((key) => ({ value: key, label: text.settings[key] }))}
          value={wishes.setting}
          onChange={(setting) => put({ setting, value: choicesOf(setting, text)[0]?.value ?? '' })}
        />
      ) : undefined}
      {wishes.gives === 'setting' ? (
        <Select label={text.assistant.value} choices={choicesOf(wishes.setting, text)} value={wishes.value} onChange={(value) => put({ value })} />
      ) : undefined}
      {wishes.gives === 'template' ? (
        <Select
          label={text.template}
          choices={templates.map((name) => ({ value: name, label: name }))}
          value={wishes.template === '' ? undefined : wishes.template}
          onChange={(template) => put({ template })}
        />
      ) : undefined}
    </Step>
  )
}

interface CheckProps {
  readonly input: Input
  readonly onBack: () => void
  readonly onDone: (done: Output) => void
}

function Check({ input, onBack, onDone }: CheckProps) {
  const text = useProtectionText()
  const foretold = useRead('address.set-many', { ...input, preview: true })
  const give = useChange('address.set-many')
  const submit = async () => {
    const done = await give.run(input)
    if (done !== undefined) onDone(done)
  }
  return (
    <Section title={text.assistant.step(3, text.assistant.check)}>
      <Loaded of={foretold}>
        {(found) => (
          <Form
            onSubmit={() => void submit()}
            problem={give.problem}
            actions={
              <>
                <Button type="submit" tone="primary" pending={give.pending} disabled={found.selected === 0}>
                  {text.assistant.do(found.selected)}
                </Button>
                <Button onPress={onBack} icon="back">
                  {text.assistant.back}
                </Button>
              </>
            }
          >
            <p>{text.assistant.meant(found.selected)}</p>
            <Effect of={found.effect} />
            <LeftOut of={found} />
          </Form>
        )}
      </Loaded>
      {foretold.data === undefined ? (
        <div className={styles.buttons}>
          <Button onPress={onBack} icon="back">
            {text.assistant.back}
          </Button>
        </div>
      ) : undefined}
    </Section>
  )
}

/** What became of each address. */
function Done({ done, onAgain }: { readonly done: Output; readonly onAgain: () => void }) {
  const text = useProtectionText()
  const edit = done.edit ?? 0
  const shown = useRead('edit.show', { edit, limit: 10_000 }, { enabled: done.edit !== null })
  const undo = async () => {
    await change('edit.undo', { edit })
    toast(text.edits.took)
    onAgain()
  }
  const undoing = useUndo(undo)
  return (
    <Section title={text.assistant.done(done.changed)}>
      {undoing.problem === undefined ? undefined : <Note tone="danger">{undoing.problem}</Note>}
      <div className={styles.buttons}>
        {done.edit === null ? undefined : (
          <Button icon="undo" onPress={undoing.run} pending={undoing.pending}>
            {text.assistant.undo}
          </Button>
        )}
        <Button onPress={onAgain}>{text.assistant.again}</Button>
      </div>
      <LeftOut of={done} />
      {done.edit === null ? undefined : (
        <Loaded of={shown}>
          {({ values }) => (
            <Table
              name={text.assistant.changed}
              rows={values}
              idOf={({ owner, key }) => `${owner} ${key}`}
              searched={({ owner }) => owner}
              searchLabel={text.searchEntries}
              columns={[
                { key: 'address', title: text.assistant.address, sortBy: ({ owner }) => owner, cell: ({ owner }) => owner },
                {
                  key: 'before',
                  title: text.assistant.before,
                  cell: ({ key, before }) => (before === null ? text.assistant.inherited : valueWords(key, before, text)),
                },
                {
                  key: 'after',
                  title: text.assistant.after,
                  cell: ({ key, after }) => (after === null ? text.assistant.inherited : valueWords(key, after, text)),
                },
              ]}
            />
          )}
        </Loaded>
      )}
    </Section>
  )
}

function useUndo(undo: () => Promise<void>) {
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<string>()
  const run = () => {
    setPending(true)
    undo()
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setPending(false))
  }
  return { run, pending, problem }
}

/** Addresses that do not get it, and why. */
function LeftOut({ of: { skipped, missing } }: { readonly of: Pick<Output, 'skipped' | 'missing'> }) {
  const text = useProtectionText()
  const rows = [
    ...skipped.map(({ address, why }) => ({ address, why: text.assistant.skippedWhy[why] })),
    ...missing.map((address) => ({ address, why: text.assistant.missingWhy })),
  ]
  if (rows.length === 0) return undefined
  return (
    <Table
      name={text.assistant.skipped}
      rows={rows}
      idOf={({ address, why }) => `${address} ${why}`}
      columns={[
        { key: 'address', title: text.assistant.skipped, cell: ({ address }) => address },
        { key: 'why', title: text.assistant.why, cell: ({ why }) => why },
      ]}
    />
  )
}

interface FrameProps {
  readonly step: number
  readonly title: string
  readonly onNext: () => void
  readonly onBack?: () => void
  readonly disabled?: boolean
  readonly children: ReactNode
}

function Step({ step, title, onNext, onBack, disabled = false, children }: FrameProps) {
  const text = useProtectionText()
  return (
    <Section title={text.assistant.step(step, title)}>
      <Form
        onSubmit={onNext}
        actions={
          <>
            <Button type="submit" tone="primary" disabled={disabled}>
              {text.assistant.next}
            </Button>
            {onBack === undefined ? undefined : (
              <Button onPress={onBack} icon="back">
                {text.assistant.back}
              </Button>
            )}
          </>
        }
      >
        {children}
      </Form>
    </Section>
  )
}

function useTemplateNames(): readonly string[] {
  const { data } = useRead('template.list', {})
  return [...new Set(data?.templates.map(({ name }) => name))]
}

function inputOf(wishes: Wishes): Input {
  const addresses = wishes.names.split(/[\s,;]+/).filter((name) => name !== '')
  return {
    select: {
      ...(wishes.domain !== any && { domains: [wishes.domain] }),
      ...(wishes.kind !== any && { kind: wishes.kind as 'mailbox' }),
      ...(wishes.contains.trim() !== '' && { contains: wishes.contains.trim() }),
      ...(wishes.withTemplate !== any && { template: wishes.withTemplate }),
      ...(wishes.now !== any && { values: { [wishes.now]: wishes.nowValue } }),
      ...(addresses.length > 0 && { addresses }),
    },
    ...(wishes.gives === 'setting' && { values: { [wishes.setting]: wishes.value } }),
    ...(wishes.gives === 'inherit' && { values: { [wishes.setting]: null } }),
    ...(wishes.gives === 'template' && { template: wishes.template }),
    ...(wishes.gives === 'nothing' && { template: null }),
  }
}
