import { randomBytes } from 'node:crypto'
import { addSecondFactor, setRecoveryCodes, spendChallenge, useSecondFactor } from '../../directory/change/second-factors.ts'
import { beginTotpTry, forgetTotpTries } from '../../directory/change/totp-tries.ts'
import type { Directory } from '../../directory/directory.ts'
import { passkeyById, type SecondFactor, secondFactorsOf } from '../../directory/query/second-factors.ts'
import type { Holder, WebUser } from '../../directory/query/web-users.ts'
import type { Changed } from '../../directory/refusal.ts'
import type { Clock } from '../../base/clock.ts'
import type { Database } from '../../database/database.ts'
import type { KeyVault } from '../../signing/key-vault.ts'
import { challengeHoldsMs, isChallenge, makeChallenge } from './passkey/challenge.ts'
import { acceptMade, acceptUsed, type AskedBy, challengeIn, type MadeResponse, type Passkey, pageIn, type UsedResponse } from './passkey/passkey.ts'
import { algorithms } from './passkey/public-key.ts'
import { makeRecoveryCodes, recoveryCodeValue } from './recovery-codes.ts'
import { makeTotpSecret, parseTotpSecret, totpStep, totpUri } from './totp.ts'

export interface SecondFactorDependencies {
  readonly directory: Pick<Directory, 'change' | 'query' | 'secret' | 'settings'>
  readonly database: Pick<Database, 'change'>
  /** For the secrets of authenticator apps. */
  readonly vault: Pick<KeyVault, 'sealOctets' | 'openOctets'>
  readonly clock: Clock
  /** What this installation is called in an authenticator app. */
  readonly issuer: () => string
}

/** What somebody shows beside the password. */
export type GivenSecond = { readonly totp: string } | { readonly recoveryCode: string } | { readonly passkey: UsedResponse }

/** Who adds it, for the audit, and in which session: that one goes on. */
export interface Asker {
  readonly actor: string
  readonly session: string | undefined
}

/** What `navigator.credentials.get()` is asked for, as its JSON form (Web Authentication 5.5). */
export interface PasskeyRequest {
  readonly challenge: string
  readonly rpId: string
  readonly timeout: number
  readonly userVerification: 'required' | 'preferred'
  readonly allowCredentials: readonly { readonly type: 'public-key'; readonly id: string }[]
}

/** The ways that are open to somebody whose password was right. */
export interface SecondWanted {
  readonly kinds: readonly SecondFactor['kind'][]
  /** Undefined: they have no passkey for this host. */
  readonly passkey: PasskeyRequest | undefined
}

/** Beside the password, or instead of it: an app's six digits, a passkey, a recovery code. */
export class SecondFactors {
  readonly #deps: SecondFactorDependencies

  constructor(deps: SecondFactorDependencies) {
    this.#deps = deps
  }

