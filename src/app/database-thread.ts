/** Entry of the SQLite threads: `openSqlite` starts one as writer and one as reader. */

import { parentPort, workerData } from 'node:worker_threads'
import { serveSqlite } from '../database/sqlite-thread.ts'
import type { ThreadStart } from '../database/thread-messages.ts'
import { catalogue } from './catalogue.ts'

if (parentPort === null) throw new Error('database-thread is started by openSqlite, not by itself')
const { role, path } = workerData as ThreadStart
serveSqlite({ role, path, catalogue: catalogue(), port: parentPort })
