import type { Content, Location } from '../content/content.ts'
import type { Change, Database, Query } from '../database/database.ts'
import { loadQueuePiece, type QueuePiece, readQueuePiece } from '../queue/baseline.ts'
import { readPosition } from './position.ts'
import type { LogRecord } from './record.ts'

/**
 * The queue as the log has it again, so that older segments can go: in pieces of bounded size, each as of its own moment. Records that come between two
 * of them are in the later one, and a rebuild applies them, too. That is right as long as no piece, and no account's baseline, is older than the one
 * of a message whose report it holds: so messages are written in the order in which they came, and the queue before the accounts.
 */
export const queuePieceQuery: Query<{ readonly after: number }, { readonly asOf: Location; readonly piece: QueuePiece; readonly last: number } | undefined> = {
  name: 'store.queue-piece',
  async run(reader, { after }) {
    const [asOf, found] = [await readPosition(reader), await readQueuePiece(reader, after)]
    return asOf === undefined || found === undefined ? undefined : { asOf, ...found }
  },
}

export async function writeQueueBaseline(database: Database, append: (record: LogRecord, octets: Uint8Array) => Promise<void>): Promise<void> {
  for (let after = 0; ; ) {
    const found = await database.query(queuePieceQuery, { after })
    if (found === undefined) return
    await append({ kind: 'queue-baseline', asOf: found.asOf }, Buffer.from(JSON.stringify(found.piece)))
    after = found.last
  }
}

/** Rows of a piece, which lies at `location`. */
export function loadQueueBaselineChange(content: Pick<Content, 'read'>): Change<{ location: Location; octetsLength: number }, void, QueuePiece> {
  return {
    name: 'store.load-queue-baseline',
    durable: false,
    prepare: async ({ location, octetsLength }) => JSON.parse(Buffer.from(await content.read(location, 0, octetsLength)).toString()) as QueuePiece,
    async run(tx, piece) {
      for (const { segment, octets } of await loadQueuePiece(tx, piece)) {
        await tx.run(
          `INSERT INTO segment_usage (segment, added_bytes, removed_bytes) VALUES (?, ?, 0)
           ON CONFLICT (segment) DO UPDATE SET added_bytes = segment_usage.added_bytes + excluded.added_bytes`,
          segment,
          octets,
        )
      }
    },
  }
}
