import type { Catalogue } from '../database/database.ts'
import { keepPolicy, keptPolicy } from './policy-store.ts'

/** What the database threads run for sending. */
export const sendingCatalogue: Catalogue = [keepPolicy, keptPolicy]
