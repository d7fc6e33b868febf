import type { SqlValue } from './database.ts'

/**
 * Refuses what the engines would take differently: fractions, integers past 2^53, text with NUL (PostgreSQL has none).
 * @throws RangeError, a fault of the caller
 */
export function checkParameter(value: SqlValue): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) && Math.abs(value) !== 2 ** 53) throw new RangeError(`not a whole number up to 2^53: ${value}`)
  } else if (typeof value === 'string' && value.includes('\0')) {
    throw new RangeError('text with NUL: such octets belong in a BLOB')
  }
}
