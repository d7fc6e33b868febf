import { addOperator, removeOperator, setOperatorPassword } from '../../directory/change/credentials.ts'
import { addCustomer, addDomain, removeCustomer, removeDomain, setCustomer } from '../../directory/change/organisation.ts'
import { setDomainDefaults } from '../../directory/change/settings.ts'
import { webUserNamed } from '../../directory/query/web-users.ts'
import { listCustomers, listDomains, listOperators } from '../../directory/query/listings.ts'
import type { DirectoryRefusal } from '../../directory/refusal.ts'
import { editing } from '../editing.ts'
import { change } from '../context.ts'
import { customerMeant } from '../customer-meant.ts'
import { mustNotOpenMore } from '../own-password.ts'
import { newPassword } from '../new-password.ts'
import { pageOf } from '../page.ts'
import { reachOf } from '../principal.ts'
import { readAddress, readAddressSettings, readDomain, readName } from '../reading.ts'
import type { Operations } from '../operation.ts'
import { mustBeTheirs } from './zones.ts'

type Names =
  | 'customer.add'
  | 'customer.list'
  | 'customer.set'
  | 'customer.remove'
  | 'domain.add'
  | 'domain.list'
  | 'domain.set'
  | 'domain.remove'
  | 'operator.add'
  | 'operator.password'
  | 'operator.remove'
  | 'operator.list'

/** Who owns what, and who runs it. */
export const organisationOperations: Operations<Names> = {
  async 'customer.add'(context, input) {
    const plan = input.plan === undefined ? undefined : readName('plan', input.plan)
    const { principal } = context
    const reseller = principal.kind === 'person' ? { resellerId: principal.customerId } : {}
    const customer = { name: readName('name', input.name), plan, ...reseller }
    const done = await change(context, addCustomer, customer, (refusal) => (refusal.code === 'unknown' ? 'plan' : 'name'))
    return { name: done.name, plan: done.plan }
  },

  async 'customer.list'(context, input) {
    return context.directory.query(listCustomers, { reach: reachOf(context.principal), contains: input.contains, ...pageOf(input) })
  },

  async 'customer.set'(context, input) {
    const name = readName('name', input.name)
    const plan = input.plan === undefined ? undefined : readName('plan', input.plan)
    const resellerOf = input.resellerOf === undefined || input.resellerOf === null ? input.resellerOf : readName('resellerOf', input.resellerOf)
    const values = readAddressSettings(input.values ?? {})
    const { principal } = context
    const resellerId = principal.kind === 'person' ? principal.customerId : undefined
    const args = { customer: name, plan, isReseller: input.reseller, resellerOf, resellerId, values }
    return { name, ...(await editing(context, input.preview, { preview: { change: 'customer.set', args }, change: setCustomer })) }
  },

  async 'customer.remove'(context, input) {
    const { customer } = await change(context, removeCustomer, { name: readName('name', input.name) }, () => 'name')
    return { name: customer }
  },

  async 'domain.add'(context, input) {
    const customer = await customerMeant(context, input.customer)
    const fieldOf = (refusal: { readonly code: string }) => (refusal.code === 'exists' ? 'domain' : 'customer')
    const name = readDomain('domain', input.domain)
    await mustBeTheirs(context, name, customer)
    const done = await change(context, addDomain, { name, customer }, fieldOf)
    return { domain: done.domain, customer: done.customer }
  },

  async 'domain.list'(context, input) {
    const customer = input.customer === undefined ? undefined : readName('customer', input.customer)
    return context.directory.query(listDomains, { reach: reachOf(context.principal), customer, contains: input.contains, ...pageOf(input) })
  },

  async 'domain.set'(context, input) {
    const name = readDomain('domain', input.domain)
    const template = typeof input.template === 'string' ? readName('template', input.template) : input.template
    const args = { domain: name, values: readAddressSettings(input.values ?? {}), template }
    const field = (refusal: DirectoryRefusal) => (refusal.code === 'unknown' && refusal.thing === 'template' ? 'template' : 'domain')
    const done = await editing(context, input.preview, { preview: { change: 'domain.set', args }, change: setDomainDefaults, field })
    return { domain: name, ...done }
  },

  async 'domain.remove'(context, input) {
    return change(context, removeDomain, { name: readDomain('domain', input.domain) }, () => 'domain')
  },

  async 'operator.add'(context, input) {
    const name = readName('name', input.name)
    const mailbox = input.mailbox === undefined ? undefined : readAddress('mailbox', input.mailbox)
    const { credentials, generated } = await newPassword(context, input.password, name)
    await change(context, addOperator, { name, mailbox, credentials }, (refusal) => (refusal.code === 'exists' ? 'name' : 'mailbox'))
    return { name, password: generated }
  },

  async 'operator.password'(context, input) {
    const name = readName('name', input.name)
    mustNotOpenMore(context.principal, await context.directory.query(webUserNamed, { kind: 'operator', name }))
    const { credentials, generated } = await newPassword(context, input.password, name)
    await change(context, setOperatorPassword, { name, credentials }, () => 'name')
    return { name, password: generated }
  },

  async 'operator.remove'(context, input) {
    return change(context, removeOperator, { name: readName('name', input.name) }, () => 'name')
  },

  async 'operator.list'(context) {
    return { operators: await context.directory.query(listOperators, undefined) }
  },
}
