import type { Location } from '../content/content.ts'
import type { Query, Reader, Transaction } from '../database/database.ts'

/** The only log there is on one machine; a cluster has one for each node. */
const logName = 'local'

/** What of the log the index covers; undefined: nothing. */
export async function readPosition(reader: Reader): Promise<Location | undefined> {
  return reader.get<Location>('SELECT segment, log_offset AS "offset" FROM log_position WHERE log = ?', logName)
}

export async function writePosition(tx: Transaction, to: Location): Promise<void> {
  await tx.run(
    `INSERT INTO log_position (log, segment, log_offset) VALUES (?, ?, ?)
     ON CONFLICT (log) DO UPDATE SET segment = excluded.segment, log_offset = excluded.log_offset`,
    logName,
    to.segment,
    to.offset,
  )
}

export const positionQuery: Query<Record<never, never>, Location | undefined> = {
  name: 'store.position',
  run: (reader) => readPosition(reader),
}
