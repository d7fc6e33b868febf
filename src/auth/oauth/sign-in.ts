import { createHash } from 'node:crypto'
import { DatabaseUnavailable } from '../../database/database.ts'
import type { SignInCredential } from '../../directory/query/sign-in.ts'
import { addressKey, parseAddress } from '../../mail/address.ts'
import type { AccountDoor } from '../account-door.ts'
import type { SaslAnswer, SaslDialogue, SignInAnswer, SignInFrom } from '../sign-in.ts'
import { bearerFailure, type BearerMechanism, type BearerResponse, parseBearer } from './bearer.ts'
import { type TokenClaims, type TokenDesk, VerifierUnavailable } from './verifier.ts'

/** Characters of base64: tokens of some issuers have several kilobytes. */
const longestResponse = 16 * 1024

/** OAUTHBEARER and XOAUTH2: somebody else says who is there, by an access token, or we do; which mailbox that is, says the directory. */
export class BearerSignIn {
  readonly #door: AccountDoor
  readonly #tokens: TokenDesk

  constructor(door: AccountDoor, tokens: TokenDesk) {
    this.#door = door
    this.#tokens = tokens
  }

  async run(mechanism: BearerMechanism, dialogue: SaslDialogue, from: SignInFrom): Promise<SaslAnswer> {
    const given = parseBearer(mechanism, dialogue.initial ?? (await dialogue.ask(new Uint8Array(), longestResponse)))
    if (given === undefined) return { fault: 'syntax' }
    const answer = await this.#door.judge({ account: accountOf(given), ip: from.ip }, () => this.#decide(given, from))
    // The reason comes as a challenge, and the client's answer to it, whatever it is, ends the exchange (RFC 7628 3.2.3).
    if (answer.refused === 'credentials') await dialogue.ask(Buffer.from(bearerFailure(mechanism, this.#tokens.discovery())), longestResponse)
    return answer
  }

  async #decide({ user, token }: BearerResponse, from: SignInFrom): Promise<SignInAnswer> {
    try {
      const address = parseAddress(user)
      const meant = address && (await this.#door.lookUp(address))
      // Whose word counts for a mailbox, its own domain says: an alias may stand at another customer's.
      const claims = await this.#tokens.verify(token, meant?.row?.address.domain ?? address?.domain)
      const found = await this.#door.lookUp(claims === undefined ? undefined : parseAddress(claims.mailbox))
      const same = found.row !== undefined && (user === '' || meant?.row?.accountId === found.row.accountId)
      return this.#door.answer(found, same ? standsOn(found.row.credentials, claims, from) : undefined, from)
    } catch (err) {
      const expected = err instanceof VerifierUnavailable || err instanceof DatabaseUnavailable
      return this.#door.unavailable(from, err, expected ? 'warn' : 'error')
    }
  }
}

/**
 * What a session that the token opens stands on. Of our own token: its grant, where that is for this protocol. Somebody else's is no credential of ours: then, the
 * mailbox's own password, so that the session ends when that is changed.
 */
function standsOn(credentials: readonly SignInCredential[], claims: TokenClaims | undefined, { protocol }: SignInFrom): SignInCredential | undefined {
  const grant = claims?.grant
  if (grant === undefined) return credentials.find(({ kind }) => kind === 'argon2id')
  return credentials.find(({ credentialId, protocols }) => credentialId === grant && protocols?.includes(protocol) === true)
}

/** For the brakes. Without a name, each token is tried by itself: only the place that it comes from counts. */
function accountOf({ user, token }: BearerResponse): string {
  const address = parseAddress(user)
  if (address !== undefined) return addressKey(address)
  return user === '' ? `token ${createHash('sha256').update(token).digest('base64')}` : user.toLowerCase()
}
