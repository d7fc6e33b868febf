/** SQLite thread for tests: its catalogue is every Query and Change exported by the modules it is started with. */

import { parentPort, workerData } from 'node:worker_threads'
import type { Catalogue, Change, Query } from '../../src/database/database.ts'
import { serveSqlite } from '../../src/database/sqlite-thread.ts'
import type { ThreadStart } from '../../src/database/thread-messages.ts'

if (parentPort === null) throw new Error('started by test/harness/database.ts only')
const { role, path, data } = workerData as ThreadStart & { readonly data: { readonly modules: readonly string[] } }
serveSqlite({ role, path, catalogue: await collect(data.modules), port: parentPort })

async function collect(modules: readonly string[]): Promise<Catalogue> {
  const found = new Map<string, Query<unknown, unknown> | Change<unknown, unknown, unknown>>()
  for (const module of modules) {
    const exported = (await import(module)) as Record<string, unknown>
    for (const value of Object.values(exported)) for (const one of Array.isArray(value) ? value : [value]) if (isWork(one)) found.set(one.name, one)
  }
  return [...found.values()]
}

function isWork(value: unknown): value is Query<unknown, unknown> | Change<unknown, unknown, unknown> {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' && 'run' in value && typeof value.run === 'function'
}
