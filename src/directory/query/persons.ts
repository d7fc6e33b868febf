import type { Query } from '../../database/database.ts'
import { customersWithin, type Reach } from '../reach.ts'
import type { Role } from '../../base/role.ts'

export interface PersonListing {
  readonly customer: string
  readonly name: string
  readonly role: Role
  /** They sign in with the mailbox of this name. */
  readonly byMailbox: boolean
}

/** Who works for the customers within reach, or for one of them. */
export const listPersons: Query<{ readonly reach: Reach; readonly customer: string | undefined }, readonly PersonListing[]> = {
  name: 'directory.persons',
  async run(reader, { reach, customer }) {
    const { sql, parameters } = customersWithin(reach)
    const rows = await reader.all<{ customer: string; name: string; role: Role; account_id: number | null }>(
      `SELECT customer.name AS customer, person.name, role, account_id FROM person JOIN customer ON customer.customer_id = person.customer_id
       WHERE ${sql}${customer === undefined ? '' : ' AND customer.name = ?'} ORDER BY customer.name, person.name`,
      ...parameters,
      ...(customer === undefined ? [] : [customer]),
    )
    return rows.map((row) => ({ customer: row.customer, name: row.name, role: row.role, byMailbox: row.account_id !== null }))
  },
}
