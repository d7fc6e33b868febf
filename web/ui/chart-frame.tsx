import type { ReactNode } from 'react'
import { useUiText } from '../text/ui.ts'
import styles from './chart-frame.module.css'

interface ChartFrameProps {
  readonly title: string
  /** What the colours mean; `colour`: a custom property of theme/tokens.css, "--chart-1". */
  readonly legend?: readonly { readonly label: string; readonly colour: string }[]
  /** The same as a table, for who cannot see the picture or wants the numbers. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The picture, which is hidden from screen readers. */
  readonly children: ReactNode
}

/** Around every picture of numbers: what it is of, its legend, its numbers. */
export function ChartFrame({ title, legend = [], columns, rows, children }: ChartFrameProps) {
  const text = useUiText()
  return (
    <figure className={styles.figure}>
      <figcaption>
        {title}
        {legend.length === 0 ? undefined : (
          <ul className={styles.legend}>
            {legend.map(({ label, colour }) => (
              <li key={label}>
                <span className={styles.swatch} style={{ background: `var(${colour})` }} />
                {label}
              </li>
            ))}
          </ul>
        )}
      </figcaption>
      <div className={styles.picture} aria-hidden="true">
        {children}
      </div>
      <details>
        <summary>{text.numbers}</summary>
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by the keyboard */}
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row[0]}>
                  {row.map((cell, index) => (
                    <td key={columns[index]}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
