import { type ReactNode, useState } from 'react'
import { change, useChange, useRead } from '../../data/operations.ts'
import type { OperationOutput } from '../../data/call.ts'
import { useLanguage } from '../../text/language.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import styles from './protection.module.css'
import { useProtectionText } from './text.ts'

const listNames = ['block', 'allow-only', 'let-through'] as const
type ListName = (typeof listNames)[number]

interface ListsProps {
  readonly address: string
  readonly shown: OperationOutput<'address.show'>
  readonly mayChange: boolean
  readonly save: (key: string, value: string) => Promise<void>
  readonly source: ReactNode
}

/** The three lists of senders, and which of them is in force. */
export function Lists({ address, shown, mayChange, save, source }: ListsProps) {
  const text = useProtectionText()
  const [chosen, setChosen] = useState<ListName>('block')
  return (
    <Section title={text.lists} note={text.listsNote}>
      <div className={styles.setting}>
        <RadioCards
          label={text.settings['list-mode']}
          choices={(['off', 'block', 'allow-only'] as const).map((value) => ({ value, label: text.modes[value] }))}
          value={shown.settings['list-mode']?.value}
          onChange={(value) => void save('list-mode', value)}
          disabled={!mayChange}
        />
        {source}
      </div>
      <Tabs
        name={text.lists}
        chosen={chosen}
        onChoose={setChosen}
        tabs={listNames.map((list) => ({
          key: list,
          label: `${text.listNames[list]} (${shown.lists[list] ?? 0})`,
          content: () => <OneList key={list} address={address} list={list} mayChange={mayChange} />,
        }))}
      />
    </Section>
  )
}

function OneList({ address, list, mayChange }: { readonly address: string; readonly list: ListName; readonly mayChange: boolean }) {
  const text = useProtectionText()
  const entries = useRead('address.list-entries', { address, list })
  const edit = useChange('address.change-list')
  const remove = async (entry: string) => {
    if ((await edit.run({ address, list, add: [], remove: [entry] })) === undefined) return
    toast(text.removed(entry), async () => await change('address.change-list', { address, list, add: [entry], remove: [] }))
  }
  return (
    <div className={styles.rows}>
      <p>{text.listNotes[list]}</p>
      {edit.problem === undefined ? undefined : <Note tone="danger">{edit.problem.message}</Note>}
      {mayChange ? <Add address={address} list={list} /> : undefined}
      <Loaded of={entries}>
        {({ entries }) => (
          <Table
            name={text.listNames[list]}
            rows={entries}
            idOf={(entry) => entry}
            searched={(entry) => entry}
            searchLabel={text.searchEntries}
            tools={
              <Button small icon="download" onPress={() => saveFile(`${address} ${list}.txt`, entries)}>
                {text.export}
              </Button>
            }
            columns={[
              { key: 'entry', title: text.entry, cell: (entry) => entry, sortBy: (entry) => entry },
              ...(mayChange
                ? [
                    {
                      key: 'remove',
                      title: text.removeEntry,
                      width: '6rem',
                      numbers: true,
                      cell: (entry: string) => <IconButton icon="remove" small name={`${text.removeEntry}: ${entry}`} onPress={() => void remove(entry)} />,
                    },
                  ]
                : []),
            ]}
            empty={<Empty icon="list">{text.noEntries}</Empty>}
          />
        )}
      </Loaded>
    </div>
  )
}

/** Lines that were pasted: the good ones are kept, the others named with what is wrong. */
function Add({ address, list }: { readonly address: string; readonly list: ListName }) {
  const text = useProtectionText()
  const language = useLanguage()
  const [lines, setLines] = useState('')
  const [wrong, setWrong] = useState<OperationOutput<'address.change-list'>['wrong']>([])
  const add = useChange('address.change-list')
  const submit = async () => {
    const entries = entriesIn(lines)
    if (entries.length === 0) return
    const done = await add.run({ address, list, add: entries, remove: [], skipWrong: true })
    if (done === undefined) return
    setWrong(done.wrong)
    setLines(done.wrong.map(({ entry }) => entry).join('\n'))
    const bad = new Set(done.wrong.map(({ entry }) => entry))
    const kept = entries.filter((entry) => !bad.has(entry))
    if (done.added > 0) toast(text.added(done.added), async () => await change('address.change-list', { address, list, add: [], remove: kept }))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['add']}
      actions={
        <Button type="submit" icon="add" pending={add.pending}>
          {text.add}
        </Button>
      }
    >
      <TextField label={text.addEntries} name="add" note={text.addNote} value={lines} onChange={setLines} lines={3} mono />
      {wrong.length === 0 ? undefined : (
        <Note tone="warn">
          <p>{text.wrongEntries(wrong.length)}</p>
          <ul className={styles.wrong}>
            {wrong.slice(0, 50).map(({ entry, why }) => (
              <li key={entry}>{why[language]}</li>
            ))}
          </ul>
        </Note>
      )}
    </Form>
  )
}

/** One a line, or with commas between; # begins a comment. */
function entriesIn(lines: string): string[] {
  const entries = lines.split('\n').flatMap((line) => (line.split('#')[0] ?? '').split(/[,;]/))
  return [...new Set(entries.map((entry) => entry.trim()).filter((entry) => entry !== ''))]
}
