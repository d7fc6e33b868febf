/** As src/app/database-thread.ts, with SQL of the tests. */
import { parentPort, workerData } from 'node:worker_threads'
import { catalogue } from '../../src/app/catalogue.ts'
import { SegmentReader } from '../../src/content/segment-reader.ts'
import { serveSqlite } from '../../src/database/sqlite-thread.ts'
import type { DatabaseThreadData } from '../../src/app/database-thread.ts'
import type { ThreadStart } from '../../src/database/thread-messages.ts'
import { readSql, runSql } from './run-sql.ts'

if (parentPort === null) throw new Error('store-thread is started by openSqlite')
const { role, path, data } = workerData as ThreadStart & { readonly data: DatabaseThreadData }
const content = new SegmentReader({ folder: data.contentFolder, blocking: true })
serveSqlite({ role, path, catalogue: [...catalogue(content), runSql, readSql], port: parentPort })
