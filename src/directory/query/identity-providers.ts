import type { Query, Reader, SqlValue } from '../../database/database.ts'
import type { IdentityProvider } from '../identity-provider.ts'

/** By the customer's name, or by its own id. */
export const identityProviderQuery: Query<
  { readonly customer: string; readonly providerId?: never } | { readonly customer?: never; readonly providerId: string },
  IdentityProvider | undefined
> = {
  name: 'directory.identity-provider',
  async run(reader, { customer, providerId }) {
    return customer === undefined
      ? readProvider(reader, 'p.provider_id = ?', providerId)
      : readProvider(reader, 'p.customer_id = (SELECT customer_id FROM customer WHERE name = ?)', customer)
  },
}

/** The one by which names of a domain sign in. It depends on the domain alone: asking for a name tells nothing of whether that is there. */
export const identityProviderFor: Query<{ readonly domain: string }, IdentityProvider | undefined> = {
  name: 'directory.identity-provider-for',
  async run(reader, { domain }) {
    return readProvider(reader, `p.is_on = 1 AND EXISTS (SELECT 1 FROM domain WHERE domain.name = ? AND ${holdsFor})`, domain)
  },
}

/** Does the provider `p` hold for `domain`? */
const holdsFor = `domain.customer_id = p.customer_id AND (p.all_domains = 1 OR EXISTS
  (SELECT 1 FROM identity_provider_domain held WHERE held.customer_id = p.customer_id AND held.domain_id = domain.domain_id))`

/** Of those domains, does it hold for each? */
export async function holdsForAll(reader: Reader, { customerId }: IdentityProvider, domains: readonly string[]): Promise<boolean> {
  for (const domain of domains) {
    const row = await reader.get(
      `SELECT 1 AS one FROM identity_provider p, domain WHERE p.customer_id = ? AND domain.name = ? AND ${holdsFor}`,
      customerId,
      domain,
    )
    if (row === undefined) return false
  }
  return true
}

export async function readProvider(reader: Reader, where: string, parameter: SqlValue): Promise<IdentityProvider | undefined> {
  const row = await reader.get<Row>(`SELECT p.* FROM identity_provider p WHERE ${where}`, parameter)
  if (row === undefined) return undefined
  const domains = await reader.all<{ name: string }>(
    `SELECT domain.name FROM identity_provider_domain held JOIN domain ON domain.domain_id = held.domain_id WHERE held.customer_id = ? ORDER BY domain.name`,
    row.customer_id,
  )
  return {
    customerId: row.customer_id,
    providerId: row.provider_id,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    clientSecret: row.client_secret ?? undefined,
    claim: row.claim,
    domains: row.all_domains === 1 ? undefined : domains.map(({ name }) => name),
    isOn: row.is_on === 1,
    isRequired: row.is_required === 1,
    vouches: row.vouches === 1,
    mailTokens: row.mail_tokens,
    audience: row.audience ?? undefined,
    version: row.version,
  }
}

interface Row {
  customer_id: number
  provider_id: string
  name: string
  issuer: string
  client_id: string
  client_secret: string | null
  claim: string
  all_domains: number
  is_on: number
  is_required: number
  vouches: number
  mail_tokens: IdentityProvider['mailTokens']
  audience: string | null
  version: number
}
