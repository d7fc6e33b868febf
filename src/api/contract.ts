import type * as z from 'zod'
import { addressContract } from './contract/addresses.ts'
import { appPasswordContract } from './contract/app-passwords.ts'
import { auditContract } from './contract/audit.ts'
import { autoresponderContract } from './contract/autoresponders.ts'
import { editContract } from './contract/edits.ts'
import { grantContract } from './contract/grants.ts'
import { bulkContract } from './contract/bulk.ts'
import { dkimContract } from './contract/dkim.ts'
import { dmarcContract } from './contract/dmarc.ts'
import { healthContract } from './contract/health.ts'
import { identityProviderContract } from './contract/identity-providers.ts'
import { journalContract } from './contract/journal.ts'
import { learningContract } from './contract/learning.ts'
import { lockContract } from './contract/locks.ts'
import { letterContract } from './contract/letters.ts'
import { mailboxContract } from './contract/mailboxes.ts'
import type { Shown } from './contract/operation.ts'
import { organisationContract } from './contract/organisation.ts'
import { passwordContract } from './contract/passwords.ts'
import { personContract } from './contract/persons.ts'
import { planContract } from './contract/plans.ts'
import { pointerContract } from './contract/pointers.ts'
import { queueContract } from './contract/queue.ts'
import { relayContract } from './contract/relays.ts'
import { reputationContract } from './contract/reputation.ts'
import { secondFactorContract } from './contract/second-factors.ts'
import { settingContract } from './contract/settings.ts'
import { statisticsContract } from './contract/statistics.ts'
import { sharingContract } from './contract/sharing.ts'
import { zoneContract } from './contract/zones.ts'
import { templateContract } from './contract/templates.ts'
import { tlsReportContract } from './contract/tls-report.ts'
import { tokenContract } from './contract/tokens.ts'
import { webhookContract } from './contract/webhooks.ts'

/** Every operation by its name: what it does, what it is given, what it answers. */
export const contract = {
  ...organisationContract,
  ...personContract,
  ...planContract,
  ...mailboxContract,
  ...lockContract,
  ...appPasswordContract,
  ...tokenContract,
  ...webhookContract,
  ...grantContract,
  ...secondFactorContract,
  ...passwordContract,
  ...identityProviderContract,
  ...sharingContract,
  ...autoresponderContract,
  ...pointerContract,
  ...addressContract,
  ...bulkContract,
  ...templateContract,
  ...editContract,
  ...dkimContract,
  ...zoneContract,
  ...dmarcContract,
  ...reputationContract,
  ...relayContract,
  ...tlsReportContract,
  ...settingContract,
  ...auditContract,
  ...letterContract,
  ...journalContract,
  ...statisticsContract,
  ...queueContract,
  ...learningContract,
  ...healthContract,
} as const

export type OperationName = keyof typeof contract
export type OperationInput<Name extends OperationName> = z.output<(typeof contract)[Name]['input']>
export type OperationOutput<Name extends OperationName> = Shown<(typeof contract)[Name]['output']>

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(contract, name)
}
