import type { Content } from '../content/content.ts'
import type { Catalogue } from '../database/database.ts'
import { storeCatalogue } from '../store/catalogue.ts'

/** Every Query and Change of every folder: what the database threads can run. */
export function catalogue(content: Pick<Content, 'scan' | 'read'>): Catalogue {
  return [...storeCatalogue(content)]
}
