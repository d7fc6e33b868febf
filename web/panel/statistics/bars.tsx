import { Link } from '@tanstack/react-router'
import type { Sought } from '../journal/sought.ts'
import type { Series } from './counts.ts'
import styles from './statistics.module.css'

export interface Stacked {
  readonly label: string
  /** Of theme/tokens.css. */
  readonly colour: string
  readonly series: Series
}

const height = 100

/** Bars over time, of parts on top of each other. The picture only: its numbers are in the table below it. */
export function StackedBars({
  parts,
  moments,
  label,
}: {
  readonly parts: readonly Stacked[]
  readonly moments: readonly number[]
  readonly label: (ms: number) => string
}) {
  const highest = Math.max(1, ...moments.map((moment) => parts.reduce((sum, { series }) => sum + series.at(moment), 0)))
  const top = roundUp(highest)
  const first = moments[0]
  const middle = moments[Math.floor(moments.length / 2)]
  const last = moments.at(-1)
  return (
    <div className={styles.plot}>
      <div className={styles.scale}>
        <span>{top}</span>
        <span>{top % 2 === 0 ? top / 2 : ''}</span>
        <span>0</span>
      </div>
      <div>
        <svg className={styles.bars} viewBox={`0 0 ${moments.length * 10} ${height}`} preserveAspectRatio="none" focusable="false">
          {[0, 0.5].map((share) => (
            <line key={share} className={styles.gridLine} x1={0} x2={moments.length * 10} y1={share * height} y2={share * height} />
          ))}
          {moments.map((moment, index) => {
            let y = height
            return parts.map(({ label: name, colour, series }) => {
              const part = (series.at(moment) / top) * height
              y -= part
              return part === 0 ? undefined : (
                <rect key={`${moment} ${name}`} x={index * 10 + 1} y={y} width={8} height={part} style={{ fill: `var(${colour})` }} />
              )
            })
          })}
        </svg>
        <div className={styles.when}>
          {[first, middle, last].map((moment, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- beginning, middle and end
            <span key={index}>{moment === undefined ? '' : label(moment)}</span>
          ))}
        </div>
      </div>
    </div>
  )
}

/** The next of 1, 2, 4, 6, 8, 10, 20, 40, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power
}

/** Bars one below the other, each with its number in words: nothing here is in the picture alone. `search`: what it is a number of, in the journal. */
export function RankedBars({
  rows,
  write,
}: {
  readonly rows: readonly { readonly name: string; readonly number: number; readonly search?: Sought }[]
  readonly write: (value: number) => string
}) {
  const most = Math.max(1, ...rows.map(({ number }) => number))
  return (
    <ul className={styles.ranked}>
      {rows.map(({ name, number, search }) => (
        <li key={name}>
          {search === undefined ? (
            <span>{name}</span>
          ) : (
            <Link to="/journal" search={search}>
              {name}
            </Link>
          )}
          <span className={styles.rankedNumber}>{write(number)}</span>
          <span className={styles.track}>
            <span className={styles.fill} style={{ width: `${(number / most) * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  )
}
