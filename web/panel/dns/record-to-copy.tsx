import { CopyButton } from '../../ui/copy-button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import styles from './dns.module.css'
import { useDnsText } from './text.ts'
import type { Part } from './zone-part.tsx'

/** A record that should be in the DNS, and its parts to copy. */
export function RecordToCopy({ record: { name, type, value, line } }: { readonly record: Omit<Part['wanted'][number], 'there'> }) {
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
