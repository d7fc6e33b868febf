import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { DatabaseUnavailable } from '../database/database.ts'
import { addressKey, parseAddress } from '../mail/address.ts'
import type { ChannelBindingType } from '../wire/channel-binding.ts'
import type { AccountDoor, LookedUp } from './account-door.ts'
import { scramIterations } from './new-credentials.ts'
import { boundTo, type ClientFirst, parseClientFinal, parseClientFirst, parseScramKeys, type ScramKeys, serverFinal, serverFirst } from './scram.ts'
import type { SaslAnswer, SaslDialogue, SignInFrom } from './sign-in.ts'

/** In the order in which clients should prefer them. */
const bindingTypes: readonly ChannelBindingType[] = ['tls-exporter', 'tls-server-end-point']

/** Characters of base64: a name, an authorization identity and two nonces at their longest. */
const longestResponse = 4096
const nonceOctets = 24
const saltOctets = 16

/** Can SCRAM-…-PLUS be used on this connection? */
export function bindsChannel(from: SignInFrom): boolean {
  return bindingTypes.some((type) => from.channelBinding?.(type) !== undefined)
}

/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS over the directory. A name that does not exist gets a salt all the same, the same one each time and
 * after each start. (An alias has its mailbox's salt, as it has its password; that much who knows both names can see.)
 */
export class ScramSignIn {
  readonly #door: AccountDoor
  readonly #saltKey: Uint8Array

  constructor(door: AccountDoor, saltKey: Uint8Array) {
    this.#door = door
    this.#saltKey = saltKey
  }

  async run(plus: boolean, dialogue: SaslDialogue, from: SignInFrom): Promise<SaslAnswer> {
    const first = parseClientFirst(dialogue.initial ?? (await dialogue.ask(new Uint8Array(), longestResponse)))
    if (first === undefined) return { fault: 'syntax' }
    if (first.authorization !== '' && first.authorization.toLowerCase() !== first.username.toLowerCase()) return { fault: 'authorization' }
    const data = bindingData(first, from)
    if (plus !== (typeof first.binding === 'object') || (plus && data === undefined)) return { fault: 'syntax' }
    // RFC 5802 6: the client can bind and was not told that we can too: somebody in the middle has changed our list of mechanisms.
    const downgraded = first.binding === 'y' && bindsChannel(from)

    const address = parseAddress(first.username)
    const account = address === undefined ? first.username.toLowerCase() : addressKey(address)
    let found: LookedUp
    try {
      found = await this.#door.lookUp(address)
    } catch (err) {
      if (!(err instanceof DatabaseUnavailable)) throw err
      return this.#door.unavailable(from, err)
    }
    const kept = found.row?.credentials.find(({ kind }) => kind === 'scram-sha-256')
    // Made for every name: it takes some microseconds, by which a name must not be known either.
    const nobody = this.#keysOfNobody(account)
    const keys = parseScramKeys(kept?.value ?? '') ?? nobody
    const nonce = first.nonce + randomBytes(nonceOctets).toString('base64url')
    const challenge = serverFirst(nonce, keys)
    const final = parseClientFinal(await dialogue.ask(Buffer.from(challenge), longestResponse))
    if (final === undefined) return { fault: 'syntax' }

    // Before the turn comes: nothing here takes time.
    const proven = serverFinal(keys, `${first.bare},${challenge},${final.withoutProof}`, final.proof)
    const right = proven !== undefined && final.nonce === nonce && equal(final.bound, boundTo(first, data)) && !downgraded
    const answer = await this.#door.judge({ account, ip: from.ip }, () => Promise.resolve(this.#door.answerPassword(found, right ? kept : undefined, from)))
    if (answer.signedIn === undefined || proven === undefined) return answer
    // The protocols have no place for data with their OK: it goes as a challenge, which the client answers with nothing (RFC 5802 5, RFC 9051 6.2.2).
    const last = await dialogue.ask(Buffer.from(proven), longestResponse)
    return last.length === 0 ? answer : { fault: 'syntax' }
  }

  #keysOfNobody(account: string): ScramKeys {
    const derived = (what: string) => createHmac('sha256', this.#saltKey).update(`${what} ${account}`).digest()
    return { iterations: scramIterations, salt: derived('salt').subarray(0, saltOctets), storedKey: derived('stored'), serverKey: derived('server') }
  }
}

function bindingData({ binding }: ClientFirst, from: SignInFrom): Uint8Array | undefined {
  const type = typeof binding === 'object' ? bindingTypes.find((known) => known === binding.type) : undefined
  return type === undefined ? undefined : from.channelBinding?.(type)
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
