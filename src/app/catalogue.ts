import type { Catalogue } from '../database/database.ts'

/** Every Query and Change of every folder: what the database threads can run. */
export function catalogue(): Catalogue {
  return []
}
