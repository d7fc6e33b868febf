import { DatabaseUnavailable } from '../database/database.ts'
import { addressKey, parseAddress } from '../mail/address.ts'
import type { AccountDoor, LookedUp } from './account-door.ts'
import type { SaslAnswer, SaslDialogue, SignInAnswer, SignInFrom } from './sign-in.ts'

/** Characters of base64: an address at its longest. */
const longestResponse = 512

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** EXTERNAL (RFC 4422 A): TLS has said who is there, by a client certificate (wire/client-certificate.ts); the response says no more than as whom. */
export class ExternalSignIn {
  readonly #door: AccountDoor

  constructor(door: AccountDoor) {
    this.#door = door
  }

  async run(dialogue: SaslDialogue, from: SignInFrom): Promise<SaslAnswer> {
    const wanted = textOf(dialogue.initial ?? (await dialogue.ask(new Uint8Array(), longestResponse)))
    if (wanted === undefined) return { fault: 'syntax' }
    const names = from.clientAddresses?.() ?? []
    const address = parseAddress(wanted === '' ? (names[0] ?? '') : wanted)
    const account = address === undefined ? wanted.toLowerCase() : addressKey(address)
    return await this.#door.judge({ account, ip: from.ip }, () => this.#decide(wanted, names, from))
  }

  /** Empty: the mailbox that the certificate names, if it is one. Else the mailbox that is wanted, if it is among those named. */
  async #decide(wanted: string, names: readonly string[], from: SignInFrom): Promise<SignInAnswer> {
    try {
      const named = await Promise.all(names.map((name) => this.#door.lookUp(parseAddress(name))))
      const accounts = new Set(named.flatMap(({ row }) => (row === undefined ? [] : [row.accountId])))
      const found: LookedUp | undefined = wanted === '' ? named.find(({ row }) => row !== undefined) : await this.#door.lookUp(parseAddress(wanted))
      const row = found?.row
      const right = row !== undefined && (wanted === '' ? accounts.size === 1 : accounts.has(row.accountId))
      // A certificate is no credential of ours: the session stands on the mailbox's own password, and ends when that is changed.
      const password = right ? row.credentials.find(({ kind }) => kind === 'argon2id') : undefined
      return this.#door.answer(found ?? { row: undefined, version: 0 }, password, from)
    } catch (err) {
      return this.#door.unavailable(from, err, err instanceof DatabaseUnavailable ? 'warn' : 'error')
    }
  }
}

function textOf(octets: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(octets)
    return text.includes('\0') || text.length > longestResponse ? undefined : text
  } catch {
    return undefined
  }
}
