import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** As much of an IMAP client as the benchmarks need, and cheap: what it costs is not what is measured. Commands one at a time. */
export class Imap {
  readonly #socket: Socket
  #text = ''
  #tag = 0
  #failed: Error | undefined
  #look: (() => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.#text += text
      this.#look?.()
    })
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('IMAP connection closed')))
  }

  static async signIn(port: number, user: string, password: string, tls = false): Promise<Imap> {
    const to = { host: '127.0.0.1', port, noDelay: true }
    const imap = new Imap(tls ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to))
    await imap.line(/^\* OK/)
    await imap.command(`LOGIN "${user}" "${password}"`)
    return imap
  }

  /** Resolves to everything up to the tagged OK; anything else rejects. */
  async command(text: string): Promise<string> {
    this.#tag += 1
    const tag = `b${this.#tag}`
    this.#socket.write(`${tag} ${text}\r\n`)
    const answer: string[] = []
    for (;;) {
      const line = await this.line(/^/)
      answer.push(line)
      if (!line.startsWith(`${tag} `)) continue
      if (!line.startsWith(`${tag} OK`)) throw new Error(`${text}: ${line}`)
      return answer.join('\n')
    }
  }

  /** Messages in the inbox, as another session sees it. */
  async messages(): Promise<number> {
    const answer = await this.command('STATUS INBOX (MESSAGES)')
    return Number(/MESSAGES (\d+)/.exec(answer)?.[1])
  }

  async idle(): Promise<void> {
    this.#socket.write('idle IDLE\r\n')
    await this.line(/^\+/)
  }

  async done(): Promise<void> {
    this.#socket.write('DONE\r\n')
    await this.line(/^idle OK/)
  }

  /** The next line that looks like this; what comes before it is passed over. */
  line(wanted: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#look = () => {
        for (let end = this.#text.indexOf('\r\n'); end >= 0; end = this.#text.indexOf('\r\n')) {
          const line = this.#text.slice(0, end)
          this.#text = this.#text.slice(end + 2)
          if (!wanted.test(line)) continue
          this.#look = undefined
          resolve(line)
          return
        }
        if (this.#failed !== undefined) reject(this.#failed)
      }
      this.#look()
    })
  }

  close(): void {
    this.#look = undefined
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    this.#failed ??= error
    this.#look?.()
  }
}
