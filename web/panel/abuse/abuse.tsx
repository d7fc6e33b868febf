import { Link } from '@tanstack/react-router'
import { Note } from '../../ui/note.tsx'
import { Page, Section } from '../../ui/page.tsx'
import styles from './abuse.module.css'
import { useAbuseText } from './text.ts'

const steps = [
  { key: 'find', to: '/journal' },
  { key: 'lock', to: '/locks' },
  { key: 'queue', to: '/queue' },
  { key: 'relays', to: '/relays' },
] as const

/** Says that cases of abuse are not kept yet, and how they are dealt with meanwhile. */
export function Abuse() {
  const text = useAbuseText()
  return (
    <Page title={text.title} lead={text.lead} narrow>
      <Note tone="warn">{text.notYet}</Note>
      <Section title={text.today}>
        {steps.map(({ key, to }) => (
          <div key={key}>
            <h3>{text.steps[key]}</h3>
            <p>{text.steps[`${key}Note`]}</p>
            <Link to={to}>{text.steps[`${key}Go`]}</Link>
          </div>
        ))}
      </Section>
      <Section title={text.will}>
        <ul className={styles.list}>
          {text.wills.map((will) => (
            <li key={will}>{will}</li>
          ))}
        </ul>
      </Section>
    </Page>
  )
}
