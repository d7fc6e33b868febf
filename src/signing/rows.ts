import type { Query } from '../database/database.ts'
import type { KeyAlgorithm, KeyLife, KeyState, RecordSeen } from './key-life.ts'

/** Whose keys: a domain, or, with id 0, the installation's own name. */
export interface KeyOwner {
  readonly domainId: number
  /** A-labels. */
  readonly domain: string
}

/** A key without what is secret of it. */
export interface DomainKey extends KeyLife, KeyOwner {
  readonly selector: string
  readonly publicKey: string
  /** Undefined: it has never signed. */
  readonly signedAtMs: number | undefined
  /** Undefined: nobody has asked the DNS yet. */
  readonly checkedAtMs: number | undefined
}

export interface KeyRow {
  domain_id: number
  domain: string
  selector: string
  algorithm: KeyAlgorithm
  state: KeyState
  state_at_ms: number
  made_at_ms: number
  signed_at_ms: number | null
  public_key: string
  seen: RecordSeen
  checked_at_ms: number | null
}

export function domainKey(row: KeyRow): DomainKey {
  return {
    domainId: row.domain_id,
    domain: row.domain,
    selector: row.selector,
    algorithm: row.algorithm,
    state: row.state,
    stateAtMs: row.state_at_ms,
    madeAtMs: row.made_at_ms,
    signedAtMs: row.signed_at_ms ?? undefined,
    publicKey: row.public_key,
    seen: row.seen,
    checkedAtMs: row.checked_at_ms ?? undefined,
  }
}

/** Columns of KeyRow. Takes `hostname`: the installation's own name. */
export const keyColumns = `dkim_key.domain_id AS domain_id, COALESCE(domain.name, ?) AS domain, selector, algorithm, state, state_at_ms, made_at_ms,
  signed_at_ms, public_key, seen, checked_at_ms`
/** Keys whose domain is still there. */
const keys = 'dkim_key LEFT JOIN domain ON domain.domain_id = dkim_key.domain_id'
const ofOwner = '(dkim_key.domain_id = 0 OR domain.domain_id IS NOT NULL)'

interface Named {
  readonly hostname: string
  readonly domain: string
}

/** Undefined: that domain is not of this installation. A domain of that name goes before the installation itself. */
export const keyOwner: Query<Named, KeyOwner | undefined> = {
  name: 'signing.owner',
  async run(reader, { hostname, domain }) {
    const row = await reader.get<{ domain_id: number }>('SELECT domain_id FROM domain WHERE name = ?', domain)
    if (row !== undefined) return { domainId: row.domain_id, domain }
    return domain === hostname ? { domainId: 0, domain } : undefined
  },
}

/** Of one owner, or of all; the newest of each first. */
export const listKeys: Query<{ readonly hostname: string; readonly domainId?: number | undefined; readonly limit: number }, DomainKey[]> = {
  name: 'signing.list',
  async run(reader, { hostname, domainId, limit }) {
    const rows = await reader.all<KeyRow>(
      `SELECT ${keyColumns} FROM ${keys} WHERE ${domainId === undefined ? ofOwner : 'dkim_key.domain_id = ?'}
       ORDER BY domain, made_at_ms DESC, algorithm DESC, selector DESC LIMIT ?`,
      hostname,
      ...(domainId === undefined ? [] : [domainId]),
      limit,
    )
    return rows.map(domainKey)
  },
}

/** What a domain signs with. RSA, which everybody knows, stands first. */
export interface SealedKey {
  readonly domainId: number
  readonly domain: string
  readonly selector: string
  readonly privateKey: string
}

