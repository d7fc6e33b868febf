import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Language } from '../../base/language.ts'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../database/database.ts'
import { openWebSession, seeWebSession } from '../../directory/change/web-sessions.ts'
import type { Directory } from '../../directory/directory.ts'
import { type SignInMethod, type WebSession, webSessionByToken } from '../../directory/query/web-sessions.ts'
import type { WebUser } from '../../directory/query/web-users.ts'
import { networkOf } from '../../mail/network.ts'
import { browserOf } from './browser.ts'

export interface WebSessionDependencies {
  readonly directory: Pick<Directory, 'settings' | 'query'>
  /** The directory's database: signing in is no change of the directory. */
  readonly database: Pick<Database, 'change'>
  readonly clock: Clock
  readonly log: Log
}

/** Where a request comes from. */
export interface WebFrom {
  readonly ip: string
  readonly tls: boolean
  readonly userAgent: string | undefined
  /** The page's, as the browser knows it: "https://mx.example.org". */
  readonly origin: string
  /** What the page speaks. */
  readonly language: Language
  /** What the browser is known by since an earlier sign-in; undefined: nothing. */
  readonly device?: string | undefined
}

/** Somebody who is signed in, as both are now. */
export interface SignedInSession {
  readonly session: WebSession
  readonly user: WebUser
}

/** How much later than the last note the next one is made. */
const noteEveryMs = 60_000
/** Of a token and of what is taken for one, in characters. */
const tokenPattern = /^[A-Za-z0-9_-]{43}$/

/**
 * Who is signed in to the web pages. The browser has a random token, the database its hash, so that nobody who reads the database is signed in. Every
 * request is looked up, in every process: what was revoked is over with the next one.
 */
export class WebSessions {
  readonly #deps: WebSessionDependencies

  constructor(deps: WebSessionDependencies) {
    this.#deps = deps
  }

  async open(user: WebUser, method: SignInMethod, from: WebFrom): Promise<{ readonly token: string; readonly sessionId: string }> {
    const { database, directory, clock } = this.#deps
    const token = randomBytes(32).toString('base64url')
    const sessionId = randomBytes(9).toString('base64url')
    const atMs = clock.now()
    await database.change(openWebSession, {
      owner: user.owner,
      ownerId: user.ownerId,
      sessionId,
      tokenHash: hashOf(token),
      passwordId: user.password?.credentialId ?? 0,
      method,
      ip: from.ip,
      network: networkOf(from.ip, 48),
      browser: browserOf(from.userAgent),
      // Of each owner another one: whoever reads the database does not see who share a browser.
      device: from.device === undefined ? undefined : hashOf(`${user.owner} ${user.ownerId} ${from.device}`),
      language: from.language,
      atMs,
      idleSinceMs: atMs - directory.settings['session.idle'],
      tells: directory.settings['session.new-place-notice'],
    })
    return { token, sessionId }
  }

  /** Undefined: there is no such session, or it is over. */
  async find(token: string, ip: string): Promise<SignedInSession | undefined> {
    if (!tokenPattern.test(token)) return undefined
    const found = await this.#deps.directory.query(webSessionByToken, { tokenHash: hashOf(token) })
    if (found === undefined || !this.#isGood(found)) return undefined
    this.#note(found.session, ip)
    return found
  }

  #isGood({ session, user }: SignedInSession): boolean {
    const { settings } = this.#deps.directory
    const nowMs = this.#deps.clock.now()
    return (
      !user.locked &&
      session.passwordId === (user.password?.credentialId ?? 0) &&
      nowMs - session.seenAtMs < settings['session.idle'] &&
      nowMs - session.createdAtMs < settings['session.longest']
    )
  }

  /** Nobody waits for it. */
  #note({ sessionId, seenAtMs }: WebSession, ip: string): void {
    const { database, clock, log } = this.#deps
    const atMs = clock.now()
    if (atMs - seenAtMs < noteEveryMs) return
    database.change(seeWebSession, { sessionId, ip, atMs }).catch((err: unknown) => log.warn('use of a web session not noted', { err }))
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
