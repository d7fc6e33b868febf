/** Entry of the SQLite threads: `openSqlite` starts one as writer and one as reader. */

import { parentPort, workerData } from 'node:worker_threads'
import { SegmentReader } from '../content/segment-reader.ts'
import { serveSqlite } from '../database/sqlite-thread.ts'
import type { ThreadStart } from '../database/thread-messages.ts'
import { catalogue } from './catalogue.ts'

/** What the threads are told beside the database's path. */
export interface DatabaseThreadData {
  /** The content log's folder: the writer thread follows the log by reading it itself. */
  readonly contentFolder: string
}

if (parentPort === null) throw new Error('database-thread is started by openSqlite, not by itself')
const { role, path, data } = workerData as ThreadStart & { readonly data: DatabaseThreadData }
const content = new SegmentReader({ folder: data.contentFolder, blocking: true })
serveSqlite({ role, path, catalogue: catalogue(content), port: parentPort })
