import type { OperationOutput } from '../../data/call.ts'
import { useWrite, type Write } from '../../text/write.ts'
import { useFrameText } from '../frame/text.ts'
import { useOperationText } from '../operation-text.ts'
import { settingWords, valueWords } from '../protection/settings.ts'
import { useProtectionText } from '../protection/text.ts'
import styles from './audit.module.css'
import { useAuditText } from './text.ts'

type Entry = OperationOutput<'audit.list'>['entries'][number]

/** Ids that only we need. */
const unsaid: ReadonlySet<string> = new Set(['edit', 'accountId', 'clientId', 'address', 'was'])
/** Whose values are words of ours, not names that somebody gave. */
const ours: ReadonlySet<string> = new Set(['kind', 'kinds', 'mail', 'role', 'classes', 'list', 'modeSet', 'features', 'rights'])

/** What was set, in words, with what stood there before. */
export function Detail({ of: { detail } }: { readonly of: Entry }) {
  const { labelOf, wordsOf } = useWords()
  const text = useAuditText()
  const was = (detail['was'] ?? {}) as Readonly<Record<string, unknown>>
  const said = Object.entries(detail).filter(([key, value]) => !unsaid.has(key) && (value !== null || key in was) && !isEmpty(value))
  if (said.length === 0) return undefined
  return (
    <ul className={styles.detail}>
      {said.map(([key, value]) => {
        const now = wordsOf(key, value)
        return (
          <li key={key}>
            {labelOf(key)}: {key in was ? text.fromTo(wordsOf(key, was[key]), now) : now}
          </li>
        )
      })}
    </ul>
  )
}

/** The words that the screens of these things have. */
function useWords() {
  const text = useAuditText()
  const protection = useProtectionText()
  const { roles } = useFrameText()
  const { plans } = useOperationText()
  const write = useWrite()
  const fields: Readonly<Record<string, string>> = text.fields
  const known: Readonly<Record<string, string>> = { ...text.values, ...roles, ...plans.featureNames }
  const wordsOf = (key: string, value: unknown): string => {
    if (value === null || value === undefined) return isLimit(key) ? plans.unlimited : text.notSet
    if (typeof value === 'boolean') return value ? text.yes : text.no
    if (typeof value === 'number') return numberWords(key, value, write)
    if (Array.isArray(value)) return write.list(value.map((one) => wordsOf(key, one)))
    if (typeof value === 'object') {
      const parts = Object.entries(value).filter(([, one]) => one !== null)
      return parts.map(([name, one]) => (name === 'kind' ? wordsOf(name, one) : `${fields[name] ?? name} ${wordsOf(name, one)}`)).join(', ')
    }
    const words = typeof value === 'string' ? value : ''
    return key in protection.settings ? valueWords(key, words, protection) : ours.has(key) ? (known[words] ?? words) : words
  }
  return { labelOf: (key: string) => fields[key] ?? settingWords(key, protection), wordsOf }
}

function numberWords(key: string, value: number, { size, dateTime, number }: Write): string {
  if (key.endsWith('Bytes')) return size(value)
  return key.endsWith('AtMs') || key === 'untilMs' ? dateTime(value) : number(value)
}

function isLimit(key: string): boolean {
  return key.endsWith('Bytes') || key.startsWith('max')
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0)
}
