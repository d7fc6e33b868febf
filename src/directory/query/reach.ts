import type { Query } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import { rowAddress } from '../change/find.ts'
import { customersWithin, isWithin, type Named, type Reach } from '../reach.ts'

/** The first of several things that is not within reach; undefined: all are. */
export const outOfReach: Query<{ readonly reach: Reach; readonly named: readonly Named[] }, Named | undefined> = {
  name: 'directory.out-of-reach',
  async run(reader, { reach, named }) {
    for (const one of named) if (!(await isWithin(reader, reach, one))) return one
    return undefined
  },
}

/** Customers whose things somebody sees. */
export const customerIdsWithin: Query<{ readonly reach: Reach }, readonly number[]> = {
  name: 'directory.customer-ids-within',
  async run(reader, { reach }) {
    const { sql, parameters } = customersWithin(reach)
    return (await reader.all<{ customer_id: number }>(`SELECT customer_id FROM customer WHERE ${sql}`, ...parameters)).map((row) => row.customer_id)
  },
}

/** An address as text, by its number; undefined: it is gone. */
export const addressNameQuery: Query<{ readonly addressId: number }, string | undefined> = {
  name: 'directory.address-name',
  async run(reader, { addressId }) {
    const row = await reader.get<{ key: string; local_part: string }>('SELECT key, local_part FROM address WHERE address_id = ?', addressId)
    return row && formatAddress(rowAddress(row))
  },
}
