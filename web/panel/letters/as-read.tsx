import type { OperationOutput } from '../../data/call.ts'
import { Section } from '../../ui/page.tsx'
import styles from './letters.module.css'
import { useLettersText } from './text.ts'

interface AsReadProps extends Pick<OperationOutput<'letter.preview'>, 'de' | 'en'> {
  /** Whom it comes from, where that is shown. */
  readonly from?: OperationOutput<'letter.preview'>['from']
  readonly note?: string | undefined
}

/** A letter in the languages that it has. */
export function AsRead({ de, en, from, note }: AsReadProps) {
  const text = useLettersText()
  return (
    <>
      {(['de', 'en'] as const).map((language) => {
        const words = { de, en }[language]
        if (words === undefined) return undefined
        const other = { de: 'en', en: 'de' } as const
        const isAlone = (language === 'de' ? en : de) === undefined
        const notes = [...(note === undefined ? [] : [note]), ...(isAlone ? [text.onlyOne(other[language])] : [])]
        return (
          <Section key={language} title={language === 'de' ? text.german : text.english} note={notes.length === 0 ? undefined : notes.join(' ')}>
            <div className={styles.letter} lang={language}>
              {from === undefined ? undefined : (
                <p className={styles.from}>
                  {from.name} &lt;{from.address}&gt;
                </p>
              )}
              <p className={styles.subject}>{words.subject}</p>
              <p className={styles.words}>{words.text.trimEnd()}</p>
            </div>
          </Section>
        )
      })}
    </>
  )
}
