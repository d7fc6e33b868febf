import { password } from '../server.ts'
import { WireClient } from './wire-client.ts'

/** What the server said to one command. */
export interface ImapAnswer {
  /** OK, NO or BAD. */
  readonly status: string
  readonly text: string
  /** Untagged lines, literals left out. */
  readonly lines: readonly string[]
}

export interface Upload {
  readonly octets: Buffer
  readonly flags: readonly string[]
}

export interface Fetched {
  readonly uid: number
  readonly flags: readonly string[]
  readonly sizeBytes: number
  /** Where it was asked for. */
  readonly octets: Buffer | undefined
}

export interface Selected {
  readonly uidValidity: number
  readonly uidNext: number
}

/** One IMAP connection, as plain as it gets. Every method ends in ConnectionLost when the server does. */
export class ImapSession {
  readonly #client: WireClient
  #tag = 0

  private constructor(client: WireClient) {
    this.#client = client
  }

  static async open(port: number, user: string): Promise<ImapSession> {
    const client = await WireClient.connect(port)
    await client.line()
    const session = new ImapSession(client)
    await session.ok(`LOGIN ${user} "${password}"`)
    return session
  }

  async ok(command: string): Promise<ImapAnswer> {
    const answer = await this.command(command)
    if (answer.status !== 'OK') throw new Error(`${command}: ${answer.status} ${answer.text}`)
    return answer
  }

  command(command: string): Promise<ImapAnswer> {
    return this.#run(command, () => {})
  }

  append(mailbox: string, messages: readonly Upload[]): Promise<ImapAnswer> {
    return this.#upload('APPEND', mailbox, messages)
  }

  /** In place of a message of the selected mailbox. */
  replace(uid: number, mailbox: string, message: Upload): Promise<ImapAnswer> {
    return this.#upload(`UID REPLACE ${uid}`, mailbox, [message])
  }

  async select(mailbox: string): Promise<Selected> {
    const { lines } = await this.ok(`SELECT "${mailbox}"`)
    const number = (code: string) => Number(new RegExp(`\\[${code} (\\d+)\\]`).exec(lines.join('\n'))?.[1])
    return { uidValidity: number('UIDVALIDITY'), uidNext: number('UIDNEXT') }
  }

  /** All mailboxes by name. */
  async list(): Promise<string[]> {
    const { lines } = await this.ok('LIST "" "*"')
    return lines.flatMap((line) => /^\* LIST \([^)]*\) "\/" "?([^"]*)"?$/.exec(line)?.[1] ?? [])
  }

  /** Of the selected mailbox, in the order of UIDs. */
  async fetch(uids: string, options: { readonly octets?: boolean } = {}): Promise<Fetched[]> {
    const found: Fetched[] = []
    const items = options.octets === true ? 'UID FLAGS RFC822.SIZE BODY.PEEK[]' : 'UID FLAGS RFC822.SIZE'
    await this.#run(`UID FETCH ${uids} (${items})`, (line, octets) => {
      const [, uid] = /UID (\d+)/.exec(line) ?? []
      const [, size] = /RFC822\.SIZE (\d+)/.exec(line) ?? []
      const [, flags] = /FLAGS \(([^)]*)\)/.exec(line) ?? []
      if (!/^\* \d+ FETCH/.test(line) || uid === undefined || size === undefined) return
      const words = (flags ?? '').split(' ').filter((word) => word !== '' && word !== '\\Recent')
      found.push({ uid: Number(uid), flags: words.sort(), sizeBytes: Number(size), octets })
    }).then(mustBeOk)
    return found
  }

  close(): void {
    this.#client.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #upload(command: string, mailbox: string, messages: readonly Upload[]): Promise<ImapAnswer> {
    this.#client.write(`A${++this.#tag} ${command} "${mailbox}"`)
    for (const { octets, flags } of messages) {
      this.#client.write(` (${flags.join(' ')}) {${octets.length}+}\r\n`)
      this.#client.write(octets)
    }
    this.#client.write('\r\n')
    return await this.#answer(() => {})
  }

  #run(command: string, take: (line: string, octets: Buffer | undefined) => void): Promise<ImapAnswer> {
    this.#client.write(`A${++this.#tag} ${command}\r\n`)
    return this.#answer(take)
  }

  async #answer(take: (line: string, octets: Buffer | undefined) => void): Promise<ImapAnswer> {
    const tag = `A${this.#tag}`
    const lines: string[] = []
    for (;;) {
      let line = await this.#client.line()
      let octets: Buffer | undefined
      for (let literal = /\{(\d+)\}$/.exec(line); literal !== null; literal = /\{(\d+)\}$/.exec(line)) {
        octets = await this.#client.take(Number(literal[1]))
        line = line.slice(0, literal.index) + (await this.#client.line())
      }
      if (line.startsWith(`${tag} `)) {
        const [, status = '', text = ''] = /^\S+ (\S+) ?(.*)$/.exec(line) ?? []
        return { status, text, lines }
      }
      take(line, octets)
      lines.push(line)
    }
  }
}

function mustBeOk(answer: ImapAnswer): void {
  if (answer.status !== 'OK') throw new Error(`${answer.status} ${answer.text}`)
}
