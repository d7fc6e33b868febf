import type { Catalogue } from '../database/database.ts'
import { addFirstKeys, addNextKeys, forgetKeys, noteChecked } from './change-keys.ts'
import { keyOwner, keysInTrouble, listKeys, ownersDue, ownersToRotate, ownersWithoutKeys, signingKeys } from './rows.ts'

/** What the database threads run for keys. */
export const signingCatalogue: Catalogue = [
  addFirstKeys,
  addNextKeys,
  noteChecked,
  forgetKeys,
  keyOwner,
  listKeys,
  signingKeys,
  ownersWithoutKeys,
  ownersDue,
  ownersToRotate,
  keysInTrouble,
]