  async wanted(user: WebUser, rpId: string): Promise<SecondWanted> {
    const factors = await this.#deps.directory.query(secondFactorsOf, user)
    const passkeys = factors.flatMap((factor) => passkeyOf(factor) ?? []).filter((passkey) => passkey.rpId === rpId)
    const kinds = [...new Set(factors.map(({ kind }) => kind))].filter((kind) => kind !== 'passkey' || passkeys.length > 0)
    const ids = passkeys.map(({ credentialId }) => credentialId)
    return {
      kinds,
      passkey:
        ids.length === 0
          ? undefined
          : { ...(await this.#request(purposeOf(user), rpId)), userVerification: 'preferred', allowCredentials: ids.map(descriptor) },
    }
  }

  /** Undefined: it is not this user's, or was used before; `throttled`: too many were wrong, so it was not looked at. */
  async check(user: WebUser, given: GivenSecond, origin: string): Promise<SecondFactor['kind'] | 'throttled' | undefined> {
    const factors = await this.#deps.directory.query(secondFactorsOf, user)
    if ('totp' in given) {
      if (!(await this.#deps.database.change(beginTotpTry, { ...holderOf(user), atMs: this.#deps.clock.now() }))) return 'throttled'
      if (!(await this.#checkTotp(user, factors, given.totp))) return undefined
      await this.#deps.database.change(forgetTotpTries, holderOf(user))
      return 'totp'
    }
    if ('recoveryCode' in given) {
      const value = recoveryCodeValue(given.recoveryCode)
      const code = factors.find((factor) => factor.kind === 'recovery-code' && factor.value === value)
      return code !== undefined && (await this.#use(user, code, undefined)) ? 'recovery-code' : undefined
    }
    const factor = factors.find((one) => passkeyOf(one)?.credentialId === given.passkey.id)
    return factor !== undefined && (await this.#checkPasskey(user, factor, given.passkey, { origin, purpose: purposeOf(user), alone: false }))
      ? 'passkey'
      : undefined
  }

  /** For somebody who signs in by a passkey alone, and has not said who they are. */
  async passkeyAlone(rpId: string): Promise<PasskeyRequest> {
    return { ...(await this.#request(alone, rpId)), userVerification: 'required', allowCredentials: [] }
  }

  /** Whose passkey that is; undefined: nobody's, or it was used before. */
  async checkAlone(response: UsedResponse, origin: string): Promise<Holder | undefined> {
    const found = await this.#deps.directory.query(passkeyById, { credentialId: response.id })
    if (found === undefined) return undefined
    return (await this.#checkPasskey(found.holder, found.factor, response, { origin, purpose: alone, alone: true })) ? found.holder : undefined
  }

  /** A secret for an app, which holds once `addTotp` has seen a code of it. */
  offerTotp(user: WebUser): { readonly secret: string; readonly uri: string } {
    const secret = makeTotpSecret()
    return { secret, uri: totpUri(secret, this.#deps.issuer(), user.name) }
  }

  /** Undefined: this is no code of that secret now. */
  async addTotp(
    user: WebUser,
    asker: Asker,
    { name, secret, code }: { readonly name: string; readonly secret: string; readonly code: string },
  ): Promise<Added | undefined> {
    const octets = parseTotpSecret(secret)
    const step = octets && totpStep(octets, code, this.#deps.clock.now())
    if (octets === undefined || step === undefined) return undefined
    const value = await this.#deps.vault.sealOctets(octets, placeOf(user))
    return this.#add(user, asker, { kind: 'totp', name, value, credentialId: null, counter: step })
  }

  /** What `navigator.credentials.create()` is asked for, without the host, which is the page's own. */
  async offerPasskey(user: WebUser) {
    const { directory, clock, issuer } = this.#deps
    const key = await directory.secret('passkey')
    const known = (await directory.query(secondFactorsOf, user)).flatMap((factor) => passkeyOf(factor)?.credentialId ?? [])
    return {
      challenge: makeChallenge(key, `make ${purposeOf(user)}`, clock.now()),
      rp: { name: issuer() },
      user: { id: Buffer.from(purposeOf(user)).toString('base64url'), name: user.name, displayName: user.name },
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key' as const, alg })),
      timeout: challengeHoldsMs,
      excludeCredentials: known.map(descriptor),
      authenticatorSelection: { residentKey: 'preferred' as const, userVerification: 'preferred' as const },
      attestation: 'none' as const,
    }
  }

  /** Undefined: this is no answer to what was asked of this user, or not of these minutes. */
  async addPasskey(user: WebUser, asker: Asker, { name, response }: { readonly name: string; readonly response: MadeResponse }): Promise<Added | undefined> {
    const page = pageIn(response.response.clientDataJSON)
    if (page === undefined || !(await this.#isOurs(page.challenge, `make ${purposeOf(user)}`))) return undefined
    const passkey = acceptMade(response, page)
    if (passkey === undefined || !(await this.#spend(page.challenge))) return undefined
    const { credentialId, counter } = passkey
    return this.#add(user, asker, { kind: 'passkey', name, value: JSON.stringify(passkey), credentialId, counter })
  }

  /** New ones; the old ones are good no more. */
  async newRecoveryCodes(user: WebUser, actor: string): Promise<readonly string[]> {
    const codes = makeRecoveryCodes()
    const { owner, ownerId, name: whose } = user
    await this.#deps.directory.change(setRecoveryCodes, actor, { owner, ownerId, whose, recoveryCodes: codes.map(recoveryCodeValue) })
    return codes
  }

  async #add(
    user: WebUser,
    { actor, session }: Asker,
    factor: Pick<Parameters<typeof addSecondFactor.run>[1]['args'], 'kind' | 'name' | 'value' | 'credentialId' | 'counter'>,
  ): Promise<Added> {
    const codes = makeRecoveryCodes()
    const { owner, ownerId, name: whose } = user
    const factorId = randomBytes(9).toString('base64url')
    const args = { ...factor, owner, ownerId, whose, session, factorId, recoveryCodes: codes.map(recoveryCodeValue) }
    return { changed: await this.#deps.directory.change(addSecondFactor, actor, args), codes }
  }

  async #checkTotp(user: WebUser, factors: readonly SecondFactor[], code: string): Promise<boolean> {
    for (const factor of factors) {
      if (factor.kind !== 'totp') continue
      const step = totpStep(await this.#deps.vault.openOctets(factor.value, placeOf(user)), code, this.#deps.clock.now())
      if (step !== undefined && step > factor.counter) return this.#use(user, factor, step)
    }
    return false
  }

  async #checkPasskey(
    holder: Holder,
    factor: SecondFactor,
    response: UsedResponse,
    { origin, purpose, alone: mustKnowWho }: { readonly origin: string; readonly purpose: string; readonly alone: boolean },
  ): Promise<boolean> {
    const passkey = passkeyOf(factor)
    const challenge = challengeIn(response.response.clientDataJSON)
    if (passkey === undefined || challenge === undefined || !(await this.#isOurs(challenge, purpose))) return false
    const asked: AskedBy = { origin, rpId: rpIdOf(origin), challenge }
    const counter = acceptUsed(response, { ...passkey, counter: factor.counter }, asked, mustKnowWho)
    return counter !== undefined && (await this.#spend(challenge)) && (await this.#use(holder, factor, counter))
  }

  async #request(purpose: string, rpId: string): Promise<Pick<PasskeyRequest, 'challenge' | 'rpId' | 'timeout'>> {
    const key = await this.#deps.directory.secret('passkey')
    return { challenge: makeChallenge(key, purpose, this.#deps.clock.now()), rpId, timeout: challengeHoldsMs }
  }

  async #isOurs(challenge: string, purpose: string): Promise<boolean> {
    return isChallenge(challenge, await this.#deps.directory.secret('passkey'), purpose, this.#deps.clock.now())
  }

  #spend(challenge: string): Promise<boolean> {
    const atMs = this.#deps.clock.now()
    return this.#deps.database.change(spendChallenge, { challenge, atMs, untilMs: atMs + challengeHoldsMs })
  }

  #use({ owner, ownerId }: Holder, { factorId }: SecondFactor, counter: number | undefined): Promise<boolean> {
    return this.#deps.database.change(useSecondFactor, { owner, ownerId, factorId, atMs: this.#deps.clock.now(), counter })
  }
}

/** `codes`: recovery codes, which hold where it was the first second factor. */
interface Added {
  readonly changed: Changed<{ readonly first: boolean }>
  readonly codes: readonly string[]
}

/** The host that a page's passkeys are for. */
export function rpIdOf(origin: string): string {
  return new URL(origin).hostname
}

/** Of challenges for those who have not said who they are. */
const alone = 'alone'

function holderOf({ owner, ownerId }: Holder): Holder {
  return { owner, ownerId }
}

function purposeOf({ owner, ownerId }: Holder): string {
  return `${owner} ${ownerId}`
}

/** What is sealed for one owner opens for nobody else. */
function placeOf(holder: Holder): string {
  return `totp ${purposeOf(holder)}`
}

function passkeyOf(factor: SecondFactor): Passkey | undefined {
  return factor.kind === 'passkey' ? (JSON.parse(factor.value) as Passkey) : undefined
}

function descriptor(id: string) {
  return { type: 'public-key' as const, id }
}
