import { addPerson, removePerson, setPerson, setPersonPassword } from '../../directory/change/persons.ts'
import { listPersons } from '../../directory/query/persons.ts'
import { webUserNamed } from '../../directory/query/web-users.ts'
import type { Role } from '../../base/role.ts'
import { type Address, addressKey } from '../../mail/address.ts'
import { change, type OperationContext } from '../context.ts'
import { customerMeant } from '../customer-meant.ts'
import { newPassword } from '../new-password.ts'
import type { Operations } from '../operation.ts'
import { beyondToken, mustNotOpenMore } from '../own-password.ts'
import { mayGive, reachOf } from '../principal.ts'
import { readAddress, readName } from '../reading.ts'
import { Refused } from '../refused.ts'

/** Who works for a customer, and what they may do there. */
export const personOperations: Operations<'person.add' | 'person.list' | 'person.set' | 'person.password' | 'person.remove'> = {
  async 'person.add'(context, input) {
    if (!mayGive(context.principal, input.role)) throw beyondToken
    const person = { ...(await personMeant(context, input)), role: input.role }
    // The customer's own mailbox of that name, where there is one: who has its password needs no other.
    const byMailbox = input.password === undefined ? await byMailboxOf(context, person) : undefined
    if (byMailbox !== undefined) return { name: byMailbox, password: undefined }
    const { credentials, generated } = await newPassword(context, input.password, person.name)
    const { name } = await change(context, addPerson, { ...person, credentials }, fieldOf)
    return { name, password: generated }
  },

  async 'person.list'(context, input) {
    const customer = input.customer === undefined ? undefined : readName('customer', input.customer)
    return { persons: await context.directory.query(listPersons, { reach: reachOf(context.principal), customer }) }
  },

  async 'person.set'(context, input) {
    if (!mayGive(context.principal, input.role)) throw beyondToken
    return change(context, setPerson, { ...(await personMeant(context, input)), role: input.role }, fieldOf)
  },

  async 'person.password'(context, input) {
    const person = await personMeant(context, input)
    const { customer } = person
    mustNotOpenMore(context.principal, await context.directory.query(webUserNamed, { kind: 'person', name: addressKey(person.name), customer }))
    const { credentials, generated } = await newPassword(context, input.password, person.name)
    const { name } = await change(context, setPersonPassword, { ...person, credentials }, fieldOf)
    return { name, password: generated }
  },

  async 'person.remove'(context, input) {
    return change(context, removePerson, await personMeant(context, input), fieldOf)
  },
}

interface PersonInput {
  readonly customer?: string | undefined
  readonly name: string
}

interface PersonMeant {
  readonly customer: string
  readonly name: Address
}

async function personMeant(context: OperationContext, input: PersonInput): Promise<PersonMeant> {
  const customer = await customerMeant(context, input.customer)
  if (customer === undefined) throw new Refused('input', 'customer', { en: 'say whose customer they work for', de: 'bitte angeben, für welchen Kunden' })
  return { customer, name: readAddress('name', input.name) }
}

/** Their name, added; undefined: the customer has no such mailbox. */
async function byMailboxOf(context: OperationContext, person: PersonMeant & { readonly role: Role }): Promise<string | undefined> {
  try {
    return (await change(context, addPerson, { ...person, credentials: undefined }, fieldOf)).name
  } catch (error) {
    if (error instanceof Refused && error.code === 'unknown' && error.field === 'name') return undefined
    throw error
  }
}

function fieldOf({ code, thing }: { readonly code: string; readonly thing?: string }): 'customer' | 'name' {
  return code === 'unknown' && thing === 'customer' ? 'customer' : 'name'
}
