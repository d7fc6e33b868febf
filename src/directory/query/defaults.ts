import type { Query, Reader } from '../../database/database.ts'
import { type AddressSettingKey, type EffectiveSetting, effectiveSettings, type ScopeSettings } from '../address-settings.ts'
import { findDomain, findNamed } from '../change/find.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { installationSettings, ownSettings } from './own-settings.ts'

/** Whose addresses inherit them. */
export interface DefaultsOf {
  readonly scope: 'domain' | 'customer' | 'plan'
  readonly name: string
}

type Defaults = Readonly<Record<AddressSettingKey, EffectiveSetting>>

/** What addresses find at a domain, customer or plan: its own values, and what it has from further up. Templates are beside this. */
export const defaultsQuery: Query<DefaultsOf, { readonly found: Defaults; readonly refused?: never } | { readonly refused: DirectoryRefusal }> = {
  name: 'directory.defaults',
  async run(reader, of) {
    const owners = await ownersOf(reader, of)
    if ('refused' in owners) return owners
    const scopes = await Promise.all(
      owners.map(async ({ scope, id }): Promise<ScopeSettings> => ({ scope, own: (await ownSettings(reader, scope, new Set([id]))).get(id)?.values ?? {} })),
    )
    const all = [{ scope: 'installation' as const, own: await installationSettings(reader) }, ...scopes]
    return { found: effectiveSettings('mailbox', all, of.scope) }
  },
}

interface Owner {
  readonly scope: DefaultsOf['scope']
  readonly id: number
}

/** The weakest first. */
async function ownersOf(reader: Reader, { scope, name }: DefaultsOf): Promise<readonly Owner[] | { readonly refused: DirectoryRefusal }> {
  switch (scope) {
    case 'plan': {
      const plan = await findNamed<{ plan_id: number }>(reader, scope, name)
      return plan.refused === undefined ? [{ scope, id: plan.row.plan_id }] : plan
    }
    case 'customer': {
      const customer = await findNamed<CustomerRow>(reader, scope, name)
      return customer.refused === undefined ? ofCustomer(customer.row) : customer
    }
    case 'domain': {
      const domain = await findDomain(reader, name)
      if (domain.refused !== undefined) return domain
      const customer = await reader.get<CustomerRow>('SELECT customer_id, plan_id FROM customer WHERE customer_id = ?', domain.row.customer_id)
      if (customer === undefined) throw new Error(`domain ${name} has no customer`)
      return [...ofCustomer(customer), { scope, id: domain.row.domain_id }]
    }
  }
}

function ofCustomer({ plan_id, customer_id }: CustomerRow): readonly Owner[] {
  return [
    { scope: 'plan', id: plan_id },
    { scope: 'customer', id: customer_id },
  ]
}

interface CustomerRow {
  customer_id: number
  plan_id: number
}
