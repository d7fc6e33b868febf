import type { Query, Reader } from '../../database/database.ts'
import { type Address, addressKey } from '../../mail/address.ts'
import type { OwnSettings } from '../address-settings.ts'
import type { AddressKind, DeliveryTarget, Members } from '../recipient.ts'
import { allIn } from '../../database/in-list.ts'
import { ownSettingsOf } from './own-settings.ts'
import { isRoleAddress, postmasterOf } from './postmaster.ts'
import type { AddressOfDomain, DomainOfAddress } from './rows.ts'
import { reachedFrom } from './targets.ts'

interface ResolveArguments {
  readonly addresses: readonly Address[]
  /** Setting `subaddressing`. */
  readonly subaddressing: boolean
  /** Setting `postmaster.address`; '' = none. */
  readonly postmaster: string
}

/** What the database knows of an address; the main thread adds the installation's defaults and the lists. */
export interface ResolvedAddress {
  readonly addressId: number
  readonly address: Address
  readonly kind: AddressKind
  readonly domainId: number
  readonly customerId: number
  readonly listsVersion: number
  /** Of plan, customer, domain, address. */
  readonly own: readonly OwnSettings[]
  readonly targets: readonly DeliveryTarget[]
  readonly elsewhere: readonly Address[]
  readonly lists: readonly Address[]
  readonly members?: Members
  readonly alwaysAccepted: boolean
}

export type ResolvedRow =
  | { readonly found: ResolvedAddress }
  | { readonly found?: never; readonly why: 'unknown' | 'foreign' | 'loop' | 'locked'; readonly customerId?: number }

/** Many at once, in a bounded number of statements: answers in the order of `addresses`. */
export const resolveAddresses: Query<ResolveArguments, readonly ResolvedRow[]> = {
  name: 'directory.resolve',
  async run(reader, args) {
    const domains = await domainsByName(reader, [...new Set(args.addresses.map((address) => address.domain))])
    const known = args.addresses.filter((address) => domains.has(address.domain))
    const rows = await addressesByKey(reader, [...new Set(known.flatMap((address) => candidateKeys(address, args.subaddressing)))])
    const chosen = await Promise.all(args.addresses.map((address) => choose(reader, address, { domain: domains.get(address.domain), rows, args })))
    return complete(reader, chosen, domains)
  },
}

/** Mail for `<postmaster>` without a domain (RFC 5321 4.5.1). */
export const resolvePostmaster: Query<{ readonly postmaster: string }, ResolvedRow> = {
  name: 'directory.postmaster',
  async run(reader, args) {
    const row = await postmasterOf(reader, args.postmaster, undefined)
    if (row === undefined) return { why: 'unknown' }
    const address = { localPart: row.local_part, domain: row.key.slice(row.key.lastIndexOf('@') + 1) }
    const domains = await domainsByName(reader, [address.domain])
    const [resolved] = await complete(reader, [{ address, row, alwaysAccepted: true }], domains)
    return resolved ?? { why: 'unknown' }
  },
}

/** What stands for an address, in the order in which it is looked for: itself, without its tag, the domain's catch-all. */
function candidateKeys(address: Address, subaddressing: boolean): string[] {
  const keys = [addressKey(address)]
  // A tag needs something before it: +tag@ is an address of its own.
  const plus = address.localPart.indexOf('+')
  if (subaddressing && plus > 0) keys.push(addressKey({ ...address, localPart: address.localPart.slice(0, plus) }))
  keys.push(`*@${address.domain}`)
  return keys
}

interface Chosen {
  readonly address: Address
  /** Undefined: none. */
  readonly row: AddressOfDomain | undefined
  readonly alwaysAccepted: boolean
}

interface Choice {
  readonly domain: DomainOfAddress | undefined
  readonly rows: ReadonlyMap<string, AddressOfDomain>
  readonly args: ResolveArguments
}

async function choose(reader: Reader, address: Address, { domain, rows, args }: Choice): Promise<Chosen> {
  if (domain === undefined) return { address, row: undefined, alwaysAccepted: false }
  const [exact = '', ...others] = candidateKeys(address, args.subaddressing)
  const itself = rows.get(exact)
  // SPEC A9b. A locked customer's role addresses still answer: that is whom abuse reports are for.
  if (isRoleAddress(address)) return { address, row: itself ?? (await postmasterOf(reader, args.postmaster, domain)), alwaysAccepted: true }
  const row = itself ?? others.map((key) => rows.get(key)).find((found) => found !== undefined)
  return { address, row, alwaysAccepted: false }
}

async function complete(reader: Reader, chosen: readonly Chosen[], domains: ReadonlyMap<string, DomainOfAddress>): Promise<ResolvedRow[]> {
  const rows = chosen.flatMap(({ row }) => (row === undefined ? [] : [row]))
  const behind = await reachedFrom(reader, rows)
  const own = await ownSettingsOf(reader, rows, [...domains.values()])
  return chosen.map(({ address, row, alwaysAccepted }): ResolvedRow => {
    const domain = domains.get(address.domain)
    if (domain === undefined) return { why: 'foreign' }
    const customerId = domain.customer_id
    if (row === undefined) return { why: 'unknown', customerId }
    const reached = behind.get(row.address_id) ?? 'loop'
    if (reached === 'loop') return { why: 'loop', customerId }
    if (reached === 'locked' || (domain.locked_reason !== null && !alwaysAccepted)) return { why: 'locked', customerId }
    return {
      found: {
        addressId: row.address_id,
        address,
        kind: row.kind,
        domainId: domain.domain_id,
        customerId,
        listsVersion: row.lists_version,
        own: own(domain, row),
        ...reached,
        alwaysAccepted,
      },
    }
  })
}

async function domainsByName(reader: Reader, names: readonly string[]): Promise<Map<string, DomainOfAddress>> {
  const rows = await allIn<DomainOfAddress>(
    reader,
    `SELECT domain.domain_id, domain.customer_id, domain.name, customer.plan_id,
       CASE WHEN customer.locked_takes_mail = 1 THEN NULL ELSE customer.locked_reason END AS locked_reason
     FROM domain JOIN customer ON customer.customer_id = domain.customer_id WHERE domain.name IN (?...)`,
    names,
  )
  return new Map(rows.map((row) => [row.name, row]))
}

async function addressesByKey(reader: Reader, keys: readonly string[]): Promise<Map<string, AddressOfDomain>> {
  const rows = await allIn<AddressOfDomain>(
    reader,
    'SELECT address_id, domain_id, key, local_part, kind, account_id, keep_copy, lists_version FROM address WHERE key IN (?...)',
    keys,
  )
  return new Map(rows.map((row) => [row.key, row]))
}
