import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** The server has gone, or broke off. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** Far above what any answer takes; a server that is silent for so long hangs. */
const patienceMs = 60_000

/** A connection that may end at any moment, which is then a `ConnectionLost` for whoever waits. */
export class WireClient {
  readonly #socket: Socket
  #octets: Buffer = Buffer.alloc(0)
  #closed = false
  #wake: (() => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => {})
    socket.on('data', (octets: Buffer) => {
      this.#octets = this.#octets.length === 0 ? octets : Buffer.concat([this.#octets, octets])
      this.#wake?.()
    })
    const closed = () => {
      this.#closed = true
      this.#wake?.()
    }
    socket.on('end', closed)
    socket.on('close', closed)
  }

  static async connect(port: number): Promise<WireClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    try {
      await once(socket, 'connect')
    } catch (cause) {
      throw new ConnectionLost('not connected', { cause })
    }
    return new WireClient(socket)
  }

  write(data: string | Uint8Array): void {
    if (!this.#closed) this.#socket.write(data)
  }

  /** Without CRLF, as latin1. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#octets.indexOf('\r\n')
      if (end >= 0) {
        const line = this.#octets.toString('latin1', 0, end)
        this.#octets = this.#octets.subarray(end + 2)
        return line
      }
      await this.#more()
    }
  }

  async take(count: number): Promise<Buffer> {
    while (this.#octets.length < count) await this.#more()
    const taken = this.#octets.subarray(0, count)
    this.#octets = this.#octets.subarray(count)
    return taken
  }

  close(): void {
    this.#socket.destroy()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #more(): Promise<void> {
    if (this.#closed) throw new ConnectionLost('the connection ended')
    const { promise, resolve } = Promise.withResolvers<'more' | 'silence'>()
    this.#wake = () => resolve('more')
    const timer = setTimeout(() => resolve('silence'), patienceMs)
    const result = await promise
    clearTimeout(timer)
    if (result === 'silence') throw new Error(`the server said nothing for ${patienceMs} ms; before that: ${this.#octets.toString('latin1')}`)
  }
}
