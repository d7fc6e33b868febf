import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

const bufferOctets = 1024 * 1024
/** The longest line that ends an answer: the one of LOGIN names every capability. */
const tailOctets = 2048
const answerEnd = Buffer.from('\r\n.\r\n')

/**
 * A connection that looks at nothing but how an answer ends and how long it is: what it costs is not what is measured. One
 * question at a time.
 */
export class LineClient {
  readonly #socket: Socket
  /** The last octets that came since the question. */
  #tail = ''
  #octets = 0
  #ended: Error | undefined
  #look: (() => void) | undefined
  #count: ((piece: Buffer) => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Resolves when the greeting has come. */
  static async connect(port: number, tls = false): Promise<LineClient> {
    const to = { host: '127.0.0.1', port, noDelay: true }
    const buffer = Buffer.allocUnsafe(bufferOctets)
    const onread = { buffer, callback: (octets: number): boolean => client.#read(buffer, octets) }
    const socket: Socket = tls ? connectTls({ ...to, rejectUnauthorized: false }) : connect({ ...to, onread })
    const client = new LineClient(socket)
    if (tls) socket.on('data', (piece: Buffer) => client.#read(piece, piece.length))
    socket.on('error', (error) => client.#end(error))
    socket.on('close', () => client.#end(new Error('the connection is closed')))
    await client.until(/^(\* OK|\+OK).*\r\n$/)
    return client
  }

  send(data: string | Buffer): void {
    this.#tail = ''
    this.#octets = 0
    this.#socket.write(data)
  }

  /** Resolves, when the tail of what has come since `send` looks like this, to the octets that came; rejects when the connection ends. */
  until(end: RegExp): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        if (end.test(this.#tail)) resolve(this.#octets)
        else if (this.#ended === undefined) return
        else reject(this.#ended)
        this.#look = undefined
      }
      this.#look()
    })
  }

  /** POP3: sends commands, and resolves when as many multi-line answers have come. */
  async answers(commands: string, count: number): Promise<void> {
    let missing = count
    const counted = Promise.withResolvers<void>()
    // What of the end of an answer has been seen; more than 0 may lie in the piece before.
    let seen = 0
    this.#count = (piece) => {
      for (let at = 0; at < piece.length; ) {
        if (seen === 0) {
          const next = piece.indexOf(answerEnd, at)
          if (next >= 0) {
            missing--
            at = next + answerEnd.length
            continue
          }
          at = Math.max(at, piece.length - answerEnd.length + 1)
        }
        seen = piece[at] === answerEnd[seen] ? seen + 1 : piece[at] === answerEnd[0] ? 1 : 0
        at++
        if (seen === answerEnd.length) {
          missing--
          seen = 0
        }
      }
      if (missing === 0) counted.resolve()
    }
    this.#look = () => {
      if (this.#ended !== undefined) counted.reject(this.#ended)
    }
    this.send(commands)
    await counted.promise
    this.#count = undefined
    this.#look = undefined
  }

  get tail(): string {
    return this.#tail
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(buffer: Buffer, octets: number): boolean {
    this.#octets += octets
    this.#count?.(buffer.subarray(0, octets))
    this.#tail = (octets < tailOctets ? this.#tail : '').slice(-tailOctets) + buffer.toString('latin1', Math.max(0, octets - tailOctets), octets)
    if (buffer[octets - 1] === 0x0a) this.#look?.()
    return true
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#look?.()
  }
}

/** IMAP over it. */
export class ImapReader {
  readonly #client: LineClient
  #tag = 0

  private constructor(client: LineClient) {
    this.#client = client
  }

  static async signIn(port: number, user: string, password: string, tls = false): Promise<ImapReader> {
    const reader = new ImapReader(await LineClient.connect(port, tls))
    await reader.command(`LOGIN "${user}" "${password}"`)
    return reader
  }

  /** Resolves to the octets of the answer; anything but OK rejects. */
  async command(text: string): Promise<number> {
    // So strange a tag stands in no message.
    const tag = `zq${++this.#tag}qz`
    this.#client.send(`${tag} ${text}\r\n`)
    const octets = await this.#client.until(new RegExp(`(^|\n)${tag} [^\r\n]*\r\n$`))
    const line = this.#client.tail.slice(this.#client.tail.lastIndexOf(tag)).trimEnd()
    if (!line.startsWith(`${tag} OK`)) throw new Error(`${text}: ${line}`)
    return octets
  }

  /** The answer itself, if it is short. */
  async answer(text: string): Promise<string> {
    await this.command(text)
    return this.#client.tail
  }

  /** APPEND with literals that wait for nothing (RFC 7888). */
  async append(messages: readonly Buffer[]): Promise<void> {
    const tag = `zq${++this.#tag}qz`
    const pieces = messages.flatMap((message) => [Buffer.from(` {${message.length}+}\r\n`), message])
    this.#client.send(Buffer.concat([Buffer.from(`${tag} APPEND INBOX`), ...pieces, Buffer.from('\r\n')]))
    await this.#client.until(new RegExp(`(^|\n)${tag} [^\r\n]*\r\n$`))
    if (!this.#client.tail.includes(`${tag} OK`)) throw new Error(`APPEND: ${this.#client.tail}`)
  }

  async logOut(): Promise<void> {
    await this.command('LOGOUT')
    this.#client.close()
  }

  close(): void {
    this.#client.close()
  }
}
