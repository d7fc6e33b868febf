import type { Query, Reader } from '../../database/database.ts'
import { type Address, addressKey, formatAddress, parseAddress } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import type { CredentialOwner } from '../change/credentials.ts'
import type { SecondFactorKind } from '../change/second-factors.ts'
import { rowAddress } from '../change/find.ts'
import type { Role } from '../../base/role.ts'

/** Whose password it is that somebody signs in with. */
export interface Holder {
  readonly owner: CredentialOwner
  readonly ownerId: number
}

/** Somebody who can be signed in to the web pages, with all that they are. */
export interface WebUser extends Holder {
  /** An operator's name, the mail address of a person, a mailbox's own address. */
  readonly name: string
  readonly locked: boolean
  /** Undefined: there is none. */
  readonly password: { readonly credentialId: number; readonly phc: string } | undefined
  /** Kinds of second factors that they have; none: the password is all that is asked for. */
  readonly secondFactors: readonly SecondFactorKind[]
  /** Undefined: an operator, who belongs to none. */
  readonly customer: { readonly customerId: number; readonly name: string; readonly isReseller: boolean } | undefined
  /** They work for the customer, with a password of their own or that of their mailbox. */
  readonly person: { readonly personId: number; readonly name: string; readonly role: Role } | undefined
  readonly mailbox: { readonly accountId: AccountId; readonly address: Address } | undefined
}

/** Customers that one address works for with a password for each: more are not looked at. */
const maxPersons = 10

/**
 * Who may be meant: an operator by name; a mailbox by its address or an alias that points straight at it, and people who work for customers by theirs. Which of
 * them it is, the password says.
 */
export const webUsersByName: Query<{ readonly name: string }, readonly WebUser[]> = {
  name: 'directory.web-users',
  async run(reader, { name }) {
    const address = parseAddress(name)
    const holders = address === undefined ? await operatorsNamed(reader, name) : await holdersAt(reader, address)
    const users: WebUser[] = []
    // Asked for a name that does not exist as well: it must not be known by its time.
    for (const holder of holders.length === 0 ? [nobody] : holders) {
      const user = await webUser(reader, holder)
      if (user !== undefined) users.push(user)
    }
    return users
  },
}

const nobody: Holder = { owner: 'account', ownerId: 0 }

async function operatorsNamed(reader: Reader, name: string): Promise<readonly Holder[]> {
  const rows = await reader.all<{ id: number }>('SELECT operator_id AS id FROM operator WHERE name = ?', name.toLowerCase())
  return rows.map((row) => ({ owner: 'operator', ownerId: row.id }))
}

/** Mailboxes by their address or an alias that points straight at them, and people with credentials of their own. */
export async function holdersAt(reader: Reader, address: Address): Promise<readonly Holder[]> {
  const key = addressKey(address)
  const [accounts, persons] = await Promise.all([
    reader.all<{ id: number }>(
      `SELECT mailbox.account_id AS id FROM address given
       LEFT JOIN address_target t ON given.kind = 'alias' AND t.address_id = given.address_id
       JOIN address mailbox ON mailbox.address_id = COALESCE(t.target_id, given.address_id)
       WHERE given.key = ? AND given.kind IN ('mailbox', 'alias') AND mailbox.account_id IS NOT NULL`,
      key,
    ),
    reader.all<{ id: number }>('SELECT person_id AS id FROM person WHERE name = ? AND account_id IS NULL ORDER BY person_id LIMIT ?', key, maxPersons),
  ])
  return [...accounts.map((row) => ({ owner: 'account' as const, ownerId: row.id })), ...persons.map((row) => ({ owner: 'person' as const, ownerId: row.id }))]
}

/** Somebody by what they are. A person who signs in with a mailbox is that mailbox's user. Undefined: there is nobody like that. */
export const webUserNamed: Query<
  | { readonly kind: 'operator'; readonly name: string }
  | { readonly kind: 'person'; readonly name: string; readonly customer: string }
  | { readonly kind: 'mailbox'; readonly key: string }
  | ({ readonly kind: 'holder' } & Holder),
  WebUser | undefined
