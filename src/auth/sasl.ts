import type { SaslDialogue } from './sign-in.ts'

/** SASL (RFC 4422) for passwords. Pure: decoded responses in, challenges or a name and password out. */

export type PasswordMechanism = 'PLAIN' | 'LOGIN'

/** The next thing to do: send a challenge (octets, not yet base64), check what was given, or refuse. */
export type SaslStep =
  | { readonly kind: 'challenge'; readonly challenge: Uint8Array }
  | { readonly kind: 'given'; readonly username: string; readonly password: string }
  /** `syntax`: not what the mechanism sends. `authorization`: wants to act as somebody else (RFC 4616 2), which nobody may. */
  | { readonly kind: 'fault'; readonly fault: 'syntax' | 'authorization' }

export interface SaslExchange {
  /** With the initial response or undefined first, then with each response, until it is no challenge any more. */
  next(response: Uint8Array | undefined): SaslStep
}

/** Characters of a base64 response with a name and a password: room for every field at its longest. */
const longestPasswordResponse = 2048
/** Characters of any base64 response, initial ones included: an access token can have some kilobytes. */
const longestSaslResponse = 16 * 1024
/** Octets of a name: an address (RFC 5321 4.5.3.1) with room for a second one. */
const longestName = 512
/** Octets of a password. */
export const longestPassword = 512

export function beginSasl(mechanism: PasswordMechanism): SaslExchange {
  return mechanism === 'PLAIN' ? { next: plain } : new LoginExchange()
}

/** The whole exchange: a name and a password, or what is wrong with it. */
export async function askForPassword(mechanism: PasswordMechanism, dialogue: SaslDialogue): Promise<Exclude<SaslStep, { kind: 'challenge' }>> {
  const exchange = beginSasl(mechanism)
  let step = exchange.next(dialogue.initial)
  while (step.kind === 'challenge') step = exchange.next(await dialogue.ask(step.challenge, longestPasswordResponse))
  return step
}

/** A response as it stands on the line: strict base64 (RFC 4648 4); "=" alone is the empty initial response (RFC 4954 4). Undefined: neither. */
export function decodeSaslResponse(text: string): Uint8Array | undefined {
  if (text === '=' || text === '') return new Uint8Array()
  if (text.length > longestSaslResponse || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}

/** A challenge as it stands on the line. */
export function encodeSaslChallenge(challenge: Uint8Array): string {
  return Buffer.from(challenge).toString('base64')
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** message = [authzid] NUL authcid NUL passwd */
function plain(response: Uint8Array | undefined): SaslStep {
  if (response === undefined) return { kind: 'challenge', challenge: new Uint8Array() }
  const first = response.indexOf(0)
  const second = first < 0 ? -1 : response.indexOf(0, first + 1)
  if (second < 0 || response.includes(0, second + 1)) return syntax
  const authorization = text(response.subarray(0, first), longestName)
  const username = text(response.subarray(first + 1, second), longestName)
  const password = text(response.subarray(second + 1), longestPassword)
  if (authorization === undefined || username === undefined || password === undefined || username === '' || password === '') return syntax
  if (authorization !== '' && authorization.toLowerCase() !== username.toLowerCase()) return { kind: 'fault', fault: 'authorization' }
  return { kind: 'given', username, password }
}

/** No standard but draft-murchison-sasl-login-00; Outlook asks for nothing else on some servers. Clients look for these very words. */
class LoginExchange implements SaslExchange {
  #asked: 'nothing' | 'username' | 'password' = 'nothing'
  #username = ''

  next(response: Uint8Array | undefined): SaslStep {
    if (this.#asked === 'nothing' && response === undefined) {
      this.#asked = 'username'
      return { kind: 'challenge', challenge: Buffer.from('Username:') }
    }
    if (response === undefined || response.includes(0)) return syntax
    if (this.#asked !== 'password') {
      const username = text(response, longestName)
      if (username === undefined || username === '') return syntax
      this.#username = username
      this.#asked = 'password'
      return { kind: 'challenge', challenge: Buffer.from('Password:') }
    }
    const password = text(response, longestPassword)
    return password === undefined || password === '' ? syntax : { kind: 'given', username: this.#username, password }
  }
}

const syntax: SaslStep = { kind: 'fault', fault: 'syntax' }

function text(octets: Uint8Array, longest: number): string | undefined {
  if (octets.length > longest) return undefined
  try {
    return utf8.decode(octets)
  } catch {
    return undefined
  }
}
