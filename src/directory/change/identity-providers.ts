import type { Change, Transaction } from '../../database/database.ts'
import { type Address, addressKey, formatAddress, parseAddress } from '../../mail/address.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { holdsForAll, readProvider } from '../query/identity-providers.ts'
import { type Holder, holdersAt, type WebUser, webUser } from '../query/web-users.ts'
import { directoryChange, refuse, type Step } from './change.ts'
import { findNamed } from './find.ts'
import type { CustomerRow } from './organisation.ts'

/** As it is to be from now on. The id of one that is there already stays. */
export type NewIdentityProvider = Omit<IdentityProvider, 'customerId' | 'version'>

export const setIdentityProvider = directoryChange(
  'identity-provider.set',
  async (step: Step<{ readonly customer: string; readonly provider: NewIdentityProvider }>) => {
    const { tx, args, version } = step
    const { provider } = args
    const customer = await findNamed<CustomerRow>(tx, 'customer', args.customer)
    if (customer.refused !== undefined) return customer
    const { customer_id: customerId, name: subject } = customer.row
    const domainIds = new Set<number>()
    for (const domain of provider.domains ?? []) {
      const row = await tx.get<{ domain_id: number }>('SELECT domain_id FROM domain WHERE name = ? AND customer_id = ?', domain, customerId)
      if (row === undefined) return refuse({ code: 'unknown', thing: 'domain', name: domain, near: undefined })
      domainIds.add(row.domain_id)
    }
    const before = await readProvider(tx, 'p.customer_id = ?', customerId)
    await tx.run('DELETE FROM identity_provider WHERE customer_id = ?', customerId)
    await tx.run(
      `INSERT INTO identity_provider (customer_id, provider_id, name, issuer, client_id, client_secret, claim, all_domains, is_on, is_required, vouches, mail_tokens,
       audience, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[customerId, before?.providerId ?? provider.providerId, provider.name, provider.issuer, provider.clientId, provider.clientSecret ?? null],
      ...[provider.claim, provider.domains === undefined ? 1 : 0, provider.isOn ? 1 : 0, provider.isRequired ? 1 : 0, provider.vouches ? 1 : 0],
      ...[provider.mailTokens, provider.audience ?? null, version],
    )
    await tx.run('DELETE FROM identity_provider_domain WHERE customer_id = ?', customerId)
    for (const domainId of domainIds) await tx.run('INSERT INTO identity_provider_domain (customer_id, domain_id) VALUES (?, ?)', customerId, domainId)
    if (before !== undefined) await endWhatChanged(tx, before, provider)
    const { clientSecret: _secret, providerId: _id, ...detail } = provider
    return { done: { customer: subject }, audit: { subject, detail, customerId } }
  },
)

export const removeIdentityProvider = directoryChange('identity-provider.remove', async ({ tx, args }: Step<{ readonly customer: string }>) => {
  const customer = await findNamed<CustomerRow>(tx, 'customer', args.customer)
  if (customer.refused !== undefined) return customer
  const { customer_id: customerId, name: subject } = customer.row
  if ((await readProvider(tx, 'p.customer_id = ?', customerId)) === undefined)
    return refuse({ code: 'unknown', thing: 'identity-provider', name: subject, near: undefined })
  await forgetIdentityProvider(tx, customerId)
  return { done: { customer: subject }, audit: { subject, customerId } }
})

/** Whoever signs in by the provider under this name next is its user from then on. */
export const unlinkIdentity = directoryChange('identity-provider.unlink', async ({ tx, args }: Step<{ readonly customer: string; readonly name: Address }>) => {
  const customer = await findNamed<CustomerRow>(tx, 'customer', args.customer)
  if (customer.refused !== undefined) return customer
  const { customer_id: customerId } = customer.row
  const name = formatAddress(args.name)
  let links = 0
  for (const holder of await holdersAt(tx, args.name)) {
    links += await tx.run('DELETE FROM identity_link WHERE customer_id = ? AND owner = ? AND owner_id = ?', customerId, holder.owner, holder.ownerId)
  }
  if (links === 0) return refuse({ code: 'unknown', thing: 'identity-link', name, near: undefined })
  return { done: { name }, audit: { subject: addressKey(args.name), customerId } }
})

/** With all that hangs on it. */
export async function forgetIdentityProvider(tx: Transaction, customerId: number): Promise<void> {
  for (const table of ['identity_provider', 'identity_provider_domain', 'identity_link']) await tx.run(`DELETE FROM ${table} WHERE customer_id = ?`, customerId)
  await endSessions(tx, customerId)
}

async function endWhatChanged(tx: Transaction, before: IdentityProvider, now: NewIdentityProvider): Promise<void> {
  // Another issuer's users are others, even where they are numbered alike.
  if (before.issuer !== now.issuer) await tx.run('DELETE FROM identity_link WHERE customer_id = ?', before.customerId)
  const same = before.issuer === now.issuer && before.clientId === now.clientId && String(before.domains) === String(now.domains)
  if (!same || !now.isOn) await endSessions(tx, before.customerId)
}

/** What stood on the provider's word. */
async function endSessions(tx: Transaction, customerId: number): Promise<void> {
  await tx.run(
    `DELETE FROM web_session WHERE method LIKE 'provider%' AND (
       (owner = 'account' AND owner_id IN (SELECT account_id FROM account WHERE customer_id = ?))
       OR (owner = 'person' AND owner_id IN (SELECT person_id FROM person WHERE customer_id = ?)))`,
    customerId,
    customerId,
  )
}

/** Somebody whom the provider has let in, as it knows them. */
interface Identity {
  readonly providerId: string
  /** Its `sub`. */
  readonly subject: string
  /** Undefined: it names none that counts. */
  readonly address: Address | undefined
  readonly atMs: number
}

/** `nobody`: no person or mailbox of this customer has that name, or it is not for the provider to say. `other`: theirs is another user of the provider. */
export type Identified = { readonly holder: Holder; readonly refused?: never } | { readonly holder?: never; readonly refused: 'nobody' | 'other' }

/**
 * Whom the provider means: by `sub` who signed in before, by address who comes for the first time, and from then on by `sub`. An address that the provider has
 * given to somebody else since does not open what was its first owner's. Nothing that is remembered of the directory depends on it.
 */
export const identify: Change<Identity, Identified> = {
  name: 'directory.identify',
  durable: true,
  async run(tx, { providerId, subject, address, atMs }) {
    const provider = await readProvider(tx, 'p.is_on = 1 AND p.provider_id = ?', providerId)
    if (provider === undefined) return { refused: 'nobody' }
    const { customerId } = provider
    const linked = await tx.get<{ owner: Holder['owner']; owner_id: number }>(
      'SELECT owner, owner_id FROM identity_link WHERE customer_id = ? AND subject = ?',
      customerId,
      subject,
    )
    const known = linked && (await webUser(tx, { owner: linked.owner, ownerId: linked.owner_id }))
    if (known !== undefined) return (await isHeld(tx, provider, known)) ? { holder: holderOf(known) } : { refused: 'nobody' }
    if (linked !== undefined) await tx.run('DELETE FROM identity_link WHERE customer_id = ? AND subject = ?', customerId, subject)
    const found = address && (await ownOf(tx, provider, address))
    if (found === undefined) return { refused: 'nobody' }
    const taken = await tx.get('SELECT 1 AS one FROM identity_link WHERE owner = ? AND owner_id = ?', found.owner, found.ownerId)
    if (taken !== undefined) return { refused: 'other' }
    await tx.run(
      'INSERT INTO identity_link (customer_id, subject, owner, owner_id, created_at_ms) VALUES (?, ?, ?, ?, ?)',
      ...[customerId, subject, found.owner, found.ownerId, atMs],
    )
    return { holder: found }
  },
}

/** Who works for the customer comes before a mailbox of the same name. */
async function ownOf(tx: Transaction, provider: IdentityProvider, address: Address): Promise<Holder | undefined> {
  if (!(await holdsForAll(tx, provider, [address.domain]))) return undefined
  const held: WebUser[] = []
  for (const holder of await holdersAt(tx, address)) {
    const user = await webUser(tx, holder)
    if (user !== undefined && (await isHeld(tx, provider, user))) held.push(user)
  }
  const found = held.find(({ owner }) => owner === 'person') ?? held[0]
  return found && holderOf(found)
}

/** Is it for this provider to say who that is? An alias may stand at another domain than the mailbox. */
async function isHeld(tx: Transaction, provider: IdentityProvider, { owner, customer, name }: WebUser): Promise<boolean> {
  const domain = parseAddress(name)?.domain
  if (owner === 'operator' || domain === undefined || customer?.customerId !== provider.customerId) return false
  return holdsForAll(tx, provider, [domain])
}

function holderOf({ owner, ownerId }: WebUser): Holder {
  return { owner, ownerId }
}
