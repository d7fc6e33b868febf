import { authorise } from './authorise.ts'
import type { OperationContext } from './context.ts'
import { contract, isOperationName, type OperationInput, type OperationName, type OperationOutput } from './contract.ts'
import { inputFaults } from './input-faults.ts'
import type { Operations } from './operation.ts'
import { addressOperations } from './operations/addresses.ts'
import { appPasswordOperations } from './operations/app-passwords.ts'
import { auditOperations } from './operations/audit.ts'
import { autoresponderOperations } from './operations/autoresponders.ts'
import { bulkOperations } from './operations/bulk.ts'
import { dkimOperations } from './operations/dkim.ts'
import { editOperations } from './operations/edits.ts'
import { grantOperations } from './operations/grants.ts'
import { healthOperations } from './operations/health.ts'
import { dmarcOperations } from './operations/dmarc.ts'
import { tlsReportOperations } from './operations/tls-report.ts'
import { learningOperations } from './operations/learning.ts'
import { identityProviderOperations } from './operations/identity-providers.ts'
import { journalOperations } from './operations/journal.ts'
import { lockOperations } from './operations/locks.ts'
import { letterOperations } from './operations/letters.ts'
import { mailboxOperations } from './operations/mailboxes.ts'
import { organisationOperations } from './operations/organisation.ts'
import { planOperations } from './operations/plans.ts'
import { passwordOperations } from './operations/passwords.ts'
import { personOperations } from './operations/persons.ts'
import { pointerOperations } from './operations/pointers.ts'
import { reputationOperations } from './operations/reputation.ts'
import { relayOperations } from './operations/relays.ts'
import { queueOperations } from './operations/queue.ts'
import { secondFactorOperations } from './operations/second-factors.ts'
import { settingOperations } from './operations/settings.ts'
import { statisticsOperations } from './operations/statistics.ts'
import { sharingOperations } from './operations/sharing.ts'
import { zoneOperations } from './operations/zones.ts'
import { templateOperations } from './operations/templates.ts'
import { tokenOperations } from './operations/tokens.ts'
import { webhookOperations } from './operations/webhooks.ts'
import { Refused } from './refused.ts'

const operations: Operations = {
  ...organisationOperations,
  ...personOperations,
  ...planOperations,
  ...mailboxOperations,
  ...lockOperations,
  ...appPasswordOperations,
  ...tokenOperations,
  ...grantOperations,
  ...passwordOperations,
  ...webhookOperations,
  ...secondFactorOperations,
  ...identityProviderOperations,
  ...sharingOperations,
  ...autoresponderOperations,
  ...pointerOperations,
  ...addressOperations,
  ...bulkOperations,
  ...templateOperations,
  ...editOperations,
  ...relayOperations,
  ...settingOperations,
  ...auditOperations,
  ...letterOperations,
  ...journalOperations,
  ...statisticsOperations,
  ...queueOperations,
  ...healthOperations,
  ...dkimOperations,
  ...zoneOperations,
  ...dmarcOperations,
  ...reputationOperations,
  ...tlsReportOperations,
  ...learningOperations,
}

/** Runs one operation. @throws Refused; anything else is a fault of ours */
export async function runOperation<Name extends OperationName>(
  context: OperationContext,
  name: Name,
  input: OperationInput<Name>,
): Promise<OperationOutput<Name>> {
  const checked = contract[name].input.safeParse(input)
  if (!checked.success) throw inputRefused(name, input)
  await authorise(context, name, checked.data)
  const run = operations[name] as (context: OperationContext, input: unknown) => Promise<OperationOutput<Name>>
  return run(context, checked.data)
}

/** The same for a name and input that came from outside. */
export async function runNamed(context: OperationContext, name: string, input: unknown): Promise<unknown> {
  if (!isOperationName(name)) throw new Refused('input', 'operation', { en: `there is no operation ${name}`, de: `eine Operation ${name} gibt es nicht` })
  return runOperation(context, name, input as OperationInput<typeof name>)
}

/** The shape is wrong, which the CLI never sends: zod's own words do. */
function inputRefused(name: OperationName, input: unknown): Refused {
  const [fault] = inputFaults(name, input)
  const field = fault?.path.join('.') ?? ''
  const where = field === '' ? name : `${name}, ${field}`
  return new Refused('input', field, { en: `${where}: ${fault?.text.en}`, de: `${where}: ${fault?.text.de}` })
}
