import { useMay } from '../../data/me.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { type ProtectionText, useProtectionText } from './text.ts'

/** What was changed for many lately, and how it is taken back. */
export function Edits() {
  const text = useProtectionText()
  const { dateTime, number } = useWrite()
  const may = useMay()
  const edits = useRead('edit.list', { limit: 50 })
  const undo = useChange('edit.undo')
  const takeBack = async (edit: number) => {
    if ((await undo.run({ edit })) !== undefined) toast(text.edits.took)
  }
  return (
    <Section title={text.edits.title} note={text.edits.note}>
      {undo.problem === undefined ? undefined : <Note tone="danger">{undo.problem.message}</Note>}
      <Loaded of={edits}>
        {({ edits }) => (
          <Table
            name={text.edits.title}
            rows={edits}
            idOf={({ edit }) => String(edit)}
            columns={[
              { key: 'at', title: text.edits.at, onlyWide: true, width: '13rem', cell: ({ at }) => dateTime(at) },
              {
                key: 'what',
                title: text.edits.what,
                cell: ({ change, subject, undoes }) => `${kindWords(change, text)}: ${subject}${undoes === null ? '' : ` (${text.edits.undoes(undoes)})`}`,
              },
              { key: 'by', title: text.edits.by, onlyWide: true, cell: ({ actor }) => actor },
              { key: 'values', title: text.templates.values, numbers: true, width: '5rem', onlyWide: true, cell: ({ values }) => number(values) },
              {
                key: 'state',
                title: text.edits.state,
                width: '11rem',
                cell: ({ edit, undoneBy }) =>
                  undoneBy !== null ? (
                    text.edits.undone
                  ) : may('manage') ? (
                    <Button small icon="undo" name={text.edits.undoName(edit)} onPress={() => void takeBack(edit)} pending={undo.pending}>
                      {text.edits.undo}
                    </Button>
                  ) : (
                    text.edits.inForce
                  ),
              },
            ]}
            empty={<p>{text.edits.none}</p>}
          />
        )}
      </Loaded>
    </Section>
  )
}

function kindWords(change: string, text: ProtectionText): string {
  return text.edits.kinds[change as keyof ProtectionText['edits']['kinds']] ?? change
}
