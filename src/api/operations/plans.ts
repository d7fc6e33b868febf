import { addPlan, type PlanLimits, setPlan } from '../../directory/change/plans.ts'
import { formatSize } from '../../directory/setting-kind.ts'
import { listPlans } from '../../directory/query/listings.ts'
import { change } from '../context.ts'
import { editing } from '../editing.ts'
import type { OperationInput } from '../contract.ts'
import { readAddressSettings, readCount, readName, readSize } from '../reading.ts'
import { Refused } from '../refused.ts'
import type { Operations } from '../operation.ts'

/** What the index's offsets and a segment of the content log hold; a plan cannot promise more. */
const largestMessageBytes = 1024 ** 3

export const planOperations: Operations<'plan.add' | 'plan.set' | 'plan.list'> = {
  async 'plan.add'(context, input) {
    const { name } = await change(context, addPlan, read(input), () => 'name')
    return { name }
  },

  async 'plan.set'(context, input) {
    const args = read(input)
    const done = await editing(context, input.preview, { preview: { change: 'plan.set', args }, change: setPlan, field: () => 'name' })
    return { name: args.name, ...done }
  },

  async 'plan.list'(context) {
    return { plans: await context.directory.query(listPlans, undefined) }
  },
}

function read(input: OperationInput<'plan.add'>) {
  return { name: readName('name', input.name), limits: limitsOf(input), values: readAddressSettings(input.values ?? {}) }
}

function limitsOf(input: OperationInput<'plan.add'>): Partial<PlanLimits> {
  return {
    ...(input.storage === undefined ? {} : { storageBytes: readSize('storage', input.storage) ?? null }),
    ...(input.messageSize === undefined ? {} : { maxMessageBytes: readMessageSize(input.messageSize) }),
    ...(input.mailboxes === undefined ? {} : { maxMailboxes: readCount('mailboxes', input.mailboxes) }),
    ...(input.addresses === undefined ? {} : { maxAddresses: readCount('addresses', input.addresses) }),
    ...(input.domains === undefined ? {} : { maxDomains: readCount('domains', input.domains) }),
    ...(input.features === undefined ? {} : { features: input.features }),
  }
}

function readMessageSize(text: string): number {
  const bytes = readSize('messageSize', text)
  // RFC 5321 4.5.3.1.7: at least 64K octets.
  if (bytes !== undefined && bytes >= 65_536 && bytes <= largestMessageBytes) return bytes
  const most = formatSize(largestMessageBytes)
  throw new Refused('input', 'messageSize', {
    en: `"${text}" cannot be the largest message; right would be a size from 64K to ${most}`,
    de: `„${text}“ kann nicht die größte Nachricht sein; richtig wäre eine Größe von 64K bis ${most}`,
  })
}
