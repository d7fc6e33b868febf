import type { Clock } from '../../base/clock.ts'
import type { Query } from '../../database/database.ts'
import { mailToken } from '../../directory/query/oauth.ts'
import type { TokenClaims, TokenVerifier } from '../oauth/verifier.ts'
import { tokenHash } from './token-hash.ts'

interface OwnTokensOptions {
  readonly directory: { query<Arguments, Result>(query: Query<Arguments, Result>, args: Arguments): Promise<Result> }
  readonly clock: Clock
  readonly isOn: () => boolean
  /** For tokens that are none of ours; undefined: nobody else's are taken. */
  readonly others: TokenVerifier | undefined
}

/** As the provider makes them: 43 characters of base64url, 256 bits. */
const pattern = /^[\w-]{43}$/

/** Access tokens of our own provider, looked up in the database, and those that somebody else gives. */
export class OwnTokens implements TokenVerifier {
  readonly #options: OwnTokensOptions

  constructor(options: OwnTokensOptions) {
    this.#options = options
  }

  /** Are there any that could be good? */
  areTaken(): boolean {
    return this.#options.others !== undefined || this.#options.isOn()
  }

  async verify(token: string): Promise<TokenClaims | undefined> {
    const { directory, clock, isOn, others } = this.#options
    const found = isOn() && pattern.test(token) ? await directory.query(mailToken, { idHash: tokenHash('AccessToken', token) }) : undefined
    if (found === undefined) return await others?.verify(token)
    const { mailbox, credentialId, expiresAtMs } = found
    return expiresAtMs > clock.now() ? { mailbox, expiresAtMs, grant: credentialId } : undefined
  }
}
