import { once } from 'node:events'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Something that listens where rspamd or spamd should, and does what it is told; undefined: takes everything and says nothing. */
export class FakeEngine implements AsyncDisposable {
  /** Connections that there have been. */
  connections = 0
  /** All that was heard, of all connections. */
  heard = ''
  readonly #server: NetServer
  readonly #sockets = new Set<Socket>()

  private constructor(answer: ((socket: Socket, heard: string) => void) | undefined) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.connections++
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('data', (octets: Buffer) => {
        const heard = octets.toString('latin1')
        this.heard += heard
        answer?.(socket, heard)
      })
    })
  }

  static async start(answer?: (socket: Socket, heard: string) => void): Promise<FakeEngine> {
    const engine = new FakeEngine(answer)
    engine.#server.listen(0, '127.0.0.1')
    await once(engine.#server, 'listening')
    return engine
  }

  /** "127.0.0.1:port" */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
