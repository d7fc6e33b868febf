import type { Catalogue } from '../database/database.ts'
import { closeCase, hearAgain, mergeCase, noteApplication, openCase } from './change/cases.ts'
import { countCarried, noteListTrouble, takeLease } from './change/counts.ts'
import { addRelay, removeRelay, returnRelay, setRelay, withdrawRelay } from './change/relays.ts'
import { caseHistory, relayDays } from './query/history.ts'
import { relayPasswords, relaySnapshot } from './query/snapshot.ts'

/** What the database threads run for relays. */
export const relayCatalogue: Catalogue = [
  addRelay,
  setRelay,
  removeRelay,
  withdrawRelay,
  returnRelay,
  openCase,
  closeCase,
  mergeCase,
  hearAgain,
  noteApplication,
  countCarried,
  noteListTrouble,
  takeLease,
  relaySnapshot,
  relayPasswords,
  caseHistory,
  relayDays,
]
