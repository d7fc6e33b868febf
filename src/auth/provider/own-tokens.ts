import type { Clock } from '../../base/clock.ts'
import type { Query } from '../../database/database.ts'
import { mailToken } from '../../directory/query/oauth.ts'
import type { TokenClaims, TokenDesk, TokenVerifier } from '../oauth/verifier.ts'
import { tokenHash } from './token-hash.ts'

interface OwnTokensOptions {
  readonly directory: { query<Arguments, Result>(query: Query<Arguments, Result>, args: Arguments): Promise<Result> }
  readonly clock: Clock
  /** Of our provider; undefined: there is none. */
  readonly issuer: () => string | undefined
  /** For tokens that are none of ours. */
  readonly others: TokenVerifier
  /** Could any of those be good? */
  readonly othersAreTaken: () => boolean
}

/** As the provider makes them: 43 characters of base64url, 256 bits. */
const pattern = /^[\w-]{43}$/

/** Access tokens of our own provider, looked up in the database, and those that somebody else gives. */
export class OwnTokens implements TokenDesk {
  readonly #options: OwnTokensOptions

  constructor(options: OwnTokensOptions) {
    this.#options = options
  }

  areTaken(): boolean {
    return this.#options.othersAreTaken() || this.#options.issuer() !== undefined
  }

  discovery(): string | undefined {
    const issuer = this.#options.issuer()
    return issuer && `${issuer}/.well-known/openid-configuration`
  }

  async verify(token: string, domain?: string): Promise<TokenClaims | undefined> {
    const { directory, clock, issuer, others } = this.#options
    const found = issuer() !== undefined && pattern.test(token) ? await directory.query(mailToken, { idHash: tokenHash('AccessToken', token) }) : undefined
    if (found === undefined) return await others.verify(token, domain)
    const { mailbox, credentialId, expiresAtMs } = found
    return expiresAtMs > clock.now() ? { mailbox, expiresAtMs, grant: credentialId } : undefined
  }
}
