import { qrMatrix } from './matrix.ts'
import styles from './qr-code.module.css'

/** Light modules around the code (ISO/IEC 18004 6.3.8). */
const quiet = 4

/** A text as a QR code. */
export function QrCode({ text, name }: { readonly text: string; readonly name: string }) {
  const matrix = qrMatrix(text)
  if (matrix === undefined) return undefined
  const side = matrix.length + 2 * quiet
  const path = matrix.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + quiet} ${y + quiet}h1v1h-1z`] : []))).join('')
  return (
    <svg className={styles.code} role="img" aria-label={name} viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges">
      <path d={path} fill="black" />
    </svg>
  )
}
