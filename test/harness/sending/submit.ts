import { Player } from '../play.ts'
import { password, type Server } from '../server.ts'

/** Someone of the server's mailboxes, who sends one message after another on one connection, as a mail program does. */
export class Sender {
  readonly #player: Player
  readonly #from: string

  private constructor(player: Player, from: string) {
    this.#player = player
    this.#from = from
  }

  static async signIn(server: Server, address: string): Promise<Sender> {
    const player = await Player.connect(server.port('submissions'), { tls: true, lineMs: 30_000 })
    const token = Buffer.from(`\0${address}\0${password}`).toString('base64')
    await player.play(`S: 220 *\nC: EHLO laptop.example\nS: ...\nS: 250 HELP\nC: AUTH PLAIN ${token}\nS: 235 *`)
    return new Sender(player, address)
  }

  /** Resolves when the message was accepted. */
  async send(to: string, subject: string): Promise<void> {
    await this.#player.play(`
      C: MAIL FROM:<${this.#from}>
      C: RCPT TO:<${to}>
      C: DATA
      S: 250 *
      S: 250 *
      S: 354 *
      C: From: ${this.#from}
      C: To: ${to}
      C: Subject: ${subject}
      C: 
      C: Hello.
      C: .
      S: 250 *
    `)
  }

  close(): void {
    this.#player.close()
  }
}
