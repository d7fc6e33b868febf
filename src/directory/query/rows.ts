import type { AddressKind } from '../recipient.ts'

/** A domain with its customer. */
export interface DomainOfAddress {
  domain_id: number
  customer_id: number
  plan_id: number
  name: string
  /** Why it takes no mail for now. */
  locked_reason: string | null
}

/** An address as lookups read it. */
export interface AddressOfDomain {
  address_id: number
  domain_id: number
  key: string
  local_part: string
  kind: AddressKind
  account_id: number | null
  /** Of a mailbox that forwards: 1: it keeps a copy; null: it does not forward. */
  keep_copy: number | null
  lists_version: number
}
