import { type ReactNode, useState } from 'react'
import { Form as AriaForm } from 'react-aria-components/Form'
import type { Problem } from '../data/problem.ts'
import styles from './form.module.css'
import { Note } from './note.tsx'

interface FormProps {
  readonly children: ReactNode
  readonly onSubmit: () => void
  /** Why the last attempt was refused. What concerns a field of this form (`fields`) is shown there, the rest above the buttons. */
  readonly problem?: Problem | undefined
  readonly fields?: readonly string[]
  /** Buttons. */
  readonly actions?: ReactNode
}

export function Form({ children, onSubmit, problem, fields = [], actions }: FormProps) {
  const [edited, setEdited] = useState<{ readonly problem: Problem | undefined; readonly names: readonly string[] }>({ problem: undefined, names: [] })
  const atFields = Object.entries(problem?.fields ?? {}).filter(([name]) => fields.includes(name))
  const elsewhere = problem !== undefined && atFields.length === 0
  // What was wrong with a field is not said of what stands there now.
  const stands = atFields.filter(([name]) => edited.problem !== problem || !edited.names.includes(name))
  return (
    <AriaForm
      validationBehavior="aria"
      validationErrors={Object.fromEntries(stands)}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <div
        className={styles.form}
        role="presentation"
        onInput={(event) => {
          const { name } = event.target as HTMLInputElement
          setEdited((before) => ({ problem, names: [...(before.problem === problem ? before.names : []), name] }))
        }}
      >
        {children}
        {elsewhere ? <Note tone="danger">{problem.message}</Note> : undefined}
        {actions === undefined ? undefined : <div className={styles.actions}>{actions}</div>}
      </div>
    </AriaForm>
  )
}
