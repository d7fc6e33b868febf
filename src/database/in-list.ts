import type { Reader, Row, SqlValue } from './database.ts'

/** Parameters of one statement; longer lists are asked for in pieces. */
const maxPieces = 256

/**
 * Rows for each of many values: `sql` holds `(?...)` where the list goes. Lists are filled up to a power of two with the last value,
 * so that there are few different statements to prepare.
 */
export async function allIn<R = Row>(reader: Reader, sql: string, values: readonly SqlValue[]): Promise<R[]> {
  const rows: R[] = []
  for (let start = 0; start < values.length; start += maxPieces) {
    const piece = values.slice(start, start + maxPieces)
    const last = piece.at(-1) ?? null
    while ((piece.length & (piece.length - 1)) !== 0) piece.push(last)
    const statement = sql.replace('(?...)', `(${piece.map(() => '?').join(', ')})`)
    rows.push(...(await reader.all<R>(statement, ...piece)))
  }
  return rows
}