/** The domain's; where it has none, those of the installation's own name. */
export const signingKeys: Query<Named, SealedKey[]> = {
  name: 'signing.keys',
  async run(reader, { hostname, domain }) {
    const rows = await reader.all<{ domain_id: number; domain: string; selector: string; private_key: string }>(
      `SELECT dkim_key.domain_id AS domain_id, COALESCE(domain.name, ?) AS domain, selector, private_key FROM ${keys}
       WHERE state = 'signing' AND private_key IS NOT NULL
         AND dkim_key.domain_id IN (0, (SELECT domain_id FROM domain WHERE name = ?), (SELECT domain_id FROM domain WHERE name = ?))
       ORDER BY algorithm DESC, selector`,
      hostname,
      domain,
      hostname,
    )
    const of = (name: string) => rows.filter((row) => row.domain === name)
    const own = of(domain)
    return (own.length > 0 ? own : of(hostname)).map((row) => ({
      domainId: row.domain_id,
      domain: row.domain,
      selector: row.selector,
      privateKey: row.private_key,
    }))
  },
}

/** Domains that have no keys yet. */
export const ownersWithoutKeys: Query<{ readonly limit: number }, KeyOwner[]> = {
  name: 'signing.without-keys',
  async run(reader, { limit }) {
    const rows = await reader.all<{ domain_id: number; name: string }>(
      `SELECT domain_id, name FROM domain WHERE NOT EXISTS (SELECT 1 FROM dkim_key WHERE dkim_key.domain_id = domain.domain_id)
       ORDER BY domain_id LIMIT ?`,
      limit,
    )
    return rows.map((row) => ({ domainId: row.domain_id, domain: row.name }))
  },
}

/** Owners with keys of which the DNS is to be asked. */
export const ownersDue: Query<{ readonly hostname: string; readonly nowMs: number; readonly limit: number }, KeyOwner[]> = {
  name: 'signing.due',
  async run(reader, { hostname, nowMs, limit }) {
    const rows = await reader.all<{ domain_id: number; domain: string }>(
      `SELECT DISTINCT dkim_key.domain_id AS domain_id, COALESCE(domain.name, ?) AS domain FROM ${keys} WHERE check_at_ms <= ? AND ${ofOwner} LIMIT ?`,
      hostname,
      nowMs,
      limit,
    )
    return rows.map((row) => ({ domainId: row.domain_id, domain: row.domain }))
  },
}

/** Owners who sign with a key made until then, and have no newer one. */
export const ownersToRotate: Query<{ readonly hostname: string; readonly madeUntilMs: number; readonly limit: number }, KeyOwner[]> = {
  name: 'signing.to-rotate',
  async run(reader, { hostname, madeUntilMs, limit }) {
    const rows = await reader.all<{ domain_id: number; domain: string }>(
      `SELECT DISTINCT dkim_key.domain_id AS domain_id, COALESCE(domain.name, ?) AS domain FROM ${keys}
       WHERE state = 'signing' AND made_at_ms <= ? AND ${ofOwner}
         AND NOT EXISTS (SELECT 1 FROM dkim_key AS newer WHERE newer.domain_id = dkim_key.domain_id AND newer.made_at_ms > ?)
       LIMIT ?`,
      hostname,
      madeUntilMs,
      madeUntilMs,
      limit,
    )
    return rows.map((row) => ({ domainId: row.domain_id, domain: row.domain }))
  },
}

/**
 * Keys that an operator should see to: `lost` ones signed until their record went; `waiting` ones are to follow others, and cannot until theirs is published.
 */
export const keysInTrouble: Query<{ readonly hostname: string; readonly limit: number }, DomainKey[]> = {
  name: 'signing.trouble',
  async run(reader, { hostname, limit }) {
    const rows = await reader.all<KeyRow>(
      `SELECT ${keyColumns} FROM ${keys} WHERE state = 'made' AND ${ofOwner} AND (signed_at_ms IS NOT NULL
         OR EXISTS (SELECT 1 FROM dkim_key AS other WHERE other.domain_id = dkim_key.domain_id AND other.algorithm = dkim_key.algorithm AND other.state = 'signing'))
       ORDER BY domain, selector LIMIT ?`,
      hostname,
      limit,
    )
    return rows.map(domainKey)
  },
}
