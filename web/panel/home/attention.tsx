import type { ReactNode } from 'react'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { useHomeText } from './text.ts'

export interface Matter {
  readonly key: string
  readonly severe: boolean
  readonly words: ReactNode
}

/** What is to be seen to, the severe first; undefined while not everything was read yet. */
export function Attention({ matters }: { readonly matters: readonly Matter[] | undefined }) {
  const text = useHomeText()
  const sorted = matters?.toSorted((a, b) => Number(b.severe) - Number(a.severe))
  return (
    <Section title={text.attention}>
      {sorted === undefined ? <p>{text.looking}</p> : sorted.length === 0 ? <Note tone="good">{text.allWell}</Note> : undefined}
      {sorted?.map(({ key, severe, words }) => (
        <Note key={key} tone={severe ? 'danger' : 'warn'}>
          <span>{words}</span>
        </Note>
      ))}
    </Section>
  )
}
