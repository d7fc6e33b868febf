import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw } from 'node:zlib'
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls'

/** How long the server may take for one line, unless the client has more patience. */
const defaultLineMs = 5_000

export interface PlayerOptions {
  readonly host?: string
  /** Which 127.x.x.x to come from. */
  readonly localAddress?: string
  /** From the first octet; with these options of Node's, where they are given. */
  readonly tls?: boolean | ConnectionOptions
  readonly lineMs?: number
}

/**
 * A client of a line protocol that plays a transcript, written as RFCs write theirs:
 *
 *     C: MAIL FROM:<>             sent with CRLF; C lines that follow each other leave together (pipelining)
 *     C> half a li                sent as it is, with \r \n \t \0 \\ \xHH understood
 *     S: 250 2.1.0 *              the next line must match; * stands for anything, \* for itself
 *     S: ...                      any number of lines, up to one that matches the next S
 *     S: <closed>                 the server closes, and says nothing more
 *     T:                          the client's side of a TLS handshake
 *     Z:                          from here on DEFLATE both ways (RFC 4978)
 *     # a comment
 */
export class Player {
  #socket: Socket
  #deflate: DeflateRaw | undefined
  #text = ''
  #closed = false
  #changed: (() => void) | undefined
  readonly #log: string[] = []
  readonly #lineMs: number

  private constructor(socket: Socket, lineMs: number) {
    this.#socket = socket
    this.#lineMs = lineMs
    this.#listen(socket)
  }

  static async connect(port: number, options: PlayerOptions = {}): Promise<Player> {
    const host = options.host ?? '127.0.0.1'
    const where = { host, port, noDelay: true, ...(options.localAddress !== undefined && { localAddress: options.localAddress }) }
    const { tls = false } = options
    const secure = typeof tls === 'object' ? tls : {}
    const socket = tls === false ? connect({ ...where, allowHalfOpen: true }) : connectTls({ ...where, rejectUnauthorized: false, ...secure })
    await once(socket, tls === false ? 'connect' : 'secureConnect')
    return new Player(socket, options.lineMs ?? defaultLineMs)
  }

  /** Throws with all that was said so far when the server does not keep to the transcript. */
  async play(script: string): Promise<void> {
    const lines = script.split('\n').map((line) => line.trim())
    let out: Buffer[] = []
    const send = () => {
      if (out.length > 0) this.#send(Buffer.concat(out))
      out = []
    }
    let skipping = false
    for (const line of lines) {
      if (line === '' || line.startsWith('#')) continue
      const rest = line.slice(3)
      if (line.startsWith('C:') || line.startsWith('C>')) {
        this.#log.push(line)
        out.push(line.startsWith('C:') ? Buffer.from(`${rest}\r\n`) : unescape(rest))
        continue
      }
      send()
      if (line.startsWith('T:')) await this.#startTls()
      else if (line.startsWith('Z:')) this.#startDeflate()
      else if (line === 'S: ...') skipping = true
      else if (line === 'S: <closed>') await this.#expectClose(skipping)
      else if (line.startsWith('S:')) {
        await this.#expect(rest, skipping)
        skipping = false
      } else throw new Error(`no line of a transcript: ${line}`)
    }
    send()
  }

  /** The next line, without CRLF; undefined: the server closed. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\r\n')
      if (end >= 0) {
        const line = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        this.#log.push(`S: ${line}`)
        return line
      }
      if (this.#closed) return undefined
      await this.#change()
    }
  }

  /** The client's side of TLS. */
  get tls(): TLSSocket {
    if (this.#socket instanceof TLSSocket) return this.#socket
    throw new Error('not encrypted')
  }

  /** Octets as they are. */
  write(octets: string | Uint8Array): void {
    this.#send(octets)
  }

  /** Octets beside the compression. */
  writeAsItIs(octets: Uint8Array): void {
    this.#socket.write(octets)
  }

  /** Nothing more will be sent; answers are still read. */
  endWriting(): void {
    this.#socket.end()
  }

  /** What was said on both sides. */
  get transcript(): string {
    return this.#log.join('\n')
  }

  close(): void {
    this.#socket.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #expect(pattern: string, skipping: boolean): Promise<void> {
    const matches = wildcard(pattern)
    for (;;) {
      const line = await this.line()
      if (line !== undefined && matches.test(line)) return
      if (line === undefined || !skipping) throw new Error(`expected "${pattern}", got ${line === undefined ? 'the end' : `"${line}"`} in\n${this.transcript}`)
    }
  }

  async #expectClose(skipping: boolean): Promise<void> {
    for (let line = await this.line(); line !== undefined; line = await this.line()) {
      if (!skipping) throw new Error(`expected the end, got "${line}" in\n${this.transcript}`)
    }
    if (this.#text !== '') throw new Error(`half a line at the end: "${this.#text}" in\n${this.transcript}`)
  }

  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<'changed' | 'late'>()
    this.#changed = () => resolve('changed')
    const timer = setTimeout(() => resolve('late'), this.#lineMs)
    const result = await promise
    clearTimeout(timer)
    if (result === 'late') throw new Error(`no answer within ${this.#lineMs} ms in\n${this.transcript}`)
  }

  async #startTls(): Promise<void> {
    this.#log.push('T:')
    const plain = this.#socket
    plain.removeAllListeners()
    const secure = connectTls({ socket: plain, rejectUnauthorized: false })
    await once(secure, 'secureConnect')
    this.#socket = secure
    this.#listen(secure)
  }

  #startDeflate(): void {
    this.#log.push('Z:')
    const socket = this.#socket
    const deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH })
    const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH })
    deflate.on('data', (octets: Buffer) => socket.write(octets))
    socket.removeAllListeners()
    socket.on('error', () => inflate.destroy())
    socket.on('close', () => inflate.end())
    socket.pipe(inflate)
    inflate.on('data', (octets: Buffer) => this.#heard(octets))
    inflate.on('error', () => {})
    inflate.on('close', () => {
      this.#closed = true
      this.#changed?.()
      socket.end()
    })
    this.#deflate = deflate
  }

  #send(octets: string | Uint8Array): void {
    const out = this.#deflate ?? this.#socket
    out.write(octets)
  }

  #heard(octets: Buffer): void {
    this.#text += octets.toString('latin1')
    this.#changed?.()
  }

  #listen(socket: Socket): void {
    socket.on('error', () => {})
    socket.on('data', (octets: Buffer) => this.#heard(octets))
    const closed = () => {
      this.#closed = true
      this.#changed?.()
    }
    socket.on('end', () => {
      closed()
      socket.end()
    })
    socket.on('close', closed)
  }
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split(/(?<!\\)\*/).map((part) => part.replaceAll('\\*', '*').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' }

function unescape(text: string): Buffer {
  const plain = text.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (whole, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (escapes[letter ?? ''] ?? whole) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}
