import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SecureContext, TLSSocket } from 'node:tls'
import { contextA } from './certificate.ts'

/**
 * A mail server of somebody else, that does what a transcript says and notes what the client did otherwise. Each connection plays the next script, the
 * last one again and again.
 *
 *     S: 220 mx.b.example    sent with CRLF; S lines that follow each other leave together
 *     S> 250                 sent without CRLF
 *     C: MAIL FROM:<*        the next line must match; * stands for anything
 *     C: <text>              everything up to the dot alone, kept in `texts`
 *     T:                     the server's side of a TLS handshake
 *     S: <close>             closes; S: <reset> in a harsher way
 *     W: 200                 waits so many milliseconds
 */
export class RemoteMx implements AsyncDisposable {
  readonly faults: string[] = []
  /** Of each text, as it came over the wire, dots and all. */
  readonly texts: string[] = []
  /** Commands that it was given where the script has a C: line. */
  readonly commands: string[] = []
  connections = 0
  /** Of its TLS handshakes. */
  secureContext: SecureContext = contextA()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static start(...scripts: readonly string[]): Promise<RemoteMx> {
    return RemoteMx.startAt({ ip: '127.0.0.1', port: 0 }, ...scripts)
  }

  /** Others of the same port have other addresses, as MX hosts do. */
  static async startAt({ ip, port }: { readonly ip: string; readonly port: number }, ...scripts: readonly string[]): Promise<RemoteMx> {
    const server = createServer({ noDelay: true })
    const remote = new RemoteMx(server)
    server.on('connection', (socket) => {
      remote.#sockets.add(socket)
      const script = scripts[Math.min(remote.connections, scripts.length - 1)] ?? ''
      remote.connections += 1
      remote.#play(socket, script).catch((error: unknown) => remote.faults.push(String(error)))
    })
    server.listen(port, ip)
    await once(server, 'listening')
    return remote
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #play(plain: Socket, script: string): Promise<void> {
    let socket = plain
    let lines = new Lines(socket)
    for (const line of script.split('\n').map((text) => text.trim())) {
      const rest = line.slice(3)
      if (line === '' || line.startsWith('#')) continue
      else if (line === 'S: <close>') socket.end()
      else if (line === 'S: <reset>') socket.resetAndDestroy()
      else if (line.startsWith('W:')) await sleep(Number(rest))
      else if (line.startsWith('S:')) socket.write(`${rest}\r\n`)
      else if (line.startsWith('S>')) socket.write(rest)
      else if (line.startsWith('T:')) {
        plain.removeAllListeners('data')
        socket = new TLSSocket(plain, { isServer: true, secureContext: this.secureContext })
        socket.on('error', () => {})
        lines = new Lines(socket)
      } else if (line === 'C: <text>') this.texts.push(await lines.text())
      else if (line.startsWith('C:')) {
        const said = await lines.next()
        if (said !== undefined) this.commands.push(said)
        const pattern = rest.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
        if (said === undefined || !new RegExp(`^${pattern}$`, 's').test(said)) this.faults.push(`expected "${rest}", got ${JSON.stringify(said)}`)
      } else throw new Error(`no line of a transcript: ${line}`)
    }
  }
}

class Lines {
  #text = ''
  #closed = false
  #wake: (() => void) | undefined

  constructor(socket: Socket) {
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('data', (text: string) => {
      this.#text += text
      this.#wake?.()
    })
    socket.on('close', () => {
      this.#closed = true
      this.#wake?.()
    })
  }

  next(): Promise<string | undefined> {
    return this.#until('\r\n')
  }

  async text(): Promise<string> {
    if (this.#text.startsWith('.\r\n')) return (await this.next()) ?? ''
    return `${(await this.#until('\r\n.\r\n')) ?? '<nothing>'}\r\n`
  }

  async #until(end: string): Promise<string | undefined> {
    for (;;) {
      const at = this.#text.indexOf(end)
      if (at >= 0) {
        const found = this.#text.slice(0, at)
        this.#text = this.#text.slice(at + end.length)
        return found
      }
      if (this.#closed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
