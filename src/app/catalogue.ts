import { apiCatalogue } from '../api/catalogue.ts'
import { apiMigrations } from '../api/schema.ts'
import type { Content } from '../content/content.ts'
import type { Catalogue, Migration } from '../database/database.ts'
import { directoryCatalogue } from '../directory/catalogue.ts'
import { directoryMigrations } from '../directory/schema.ts'
import { dmarcCatalogue } from '../dmarc/catalogue.ts'
import { dmarcMigrations } from '../dmarc/schema.ts'
import { journalCatalogue } from '../journal/catalogue.ts'
import { journalMigrations } from '../journal/schema.ts'
import { letterCatalogue } from '../letters/catalogue.ts'
import { letterMigrations } from '../letters/schema.ts'
import { queueCatalogue } from '../queue/catalogue.ts'
import { queueMigrations } from '../queue/schema.ts'
import { relayCatalogue } from '../relay/catalogue.ts'
import { relayMigrations } from '../relay/schema.ts'
import { sendingCatalogue } from '../sending/catalogue.ts'
import { sendingMigrations } from '../sending/schema.ts'
import { signingCatalogue } from '../signing/catalogue.ts'
import { tlsrptCatalogue } from '../tlsrpt/catalogue.ts'
import { tlsrptMigrations } from '../tlsrpt/schema.ts'
import { signingMigrations } from '../signing/schema.ts'
import { webhookCatalogue } from '../webhooks/catalogue.ts'
import { webhookMigrations } from '../webhooks/schema.ts'
import { zoneCatalogue } from '../zone/catalogue.ts'
import { zoneMigrations } from '../zone/schema.ts'
import { storeCatalogue } from '../store/catalogue.ts'
import { storeMigrations } from '../store/schema.ts'

/** Every Query and Change of every folder: what the database threads can run. */
export function catalogue(content: Pick<Content, 'scan' | 'read'>): Catalogue {
  return [
    ...apiCatalogue,
    ...directoryCatalogue,
    ...dmarcCatalogue,
    ...journalCatalogue,
    ...letterCatalogue,
    ...queueCatalogue,
    ...relayCatalogue,
    ...sendingCatalogue,
    ...signingCatalogue,
    ...storeCatalogue(content),
    ...tlsrptCatalogue,
    ...webhookCatalogue,
    ...zoneCatalogue,
  ]
}

/** The schema of every folder. */
export const migrations: readonly Migration[] = [
  ...apiMigrations,
  ...directoryMigrations,
  ...dmarcMigrations,
  ...journalMigrations,
  ...letterMigrations,
  ...queueMigrations,
  ...relayMigrations,
  ...sendingMigrations,
  ...signingMigrations,
  ...storeMigrations,
  ...tlsrptMigrations,
  ...webhookMigrations,
  ...zoneMigrations,
]
