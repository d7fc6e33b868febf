import type { Change, Transaction } from '../../database/database.ts'
import type { Language } from '../../base/language.ts'
import type { PlaceKind, SignInMethod } from '../query/web-sessions.ts'
import type { Holder } from '../query/web-users.ts'
import { addPlaceNotice } from './place-notices.ts'

/** Of one owner; past it the one that was not seen for longest goes. */
const maxSessions = 50
/** Places of one kind that are remembered of an owner, and for how long. */
const maxPlaces = 100
const placeHoldsMs = 400 * 86_400_000

interface NewWebSession extends Holder {
  readonly sessionId: string
  /** What is kept of the token. */
  readonly tokenHash: string
  readonly passwordId: number
  readonly method: SignInMethod
  readonly ip: string
  readonly network: string
  readonly browser: string
  /** A hash of what this browser is known by; undefined: by nothing. */
  readonly device: string | undefined
  /** What the page spoke. */
  readonly language: Language
  readonly atMs: number
  /** Sessions that were not seen since are over, whoever's they are. */
  readonly idleSinceMs: number
  /** Its owner is told of a new place. */
  readonly tells: boolean
}

/**
 * Somebody has signed in. A new place, of which the owner is told, is a browser that was not here before, of a kind or in a network that is not known of this
 * owner; the first place of all is nothing new. Signing in is no change of the directory: nothing that is remembered depends on it.
 */
export const openWebSession: Change<NewWebSession, undefined> = {
  name: 'directory.open-web-session',
  durable: false,
  async run(tx, args) {
    const { owner, ownerId, atMs } = args
    await tx.run('DELETE FROM web_session WHERE seen_at_ms < ?', args.idleSinceMs)
    await tx.run(
      `INSERT INTO web_session (session_id, token_hash, owner, owner_id, password_id, method, ip, browser, created_at_ms, seen_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      args.sessionId,
      args.tokenHash,
      owner,
      ownerId,
      args.passwordId,
      args.method,
      args.ip,
      args.browser,
      atMs,
      atMs,
    )
    await tx.run(
      `DELETE FROM web_session WHERE owner = ? AND owner_id = ? AND session_id NOT IN
         (SELECT session_id FROM web_session WHERE owner = ? AND owner_id = ? ORDER BY seen_at_ms DESC, created_at_ms DESC LIMIT ?)`,
      owner,
      ownerId,
      owner,
      ownerId,
      maxSessions,
    )
    const known = await knownPlaces(tx, args)
    const isNewDevice = args.device === undefined || (await notePlace(tx, args, 'device', args.device))
    const news = [await notePlace(tx, args, 'browser', args.browser), await notePlace(tx, args, 'network', args.network)]
    if (args.tells && known > 0 && isNewDevice && news.includes(true)) await addPlaceNotice(tx, { ...args, noticeId: args.sessionId })
    return undefined
  },
}

/** Its owner did something. */
export const seeWebSession: Change<{ readonly sessionId: string; readonly ip: string; readonly atMs: number }, void> = {
  name: 'directory.see-web-session',
  durable: false,
  async run(tx, { sessionId, ip, atMs }) {
    await tx.run('UPDATE web_session SET seen_at_ms = ?, ip = ? WHERE session_id = ? AND seen_at_ms < ?', atMs, ip, sessionId, atMs)
  },
}

/** The session in which its owner has set a new password stands on that one from now on. */
export const keepWebSession: Change<{ readonly sessionId: string; readonly passwordId: number }, void> = {
  name: 'directory.keep-web-session',
  durable: false,
  async run(tx, { sessionId, passwordId }) {
    await tx.run('UPDATE web_session SET password_id = ? WHERE session_id = ?', passwordId, sessionId)
  },
}

/** Resolves to how many came to their end: one of this owner's, or all but `except`. */
export const endWebSessions: Change<
  Holder & ({ readonly only: string; readonly except?: never } | { readonly only?: never; readonly except: string | undefined }),
  number
> = {
  name: 'directory.end-web-sessions',
  durable: true,
  async run(tx, { owner, ownerId, only, except }) {
    const which = only === undefined ? 'session_id <> ?' : 'session_id = ?'
    return tx.run(`DELETE FROM web_session WHERE owner = ? AND owner_id = ? AND ${which}`, owner, ownerId, only ?? except ?? '')
  },
}

async function knownPlaces(tx: Transaction, { owner, ownerId }: NewWebSession): Promise<number> {
  return (await tx.get<{ n: number }>('SELECT COUNT(*) AS n FROM web_place WHERE owner = ? AND owner_id = ?', owner, ownerId))?.n ?? 0
}

/** true: it was not known. */
async function notePlace(tx: Transaction, { owner, ownerId, atMs }: NewWebSession, kind: 'device' | PlaceKind, value: string): Promise<boolean> {
  const of = [owner, ownerId, kind] as const
  await tx.run('DELETE FROM web_place WHERE owner = ? AND owner_id = ? AND kind = ? AND seen_at_ms < ?', ...of, atMs - placeHoldsMs)
  const again = await tx.run('UPDATE web_place SET seen_at_ms = ? WHERE owner = ? AND owner_id = ? AND kind = ? AND value = ?', atMs, ...of, value)
  if (again > 0) return false
  await tx.run('INSERT INTO web_place (owner, owner_id, kind, value, seen_at_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', ...of, value, atMs)
  await tx.run(
    `DELETE FROM web_place WHERE owner = ? AND owner_id = ? AND kind = ? AND value NOT IN
       (SELECT value FROM web_place WHERE owner = ? AND owner_id = ? AND kind = ? ORDER BY seen_at_ms DESC LIMIT ?)`,
    ...of,
    ...of,
    maxPlaces,
  )
  return true
}
