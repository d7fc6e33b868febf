import type { Query, Reader, SqlValue } from '../../database/database.ts'
import type { CredentialOwner } from '../change/credentials.ts'
import type { SecondFactor } from './second-factors.ts'
import { type Holder, type WebUser, webUser } from './web-users.ts'

/** What comes before a second factor: a password of ours, or the word of the customer's identity provider. */
export type FirstFactor = 'password' | 'provider'

/** What somebody has proved to be signed in. */
export type SignInMethod = FirstFactor | `${FirstFactor}+${SecondFactor['kind']}` | 'passkey'

/** Somebody who is signed in to the web pages, at one browser. */
export interface WebSession {
  /** Names the session to its owner. It opens nothing. */
  readonly sessionId: string
  /** The password that the owner had at sign-in; 0: none. With another one the session is worth nothing. */
  readonly passwordId: number
  readonly method: SignInMethod
  /** The identity provider that let them in; undefined: none did. */
  readonly provider?: { readonly name: string; readonly vouches: boolean } | undefined
  /** Where it was seen last. */
  readonly ip: string
  /** "Firefox (Windows)". */
  readonly browser: string
  readonly createdAtMs: number
  readonly seenAtMs: number
}

/** The session and whose it is, as that is now. Whether it is still good is `auth/web/sessions.ts`'s to say. */
export const webSessionByToken: Query<{ readonly tokenHash: string }, { readonly session: WebSession; readonly user: WebUser } | undefined> = {
  name: 'directory.web-session',
  async run(reader, { tokenHash }) {
    const row = await reader.get<SessionRow>('SELECT * FROM web_session WHERE token_hash = ?', tokenHash)
    const user = row && (await webUser(reader, { owner: row.owner, ownerId: row.owner_id }))
    if (row === undefined || user === undefined) return undefined
    const provider = row.method.startsWith('provider') ? await providerOf(reader, user) : undefined
    return { session: { ...session(row), ...(provider !== undefined && { provider }) }, user }
  },
}

async function providerOf(reader: Reader, { customer }: WebUser): Promise<WebSession['provider']> {
  const sql = 'SELECT name, vouches FROM identity_provider WHERE customer_id = ?'
  const row = await reader.get<{ name: string; vouches: number }>(sql, customer?.customerId ?? 0)
  return row && { name: row.name, vouches: row.vouches === 1 }
}

/** Newest first. */
export const webSessionsOf: Query<Holder, readonly WebSession[]> = {
  name: 'directory.web-sessions',
  async run(reader, { owner, ownerId }) {
    const rows = await reader.all<SessionRow>('SELECT * FROM web_session WHERE owner = ? AND owner_id = ? ORDER BY seen_at_ms DESC', owner, ownerId)
    return rows.map(session)
  },
}

/** By what a place is known to people. */
export type PlaceKind = 'browser' | 'network'

/** A browser or network that somebody has signed in from. */
export interface KnownPlace {
  readonly kind: PlaceKind
  /** "Firefox (Windows)", "192.0.2.0/24". */
  readonly value: string
  readonly seenAtMs: number
}

/** Newest first. */
export const webPlacesOf: Query<Holder, readonly KnownPlace[]> = {
  name: 'directory.web-places',
  async run(reader, { owner, ownerId }) {
    return reader.all<KnownPlace & Record<string, SqlValue>>(
      `SELECT kind, value, seen_at_ms AS "seenAtMs" FROM web_place WHERE owner = ? AND owner_id = ? AND kind <> 'device' ORDER BY seen_at_ms DESC, kind, value`,
      owner,
      ownerId,
    )
  },
}

interface SessionRow extends Record<string, SqlValue> {
  session_id: string
  owner: CredentialOwner
  owner_id: number
  password_id: number
  method: SignInMethod
  ip: string
  browser: string
  created_at_ms: number
  seen_at_ms: number
}

function session(row: SessionRow): WebSession {
  return {
    sessionId: row.session_id,
    passwordId: row.password_id,
    method: row.method,
    ip: row.ip,
    browser: row.browser,
    createdAtMs: row.created_at_ms,
    seenAtMs: row.seen_at_ms,
  }
}
