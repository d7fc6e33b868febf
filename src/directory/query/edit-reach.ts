import { customersWithin, type Reach } from '../reach.ts'
import type { Sql } from './effective.ts'

/**
 * A condition on `edit_value value`: what it sets is within reach now. Customers change hands: what was set for one before is then no longer for whoever set it
 * to see or to take back.
 */
export function valuesWithin(reach: Reach): Sql {
  const { sql, parameters } = customersWithin(reach)
  return {
    sql: `(value.scope NOT IN ('address', 'domain', 'customer', 'customer-plan') OR EXISTS (SELECT 1 FROM customer WHERE ${sql} AND customer.customer_id = CASE value.scope
       WHEN 'address' THEN (SELECT place.customer_id FROM address JOIN domain place ON place.domain_id = address.domain_id WHERE address.address_id = value.owner_id)
       WHEN 'domain' THEN (SELECT place.customer_id FROM domain place WHERE place.domain_id = value.owner_id)
       ELSE value.owner_id END))`,
    parameters,
  }
}
