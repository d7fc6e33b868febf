import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useOperationText } from '../operation-text.ts'
import { isInherited } from '../protection/settings.ts'

type Setting = OperationOutput<'setting.list'>['settings'][number]

/** Settings of the installation. */
export function Settings() {
  const { settings: text } = useOperationText()
  const list = useRead('setting.list', {})
  const [changing, setChanging] = useState<Setting>()
  const columns = useColumns(setChanging)
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <Link to="/settings/protection" className={buttonLook()}>
          <Icon name="shield" size={16} />
          {text.protection}
        </Link>
      }
    >
      <Loaded of={list}>
        {({ settings }) => (
          <Table
            name={text.title}
            rows={settings.filter(({ key }) => !isInherited(key))}
            idOf={({ key }) => key}
            columns={columns}
            searched={searched}
            searchLabel={text.search}
          />
        )}
      </Loaded>
      <Dialog title={changing?.key ?? ''} open={changing !== undefined} onClose={() => setChanging(undefined)}>
        {changing === undefined ? undefined : <ChangeSetting setting={changing} onClose={() => setChanging(undefined)} />}
      </Dialog>
    </Page>
  )
}

const searched = ({ key, value, meaning }: Setting) => `${key} ${value} ${meaning.en} ${meaning.de}`

function useColumns(onChange: (setting: Setting) => void): readonly Column<Setting>[] {
  const { settings: text, change: changeWord } = useOperationText()
  const language = useLanguage()
  return [
    {
      key: 'key',
      title: text.key,
      sortBy: ({ key }) => key,
      cell: ({ key, meaning, set }) => (
        <>
          <strong>{key}</strong> {set ? <Badge tone="accent">{text.changed}</Badge> : undefined}
          <br />
          {meaning[language]}
        </>
      ),
    },
    { key: 'value', title: text.value, width: '30%', cell: ({ value }) => (value === '' ? text.nothing : <code>{value}</code>) },
    {
      key: 'change',
      title: changeWord,
      width: '7.5rem',
      cell: (setting) => (
        <Button small onPress={() => onChange(setting)}>
          {changeWord}
        </Button>
      ),
    },
  ]
}

function ChangeSetting({
  setting: { key, value: now, default: usual, set, meaning, values },
  onClose,
}: {
  readonly setting: Setting
  readonly onClose: () => void
}) {
  const { settings: text, save } = useOperationText()
  const language = useLanguage()
  const [value, setValue] = useState(now)
  const setting = useChange('setting.set')
  const put = async (wanted: string | null) => {
    const done = await setting.run({ values: { [key]: wanted } })
    if (done === undefined) return
    onClose()
    const { edit } = done
    toast(text.saved(key), edit === null ? undefined : async () => await change('edit.undo', { edit }))
  }
  return (
    <Form
      onSubmit={() => void put(value)}
      problem={setting.problem}
      fields={[`values.${key}`]}
      actions={
        <>
          <Button type="submit" tone="primary" pending={setting.pending}>
            {save}
          </Button>
          {set ? <Button onPress={() => void put(null)}>{text.backToDefault}</Button> : undefined}
        </>
      }
    >
      <p>{meaning[language]}</p>
      <TextField label={text.value} name={`values.${key}`} note={text.values(values[language])} value={value} onChange={setValue} autoFocus mono />
      <p>{text.default(usual)}</p>
    </Form>
  )
}
