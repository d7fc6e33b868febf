import { useParams } from '@tanstack/react-router'
import { useMay, useMe } from '../../data/me.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import type { OperationOutput } from '../../data/call.ts'
import { Section } from '../../ui/page.tsx'
import { Note } from '../../ui/note.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { Select } from '../../ui/select.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Switch } from '../../ui/switch.tsx'
import { toast } from '../../ui/toast.tsx'
import { Lists } from './lists.tsx'
import styles from './protection.module.css'
import { choicesOf, settingWords } from './settings.ts'
import { Source } from './source.tsx'
import { TemplateSelect } from './template-select.tsx'
import { useProtectionText } from './text.ts'

type Shown = OperationOutput<'address.show'>

/** What an address decides for itself: each value with where it comes from, and the three lists. */
export function Protection() {
  const { address } = useParams({ from: '/inside/addresses/$address/protection' })
  const shown = useRead('address.show', { address })
  return <Loaded of={shown}>{(data) => <Settings address={address} shown={data} />}</Loaded>
}

function Settings({ address, shown }: { readonly address: string; readonly shown: Shown }) {
  const text = useProtectionText()
  const may = useMay()
  const isOwn = useMe().mailbox === address
  const mayChange = may('help') || isOwn
  const set = useChange(
    'address.set',
    ({ values }) =>
      (put) =>
        put('address.show', { address }, (now) => foreseen(now, values)),
  )
  const save = async (key: string, value: string | null) => {
    const before = own(shown, key)
    if ((await set.run({ address, values: { [key]: value } })) === undefined) return
    toast(text.saved(settingWords(key, text)), async () => await change('address.set', { address, values: { [key]: before } }))
  }
  const source = (key: string) => {
    const setting = shown.settings[key]
    return setting === undefined ? undefined : <Source setting={key} of={setting} onInherit={mayChange ? () => void save(key, null) : undefined} />
  }
  return (
    <div className={styles.rows}>
      {set.problem === undefined ? undefined : <Note tone="danger">{set.problem.message}</Note>}
      <Section title={text.door} note={text.doorNote}>
        {(['reverse-lookup', 'greylisting'] as const).map((key) => (
          <div key={key} className={styles.setting}>
            <Switch
              label={text.settings[key]}
              note={text.notes[key]}
              on={shown.settings[key]?.value === 'on'}
              onChange={(on) => void save(key, on ? 'on' : 'off')}
              disabled={!mayChange || shown.settings[key]?.from === 'locked'}
            />
            {source(key)}
          </div>
        ))}
        {shown.kind === 'list' ? (
          <div className={styles.setting}>
            <Choose setting="posting" shown={shown} save={save} disabled={!mayChange} />
            {source('posting')}
          </div>
        ) : undefined}
      </Section>
      <Section title={text.content} note={text.contentNote}>
        <div className={styles.setting}>
          <RadioCards
            label={text.settings['spam-level']}
            choices={choicesOf('spam-level', text, shown.spamScores)}
            value={shown.settings['spam-level']?.value}
            onChange={(value) => void save('spam-level', value)}
            disabled={!mayChange}
          />
          {source('spam-level')}
        </div>
        {(['spam-action', 'virus-action'] as const).map((key) => (
          <div key={key} className={styles.setting}>
            <Choose setting={key} shown={shown} save={save} disabled={!mayChange} />
            {source(key)}
          </div>
        ))}
      </Section>
      {may('see') ? <Template address={address} shown={shown} disabled={!may('manage')} /> : undefined}
      <Lists address={address} shown={shown} mayChange={mayChange} save={save} source={source('list-mode')} />
    </div>
  )
}

interface ChooseProps {
  readonly setting: 'spam-action' | 'virus-action' | 'posting'
  readonly shown: Shown
  readonly save: (key: string, value: string) => Promise<void>
  readonly disabled: boolean
}

function Choose({ setting, shown, save, disabled }: ChooseProps) {
  const text = useProtectionText()
  return (
    <Select
      label={text.settings[setting]}
      choices={choicesOf(setting, text)}
      value={shown.settings[setting]?.value}
      onChange={(value) => void save(setting, value)}
      disabled={disabled}
    />
  )
}

function Template({ address, shown, disabled }: { readonly address: string; readonly shown: Shown; readonly disabled: boolean }) {
  const text = useProtectionText()
  const give = useChange('address.set-many')
  const choose = async (template: string | null) => {
    const done = await give.run({ select: { addresses: [address] }, template })
    const edit = done?.edit
    if (edit !== undefined && edit !== null) toast(text.saved(text.template), async () => await change('edit.undo', { edit }))
  }
  return (
    <Section title={text.template} note={text.templateNote}>
      {give.problem === undefined ? undefined : <Note tone="danger">{give.problem.message}</Note>}
      <TemplateSelect
        customer={shown.customer}
        value={shown.template}
        onChange={(name) => void choose(name)}
        disabled={disabled}
        {...(shown.domainTemplate === null ? {} : { note: text.domainHas(shown.domainTemplate) })}
      />
    </Section>
  )
}

/** What the address has set itself; null: nothing. */
function own({ settings }: Shown, key: string): string | null {
  const setting = settings[key]
  return setting?.from === 'address' ? setting.value : null
}

function foreseen(now: Shown, values: Readonly<Record<string, string | null>>): Shown {
  const settings = { ...now.settings }
  for (const [key, value] of Object.entries(values)) {
    const before = settings[key]
    if (before === undefined) continue
    const otherwise = before.from === 'address' ? before.otherwise : before
    if (value !== null)
      settings[key] = {
        value,
        from: 'address',
        ...(otherwise !== undefined && { otherwise: { value: otherwise.value, from: otherwise.from, template: otherwise.template } }),
      }
    else if (otherwise !== undefined) settings[key] = otherwise
  }
  return { ...now, settings }
}
