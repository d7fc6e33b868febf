import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A mail server of somebody else that takes everything and counts it by the Subject of each text and the recipient. */
export class CountingSink implements AsyncDisposable {
  /** "subject recipient" to how often its text came in whole. */
  readonly texts = new Map<string, number>()
  /** The same, of those whose final answer went out to a connection that still stood. */
  readonly answered = new Map<string, number>()
  connections = 0
  /** Before each final answer. */
  delayMs = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<CountingSink> {
    const server = createServer({ noDelay: true })
    const sink = new CountingSink(server)
    server.on('connection', (socket) => {
      sink.connections += 1
      sink.#sockets.add(socket)
      socket.on('close', () => sink.#sockets.delete(socket)).on('error', () => {})
      // A client that is killed resets its connections.
      sink.#serve(socket).catch(() => {})
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return sink
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(socket: Socket): Promise<void> {
    socket.write('220 sink\r\n')
    let rest = ''
    let recipients: string[] = []
    let inText = false
    for await (const octets of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      rest += octets.toString('latin1')
      for (;;) {
        const end = rest.indexOf(inText ? '\r\n.\r\n' : '\r\n')
        if (end < 0) break
        const said = rest.slice(0, end)
        rest = rest.slice(end + (inText ? 5 : 2))
        if (inText) {
          inText = false
          await this.#took(socket, said, recipients)
        } else if (/^EHLO/i.test(said)) socket.write('250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n')
        else if (/^DATA/i.test(said)) {
          inText = true
          socket.write('354 go on\r\n')
        } else {
          if (/^MAIL/i.test(said)) recipients = []
          const [, recipient] = /^RCPT TO:<(.*?)>/i.exec(said) ?? []
          if (recipient !== undefined) recipients.push(recipient)
          socket.write(/^QUIT/i.test(said) ? '221 bye\r\n' : '250 ok\r\n')
        }
      }
    }
  }

  async #took(socket: Socket, text: string, recipients: readonly string[]): Promise<void> {
    const subject = /^Subject: (.*)$/im.exec(text)?.[1]?.trim() ?? ''
    const names = recipients.map((recipient) => `${subject} ${recipient}`)
    for (const name of names) this.texts.set(name, (this.texts.get(name) ?? 0) + 1)
    if (this.delayMs > 0) await sleep(this.delayMs)
    if (socket.destroyed) return
    socket.write('250 2.0.0 taken\r\n')
    for (const name of names) this.answered.set(name, (this.answered.get(name) ?? 0) + 1)
  }
}
