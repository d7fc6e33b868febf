import type { Catalogue } from '../database/database.ts'
import { addAppPassword, noteCredentialUse, removeAppPassword } from './change/app-passwords.ts'
import { pruneAudit } from './change/audit.ts'
import { addMailbox, forgetAccount, removeAddress, renameMailbox, setQuota } from './change/addresses.ts'
import { setAutoresponder, stopAutoresponder } from './change/autoresponder.ts'
import { addOperator, removeOperator, setMailboxPassword, setOperatorPassword } from './change/credentials.ts'
import { leaveList, noteListBounce } from './change/list-members.ts'
import { changeList } from './change/lists.ts'
import { addCustomer, addDomain, removeCustomer, removeDomain, setCustomer } from './change/organisation.ts'
import { addPerson, removePerson, setPerson, setPersonPassword } from './change/persons.ts'
import { addPlan, setPlan } from './change/plans.ts'
import { addPointer, changeTargets, forwardMailbox } from './change/pointers.ts'
import { endLock, lockCustomer, lockMailbox } from './change/locks.ts'
import { listLocks, locksDue } from './query/locks.ts'
import { undoEdit } from './change/undo.ts'
import { addTemplate, removeTemplate, setTemplate } from './change/templates.ts'
import { setAddressSettings, setDomainDefaults, setSettings } from './change/settings.ts'
import { noteQueueDelete, noteQueueHold, noteQueueRelease, noteSessionsEnded } from './change/queue-acts.ts'
import { noteRefiling } from './change/refiling.ts'
import { noteSharing } from './change/sharing.ts'
import { countAddresses, listAddresses } from './query/address-page.ts'
import { listAppPasswords } from './query/app-passwords.ts'
import { checkAudit, listAudit } from './query/audit.ts'
import { answeringQuery, autoresponderOf } from './query/autoresponders.ts'
import { listEdits, showEdit } from './query/edits.ts'
import { previewUndo } from './query/preview-undo.ts'
import { listTemplates, templateUsers } from './query/templates.ts'
import { setMany } from './change/many.ts'
import { defaultsQuery } from './query/defaults.ts'
import { previewMany } from './query/preview-many.ts'
import { previewEdit } from './query/preview.ts'
import { addressLists } from './query/lists.ts'
import { accountsBeingRemoved, customerIdQuery, customerNameQuery, listCustomers, listDomains, listOperators, listPlans } from './query/listings.ts'
import { addressOverview, listEntries } from './query/overview.ts'
import { peopleQuery } from './query/people.ts'
import { listPersons } from './query/persons.ts'
import { accountQuota } from './query/quota.ts'
import { addressNameQuery, customerIdsWithin, outOfReach } from './query/reach.ts'
import { resolveAddresses, resolvePostmaster } from './query/resolve.ts'
import { senderQuery } from './query/sender.ts'
import { signInRow } from './query/sign-in.ts'
import { directorySnapshot, directoryVersion } from './query/snapshot.ts'
import { revokedSince, standingOf } from './query/standing.ts'
import { keepSecret, keptSecret } from './secrets.ts'
import { signInCatalogue } from './sign-in-catalogue.ts'

/** What the database's threads must know of this folder. */
export const directoryCatalogue: Catalogue = [
  pruneAudit,
  checkAudit,
  listAudit,
  ...signInCatalogue,
  addCustomer,
  setCustomer,
  addDomain,
  removeDomain,
  addPlan,
  setPlan,
  addOperator,
  setOperatorPassword,
  removeOperator,
  addPerson,
  setPerson,
  setPersonPassword,
  removePerson,
  removeCustomer,
  addMailbox,
  renameMailbox,
  setQuota,
  noteRefiling,
  noteQueueDelete,
  noteQueueHold,
  noteQueueRelease,
  noteSessionsEnded,
  noteSharing,
  lockMailbox,
  lockCustomer,
  endLock,
  listLocks,
  locksDue,
  setMailboxPassword,
  removeAddress,
  forgetAccount,
  addPointer,
  changeTargets,
  forwardMailbox,
  setAutoresponder,
  stopAutoresponder,
  leaveList,
  noteListBounce,
  setSettings,
  setAddressSettings,
  setDomainDefaults,
  changeList,
  addTemplate,
  setTemplate,
  removeTemplate,
  undoEdit,
  setMany,
  keepSecret,
  keptSecret,
  addAppPassword,
  removeAppPassword,
  noteCredentialUse,
  resolveAddresses,
  resolvePostmaster,
  autoresponderOf,
  answeringQuery,
  addressLists,
  signInRow,
  accountQuota,
  peopleQuery,
  senderQuery,
  directorySnapshot,
  directoryVersion,
  addressOverview,
  listEntries,
  countAddresses,
  listAddresses,
  listCustomers,
  customerIdQuery,
  customerNameQuery,
  listDomains,
  listOperators,
  listPlans,
  listPersons,
  outOfReach,
  listTemplates,
  templateUsers,
  listEdits,
  showEdit,
  previewUndo,
  customerIdsWithin,
  addressNameQuery,
  previewEdit,
  defaultsQuery,
  previewMany,
  accountsBeingRemoved,
  listAppPasswords,
  revokedSince,
  standingOf,
]
