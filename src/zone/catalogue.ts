import type { Catalogue } from '../database/database.ts'
import { forgetZones, noteZone, zoneOwner, zonesDue, zoneStates } from './rows.ts'

/** What the database threads run for zones. */
export const zoneCatalogue: Catalogue = [zoneOwner, zonesDue, zoneStates, noteZone, forgetZones]