> = {
  name: 'directory.web-user',
  async run(reader, who) {
    switch (who.kind) {
      case 'holder':
        return webUser(reader, who)
      case 'operator': {
        const [holder] = await operatorsNamed(reader, who.name)
        return holder && webUser(reader, holder)
      }
      case 'mailbox': {
        const row = await reader.get<{ id: number }>('SELECT account_id AS id FROM address WHERE key = ? AND account_id IS NOT NULL', who.key)
        return row && webUser(reader, { owner: 'account', ownerId: row.id })
      }
      case 'person': {
        const row = await reader.get<{ person_id: number; account_id: number | null }>(
          'SELECT person_id, account_id FROM person JOIN customer ON customer.customer_id = person.customer_id WHERE person.name = ? AND customer.name = ?',
          who.name,
          who.customer,
        )
        if (row === undefined) return undefined
        return webUser(reader, row.account_id === null ? { owner: 'person', ownerId: row.person_id } : { owner: 'account', ownerId: row.account_id })
      }
    }
  },
}

/** Undefined: gone. */
export async function webUser(reader: Reader, { owner, ownerId }: Holder): Promise<WebUser | undefined> {
  const [who, password, factors] = await Promise.all([
    finders[owner](reader, ownerId),
    reader.get<{ credential_id: number; value: string }>(
      "SELECT credential_id, value FROM credential WHERE owner = ? AND owner_id = ? AND kind = 'argon2id'",
      owner,
      ownerId,
    ),
    reader.all<{ kind: SecondFactorKind }>(
      "SELECT DISTINCT kind FROM second_factor WHERE owner = ? AND owner_id = ? AND kind <> 'recovery-code' ORDER BY kind",
      owner,
      ownerId,
    ),
  ])
  const secondFactors = factors.map(({ kind }) => kind)
  return who && { owner, ownerId, ...who, secondFactors, password: password && { credentialId: password.credential_id, phc: password.value } }
}

type Who = Omit<WebUser, keyof Holder | 'password' | 'secondFactors'>

const finders: Readonly<Record<CredentialOwner, (reader: Reader, ownerId: number) => Promise<Who | undefined>>> = {
  async operator(reader, operatorId) {
    const row = await reader.get<{ name: string }>('SELECT name FROM operator WHERE operator_id = ?', operatorId)
    return row && { name: row.name, locked: false, customer: undefined, person: undefined, mailbox: undefined }
  },

  async person(reader, personId) {
    const row = await reader.get<{ name: string; role: Role; customer_id: number; customer: string; is_reseller: number; locked: number }>(
      `SELECT person.name, person.role, customer.customer_id, customer.name AS customer, customer.is_reseller, CASE WHEN customer.locked_reason IS NULL THEN 0 ELSE 1 END AS locked
       FROM person JOIN customer ON customer.customer_id = person.customer_id WHERE person.person_id = ? AND person.account_id IS NULL`,
      personId,
    )
    if (row === undefined) return undefined
    const { name, role } = row
    const customer = { customerId: row.customer_id, name: row.customer, isReseller: row.is_reseller === 1 }
    return { name, locked: row.locked !== 0, customer, person: { personId, name, role }, mailbox: undefined }
  },

  async account(reader, accountId) {
    const row = await reader.get<AccountRow>(
      `SELECT mailbox.key, mailbox.local_part, customer.customer_id, customer.name AS customer, customer.is_reseller, person.person_id, person.name AS person, person.role,
         CASE WHEN account.locked_reason IS NULL AND customer.locked_reason IS NULL THEN 0 ELSE 1 END AS locked
       FROM account JOIN address mailbox ON mailbox.account_id = account.account_id JOIN customer ON customer.customer_id = account.customer_id
       LEFT JOIN person ON person.account_id = account.account_id AND person.customer_id = account.customer_id
       WHERE account.account_id = ? AND account.removing = 0 ORDER BY person.person_id LIMIT 1`,
      accountId,
    )
    if (row === undefined) return undefined
    const address = rowAddress(row)
    const { person_id: personId, person: name, role } = row
    return {
      name: formatAddress(address),
      locked: row.locked !== 0,
      customer: { customerId: row.customer_id, name: row.customer, isReseller: row.is_reseller === 1 },
      person: personId === null || name === null || role === null ? undefined : { personId, name, role },
      mailbox: { accountId: accountId as AccountId, address },
    }
  },
}

interface AccountRow {
  key: string
  local_part: string
  customer_id: number
  customer: string
  is_reseller: number
  person_id: number | null
  person: string | null
  role: Role | null
  locked: number
}
