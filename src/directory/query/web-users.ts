import type { Query, Reader } from '../../database/database.ts'
import { addressKey, formatAddress, parseAddress } from '../../mail/address.ts'
import type { CredentialOwner } from '../change/credentials.ts'
import { rowAddress } from '../change/find.ts'

/** Somebody who can be signed in to the web pages. */
export interface WebUser {
  readonly owner: CredentialOwner
  readonly ownerId: number
  /** An operator's name, a mailbox's own address. */
  readonly name: string
  /** Undefined: an operator, who belongs to none. */
  readonly customerId: number | undefined
  readonly locked: boolean
  /** Undefined: it has none. */
  readonly password: { readonly credentialId: number; readonly phc: string } | undefined
}

/** By an operator's name, a mailbox's address, or an alias that points straight at it. */
export const webUserByName: Query<{ readonly name: string }, WebUser | undefined> = {
  name: 'directory.web-user',
  async run(reader, { name }) {
    const address = parseAddress(name)
    const row =
      address === undefined
        ? await reader.get<{ id: number }>('SELECT operator_id AS id FROM operator WHERE name = ?', name.toLowerCase())
        : await reader.get<{ id: number }>(
            `SELECT mailbox.account_id AS id FROM address given
             LEFT JOIN address_target t ON given.kind = 'alias' AND t.address_id = given.address_id
             JOIN address mailbox ON mailbox.address_id = COALESCE(t.target_id, given.address_id)
             WHERE given.key = ? AND given.kind IN ('mailbox', 'alias') AND mailbox.account_id IS NOT NULL`,
            addressKey(address),
          )
    // Asked for a name that does not exist as well: it must not be known by its time.
    return webUser(reader, address === undefined ? 'operator' : 'account', row?.id ?? 0)
  },
}

/** Undefined: gone. */
export async function webUser(reader: Reader, owner: CredentialOwner, ownerId: number): Promise<WebUser | undefined> {
  const [who, password] = await Promise.all([
    owner === 'operator' ? operator(reader, ownerId) : account(reader, ownerId),
    reader.get<{ credential_id: number; value: string }>(
      "SELECT credential_id, value FROM credential WHERE owner = ? AND owner_id = ? AND kind = 'argon2id'",
      owner,
      ownerId,
    ),
  ])
  return who && { owner, ownerId, ...who, password: password && { credentialId: password.credential_id, phc: password.value } }
}

type Who = Pick<WebUser, 'name' | 'customerId' | 'locked'>

async function operator(reader: Reader, operatorId: number): Promise<Who | undefined> {
  const row = await reader.get<{ name: string }>('SELECT name FROM operator WHERE operator_id = ?', operatorId)
  return row && { name: row.name, customerId: undefined, locked: false }
}

async function account(reader: Reader, accountId: number): Promise<Who | undefined> {
  const row = await reader.get<{ key: string; local_part: string; customer_id: number; locked: number }>(
    `SELECT mailbox.key, mailbox.local_part, account.customer_id,
       CASE WHEN account.locked_reason IS NULL AND customer.locked_reason IS NULL THEN 0 ELSE 1 END AS locked
     FROM account JOIN address mailbox ON mailbox.account_id = account.account_id JOIN customer ON customer.customer_id = account.customer_id
     WHERE account.account_id = ? AND account.removing = 0`,
    accountId,
  )
  return row && { name: formatAddress(rowAddress(row)), customerId: row.customer_id, locked: row.locked !== 0 }
}
