import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { Clock } from '../../base/clock.ts'
import type { Database } from '../../database/database.ts'
import { removeGrant } from '../../directory/change/grants.ts'
import { registerOauthClient } from '../../directory/change/oauth-clients.ts'
import { dropOauthToken, keepOauthToken, useOauthToken } from '../../directory/change/oauth-tokens.ts'
import type { Directory } from '../../directory/directory.ts'
import { grantById } from '../../directory/query/grants.ts'
import { oauthClient, oauthToken } from '../../directory/query/oauth.ts'
import { checkRegistration } from './registration.ts'
import { tokenHash } from './token-hash.ts'

export interface AdapterParts {
  readonly directory: Pick<Directory, 'query' | 'change'>
  readonly database: Pick<Database, 'change'>
  readonly clock: Clock
  /** The network from which the program that is being served asks. */
  readonly network: () => string
}

/** What the audit says did it, where a program or oidc-provider did. */
const actor = 'oauth'
/** A grant has no end of its own. */
const longMs = 10 * 365 * 86_400_000

/** Where oidc-provider keeps what it knows of this kind: our database. */
export function adapterOf(kind: string, parts: AdapterParts): Adapter {
  if (kind === 'Client') return clients(parts)
  if (kind === 'Grant') return grants(parts)
  return kind === 'Session' ? nothing : tokens(kind, parts)
}

const done = () => Promise.resolve(undefined)
/** Nothing is remembered of a browser: who is signed in says the session of the web pages alone, each time. */
const nothing: Adapter = { upsert: done, find: done, findByUserCode: done, findByUid: done, consume: done, destroy: done, revokeByGrantId: done }

/** Tokens, codes, and questions that somebody has been asked. They go with their grant. */
function tokens(kind: string, { directory, database, clock }: AdapterParts): Adapter {
  return {
    ...nothing,
    async upsert(id, payload, expiresInSeconds = 0) {
      const atMs = clock.now()
      await database.change(keepOauthToken, {
        idHash: tokenHash(kind, id),
        kind,
        credentialId: payload.grantId === undefined ? null : Number(payload.grantId),
        // Without the secret itself.
        payload: JSON.stringify({ ...payload, jti: undefined }),
        expiresAtMs: atMs + expiresInSeconds * 1000,
        atMs,
      })
    },
    async find(id) {
      const found = await directory.query(oauthToken, { idHash: tokenHash(kind, id) })
      if (found === undefined || found.expiresAtMs <= clock.now()) return undefined
      const consumed = found.consumedAtMs === null ? {} : { consumed: Math.floor(found.consumedAtMs / 1000) }
      return { ...(JSON.parse(found.payload) as AdapterPayload), jti: id, ...consumed }
    },
    /** Of two who use it at the same time, one may. */
    async consume(id) {
      const first = await database.change(useOauthToken, { idHash: tokenHash(kind, id), atMs: clock.now() })
      if (!first) throw new errors.InvalidGrant('it was used at the same time')
    },
    async destroy(id) {
      await database.change(dropOauthToken, { idHash: tokenHash(kind, id) })
    },
  }
}

/** Made by consent.ts. */
function grants({ directory, clock }: AdapterParts): Adapter {
  return {
    ...nothing,
    async find(id) {
      const grant = await directory.query(grantById, { credentialId: Number(id) })
      if (grant === undefined) return undefined
      const { accountId, clientId, scopes, createdAtMs } = grant
      const iat = Math.floor(createdAtMs / 1000)
      const exp = Math.floor((clock.now() + longMs) / 1000)
      return { kind: 'Grant', jti: id, iat, exp, accountId: String(accountId), clientId, openid: { scope: scopes.join(' ') } }
    },
    /** Refused where it is gone already. */
    async destroy(id) {
      await directory.change(removeGrant, actor, { address: undefined, credentialId: Number(id) })
    },
  }
}

function clients({ directory, database, clock, network }: AdapterParts): Adapter {
  return {
    ...nothing,
    /** A program registers itself. */
    async upsert(clientId, payload) {
      const { name, metadata } = checkRegistration(payload)
      const args = { clientId, name, metadata: JSON.stringify(metadata), network: network(), atMs: clock.now() }
      if (await database.change(registerOauthClient, args)) return
      throw new errors.OIDCProviderError(429, 'temporarily_unavailable')
    },
    async find(clientId) {
      const found = await directory.query(oauthClient, { clientId })
      return found && (JSON.parse(found.metadata) as AdapterPayload)
    },
  }
}
