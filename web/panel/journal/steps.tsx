import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { classes } from '../../ui/classes.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import type { Story } from './entry.ts'
import styles from './message.module.css'
import { useJournalText } from './text.ts'

type Step = Story['steps'][number]

const looks: Readonly<Record<Step['result'], readonly [icon: IconName, style: string | undefined]>> = {
  pass: ['check', styles.good],
  none: ['info', undefined],
  skip: ['info', undefined],
  fail: ['close', styles.bad],
  wait: ['clock', styles.waits],
  temperror: ['warning', styles.waits],
}

/** In the order in which it happened. */
export function Steps({ steps }: { readonly steps: readonly Step[] }) {
  const text = useJournalText()
  const language = useLanguage()
  const { number } = useWrite()
  return (
    <ol className={styles.steps}>
      {steps.map(({ check, name, result, decided, found, micros, tests }, index) => {
        const [icon, look] = check === 'arrival' ? (['address', undefined] as const) : looks[result]
        return (
          // oxlint-disable-next-line react/no-array-index-key -- what happened stays in its order
          <li key={index} className={classes(styles.step, decided && styles.decided)}>
            <span className={classes(styles.sign, look)}>
              <Icon name={icon} size={16} />
            </span>
            <div className={styles.stepBody}>
              <p className={styles.stepName}>
                {name[language]}
                {decided ? <span className={styles.mark}>{text.decided}</span> : undefined}
              </p>
              <p>{found[language]}</p>
              <p className={styles.stepNote}>
                {[...(check === 'arrival' ? [] : [text.outcomes[result]]), ...(micros === undefined ? [] : [text.took(duration(micros, number))])].join(' · ')}
              </p>
              {tests.length === 0 ? undefined : (
                <table className={styles.tests}>
                  <caption>{text.tests}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{text.points}</th>
                      <th scope="col">{text.test}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {tests.map((test) => (
                      <tr key={test.name}>
                        <td>{`${test.points > 0 ? '+' : ''}${number(test.points)}`}</td>
                        <td>{test.why?.[language] ?? test.name}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

function duration(micros: number, number: (value: number) => string): string {
  const [value, unit] = micros < 1000 ? [micros, 'µs'] : micros < 1_000_000 ? [micros / 1000, 'ms'] : [micros / 1_000_000, 's']
  return `${number(Number(value.toPrecision(3)))} ${unit}`
}
