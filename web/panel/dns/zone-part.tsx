import type { OperationOutput } from '../../data/call.ts'
import { useLanguage } from '../../text/language.ts'
import { Section } from '../../ui/page.tsx'
import styles from './dns.module.css'
import { RecordToCopy } from './record-to-copy.tsx'
import { StateBadge } from './state-badge.tsx'
import { useDnsText } from './text.ts'

export type Part = OperationOutput<'domain.dns'>['parts'][number]

/** One part of a zone of which there is something to say. */
export function ZonePart({ part }: { readonly part: Part }) {
  const language = useLanguage()
  const text = useDnsText()
  const missing = part.wanted.filter(({ there }) => !there)
  return (
    <Section title={part.name[language]} actions={<StateBadge state={part.state} />}>
      <ul className={styles.findings}>
        {part.findings.map(({ code, severity, meaning, advice }) => (
          <li key={`${code} ${meaning.en}`} className={styles.finding}>
            {severity === part.state ? undefined : <StateBadge state={severity} />}
            <span className={styles.meaning}>{meaning[language]}</span>
            <span className={styles.advice}>{advice[language]}</span>
          </li>
        ))}
      </ul>
      {missing.length === 0 ? undefined : (
        <div className={styles.block}>
          <h3 className={styles.label}>{text.right}</h3>
          <ul className={styles.records}>
            {missing.map((record) => (
              <li key={record.line} className={styles.record}>
                <RecordToCopy record={record} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className={styles.block}>
        <h3 className={styles.label}>{text.now}</h3>
        <Found records={part.found} />
      </div>
    </Section>
  )
}

/** What the DNS says now. */
export function Found({ records }: { readonly records: Part['found'] }) {
  const text = useDnsText()
  if (records.length === 0) return <p className={styles.advice}>{text.nothing}</p>
  return (
    <ul className={styles.records}>
      {records.map(({ name, type, value }) => (
        <li key={`${name} ${type} ${value}`} className={styles.code}>
          {name} {type} {value}
        </li>
      ))}
    </ul>
  )
}
