import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useChange } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Section } from '../../ui/page.tsx'
import { TextField } from '../../ui/text-field.tsx'
import styles from './cases.module.css'
import { useRelaysText } from './text.ts'

type Case = OperationOutput<'relay.show'>['cases'][number]

/** Listings, and what was done about them (SPEC D3). */
export function RelayCases({ cases }: { readonly cases: readonly Case[] }) {
  const text = useRelaysText()
  const [applying, setApplying] = useState<Case>()
  return (
    <Section title={text.cases} note={cases.length === 0 ? text.noCases : text.casesNote}>
      {cases.length === 0 ? undefined : (
        <ul className={styles.cases}>
          {cases.map((one) => (
            <OneCase key={one.case} one={one} onApply={() => setApplying(one)} />
          ))}
        </ul>
      )}
      <Dialog title={text.appliedTitle(applying?.name ?? '')} open={applying !== undefined} onClose={() => setApplying(undefined)}>
        {applying === undefined ? undefined : <Applied of={applying} onClose={() => setApplying(undefined)} />}
      </Dialog>
    </Section>
  )
}

function OneCase({ one, onApply }: { readonly one: Case; readonly onApply: () => void }) {
  const text = useRelaysText()
  const { dateTime } = useWrite()
  return (
    <li>
      <div className={styles.head}>
        <strong>{one.name}</strong>
        <Badge tone={one.gone === null ? 'danger' : 'good'}>{one.gone === null ? text.open : text.gone}</Badge>
        <span className={styles.time}>{one.gone === null ? text.since(one.since) : text.until(one.since, one.gone)}</span>
      </div>
      <p className={styles.reason}>{one.reason}</p>
      {one.notes.map(({ at, kind, text: note }) => (
        <p key={`${at}${note}`} className={styles.time}>
          {dateTime(at)}: {kind === 'heard' ? `${text.heard}: ` : ''}
          {note}
        </p>
      ))}
      {one.gone === null ? (
        <div className={styles.actions}>
          {one.apply === null ? undefined : (
            <a className={buttonLook({ small: true })} href={one.apply} target="_blank" rel="noreferrer">
              {text.apply}
            </a>
          )}
          <Button small onPress={onApply}>
            {text.applied}
          </Button>
        </div>
      ) : undefined}
    </li>
  )
}

function Applied({ of, onClose }: { readonly of: Case; readonly onClose: () => void }) {
  const text = useRelaysText()
  const [note, setNote] = useState('')
  const applied = useChange('relay.applied')
  return (
    <Form
      problem={applied.problem}
      fields={['text']}
      onSubmit={() => void applied.run({ case: of.case, text: note.trim() }).then((done) => done !== undefined && onClose())}
      actions={
        <Button type="submit" tone="primary" pending={applied.pending}>
          {text.save}
        </Button>
      }
    >
      <TextField label={text.note} name="text" note={text.appliedNote} value={note} onChange={setNote} autoFocus lines={3} />
    </Form>
  )
}
