import type { OperationOutput } from '../../data/call.ts'
import { useLanguage } from '../../text/language.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Section } from '../../ui/page.tsx'
import styles from './dns.module.css'
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
                <Wanted record={record} />
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

function Wanted({ record: { name, type, value, line } }: { readonly record: Part['wanted'][number] }) {
  const text = useDnsText()
  return (
    <>
      <Definitions
        entries={[
          [
            text.type,
            <span key={type} className={styles.code}>
              {type}
            </span>,
          ],
          [text.host, <Copied key={name} value={name} what={text.host} />],
          [text.value, <Copied key={value} value={value} what={text.value} />],
        ]}
      />
      <div>
        <CopyButton value={line} what={text.line} label={text.line} />
      </div>
    </>
  )
}

function Copied({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <span className={styles.value}>
      <span className={styles.code}>{value}</span>
      <CopyButton value={value} what={what} />
    </span>
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
