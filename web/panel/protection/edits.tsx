import { useMay } from '../../data/me.ts'
import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { Ask } from '../ask.tsx'
import { Effect } from './effect.tsx'
import { type ProtectionText, useProtectionText } from './text.ts'

type Edit = OperationOutput<'edit.list'>['edits'][number]

/** What was changed for many lately, and how it is taken back. */
export function Edits() {
  const text = useProtectionText()
  const { dateTime, number } = useWrite()
  const may = useMay()
  const edits = useRead('edit.list', { limit: 50 })
  const [asked, setAsked] = useState<Edit>()
  return (
    <Section title={text.edits.title} note={text.edits.note}>
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
                cell: (row) =>
                  row.undoneBy !== null ? (
                    text.edits.undone
                  ) : may('manage') ? (
                    <Button small icon="undo" name={text.edits.undoName(row.edit)} onPress={() => setAsked(row)}>
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
      {asked === undefined ? undefined : <TakeBack edit={asked} onClose={() => setAsked(undefined)} />}
    </Section>
  )
}

/** Whom it reaches is said before it is done. */
function TakeBack({ edit: { edit, change, subject }, onClose }: { readonly edit: Edit; readonly onClose: () => void }) {
  const text = useProtectionText()
  const foretold = useRead('edit.undo', { edit, preview: true })
  return (
    <Ask
      operation="edit.undo"
      input={{ edit }}
      onDone={() => toast(text.edits.took)}
      title={text.edits.undoTitle(`${kindWords(change, text)}: ${subject}`)}
      open
      onClose={onClose}
      act={text.edits.undo}
    >
      <Loaded of={foretold}>{({ effect }) => <Effect of={effect} />}</Loaded>
    </Ask>
  )
}

function kindWords(change: string, text: ProtectionText): string {
  return text.edits.kinds[change as keyof ProtectionText['edits']['kinds']] ?? change
}
