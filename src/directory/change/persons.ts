import type { Reader } from '../../database/database.ts'
import { type Address, addressKey, formatAddress } from '../../mail/address.ts'
import type { Role } from '../../base/role.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { insertCredentials, type NewCredential, removeCredentials, replacePassword } from './credentials.ts'
import { addressRow, customerOf, findNamed, type Found } from './find.ts'
import type { CustomerRow } from './organisation.ts'

/** Of one customer. */
const maxPersons = 200

export interface PersonRow {
  person_id: number
  customer_id: number
  name: string
  role: Role
  account_id: number | null
}

/** Somebody of a customer, as changes name them: by a mail address, at which they can be told things. */
interface OfCustomer {
  readonly customer: string
  readonly name: Address
}

/**
 * Somebody works for a customer. Without credentials they sign in with the mailbox of that address, which must be the customer's. The same address
 * may work for several customers: each has its own credentials.
 */
export const addPerson = directoryChange(
  'person.add',
  async (step: Step<OfCustomer & { readonly role: Role; readonly credentials: readonly NewCredential[] | undefined }>) => {
    const { tx, args, atMs } = step
    const customer = await findNamed<CustomerRow>(tx, 'customer', args.customer)
    if (customer.refused !== undefined) return customer
    const { customer_id: customerId } = customer.row
    const name = addressKey(args.name)
    const taken = await tx.all<{ name: string }>('SELECT name FROM person WHERE customer_id = ?', customerId)
    if (taken.some((row) => row.name === name)) return refuse({ code: 'exists', thing: 'person', name })
    if (taken.length >= maxPersons) return refuse({ code: 'too-many', of: 'persons', limit: maxPersons, plan: undefined })
    const accountId = args.credentials === undefined ? await mailboxOf(tx, customerId, args.name) : null
    if (accountId === undefined) return refuse({ code: 'unknown', thing: 'mailbox', name, near: undefined })
    const personId = await step.nextId('person')
    await tx.run(
      'INSERT INTO person (person_id, customer_id, name, role, account_id, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
      personId,
      customerId,
      name,
      args.role,
      accountId,
      atMs,
    )
    if (args.credentials !== undefined) await insertCredentials(step, 'person', personId, args.credentials)
    return { done: { personId, name }, audit: { subject: name, detail: { customer: customer.row.name, role: args.role }, customerId } }
  },
)

export const setPerson = directoryChange('person.set', async ({ tx, args }: Step<OfCustomer & { readonly role: Role }>) => {
  const person = await findPerson(tx, args)
  if (person.refused !== undefined) return person
  const { person_id: personId, name, role } = person.row
  if (args.role !== 'owner' && (await isLastOwner(tx, person.row))) return refuse({ code: 'last-owner', name })
  await tx.run('UPDATE person SET role = ? WHERE person_id = ?', args.role, personId)
  return { done: { name }, audit: { subject: name, detail: { customer: args.customer, role: args.role, was: { role } }, customerId: person.row.customer_id } }
})

/** A password of their own from now on, where they signed in with a mailbox before. */
export const setPersonPassword = directoryChange('person.password', async (step: Step<OfCustomer & { readonly credentials: readonly NewCredential[] }>) => {
  const { tx, args } = step
  const person = await findPerson(tx, args)
  if (person.refused !== undefined) return person
  const { person_id: personId, name } = person.row
  await tx.run('UPDATE person SET account_id = NULL WHERE person_id = ?', personId)
  await replacePassword(step, { owner: 'person', ownerId: personId }, args.credentials)
  return { done: { name }, audit: { subject: name, detail: { customer: args.customer }, customerId: person.row.customer_id } }
})

export const removePerson = directoryChange('person.remove', async (step: Step<OfCustomer>) => {
  const { tx, args } = step
  const person = await findPerson(tx, args)
  if (person.refused !== undefined) return person
  const { person_id: personId, name } = person.row
  if (await isLastOwner(tx, person.row)) return refuse({ code: 'last-owner', name })
  await removeCredentials(step, 'person', personId)
  await tx.run('DELETE FROM person WHERE person_id = ?', personId)
  return { done: { name }, audit: { subject: name, detail: { customer: args.customer }, customerId: person.row.customer_id } }
})

async function findPerson(reader: Reader, { customer, name }: OfCustomer): Promise<Found<PersonRow>> {
  const found = await findNamed<CustomerRow>(reader, 'customer', customer)
  if (found.refused !== undefined) return found
  const row = await reader.get<PersonRow>('SELECT * FROM person WHERE customer_id = ? AND name = ?', found.row.customer_id, addressKey(name))
  return row === undefined ? refuse({ code: 'unknown', thing: 'person', name: formatAddress(name), near: undefined }) : { row }
}

/** Without one, only the operator could name others, while somebody else is still there to ask. */
async function isLastOwner(reader: Reader, { customer_id: customerId, role }: PersonRow): Promise<boolean> {
  if (role !== 'owner') return false
  const rows = await reader.all<{ role: Role }>('SELECT role FROM person WHERE customer_id = ?', customerId)
  return rows.length > 1 && rows.filter((row) => row.role === 'owner').length === 1
}

/** Undefined: it is no mailbox of this customer. */
async function mailboxOf(reader: Reader, customerId: number, address: Address): Promise<number | undefined> {
  const row = await addressRow(reader, address)
  if (row === undefined || row.account_id === null) return undefined
  return (await customerOf(reader, row)) === customerId ? row.account_id : undefined
}
