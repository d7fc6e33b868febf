import { type Ran, run } from './cli.ts'
import { type NameServer, startNameServer, type Zone } from './name-server.ts'
import { Player } from './play.ts'
import { password, Server, type ServerOptions } from './server.ts'

export interface DoorOptions extends Pick<ServerOptions, 'config' | 'tables' | 'database'> {
  readonly zone?: Zone
  /** Mailboxes to make, with `password`, and their domains. */
  readonly mailboxes?: readonly string[]
  /** `posthorn setting set`; the greeting waits for nobody unless it is set here. */
  readonly settings?: readonly string[]
  /** More command lines, one after another: `list add team@a.example --to ann@a.example`. */
  readonly commands?: readonly string[]
}

/** One try to send something, as far as RCPT. */
export interface Try {
  readonly to: string
  readonly from?: string
  /** Any of 127.0.0.0/8, or ::1. */
  readonly client?: string
  readonly helo?: string
}

/** How long a client waits: DNS trouble takes 5 s, and the machine may have much to do. */
const patienceMs = 15_000

/** A server with a name server of its own, IPv4 and IPv6, and clients that come from any loopback address. */
export class Door implements AsyncDisposable {
  readonly server: Server
  readonly names: NameServer

  private constructor(server: Server, names: NameServer) {
    this.server = server
    this.names = names
  }

  static async open({ zone = {}, mailboxes = [], settings = [], commands = [], ...options }: DoorOptions = {}): Promise<Door> {
    const names = await startNameServer(zone)
    try {
      const door = new Door(await Server.start({ ...options, dns: [names.address], smtp: '[::]:0' }), names)
      try {
        await door.cli(['setting', 'set', 'greeting.delay=0', ...settings])
        for (const domain of new Set(mailboxes.map((address) => address.slice(address.indexOf('@') + 1)))) await door.cli(`domain add ${domain}`)
        for (const address of mailboxes) await door.cli(`mailbox add ${address} --password-stdin`, `${password}\n`)
        for (const command of commands) await door.cli(command)
      } catch (error) {
        await door.server[Symbol.asyncDispose]()
        throw error
      }
      return door
    } catch (error) {
      await names.close()
      throw error
    }
  }

  /** A command of `posthorn` that must work, through the control socket of the running server; resolves to what it printed. */
  async cli(line: string | readonly string[], input = ''): Promise<string> {
    const { code, out, err } = await this.tryCli(line, { input })
    if (code !== 0) throw new Error(`posthorn ${String(line)} ended with ${code}\n${out}${err}`)
    return out
  }

  /** The same, whatever it comes to. */
  tryCli(line: string | readonly string[], options: Parameters<typeof run>[1] = {}): Promise<Ran> {
    return run([...(typeof line === 'string' ? line.split(' ') : line), '--config', this.server.configFile], options)
  }

  async connect({ client = '127.0.0.1', helo = 'client.example' }: Pick<Try, 'client' | 'helo'> = {}): Promise<SmtpClient> {
    const host = client.includes(':') ? '::1' : '127.0.0.1'
    const player = await Player.connect(this.server.port('smtp'), { host, localAddress: client, lineMs: patienceMs })
    const smtp = new SmtpClient(player)
    await smtp.reply()
    await smtp.say(`EHLO ${helo}`)
    return smtp
  }

  /** The reply to RCPT. */
  async try({ to, from = 'carl@sender.example', ...client }: Try): Promise<string> {
    using smtp = await this.connect(client)
    await smtp.mail(from)
    return await smtp.rcpt(to)
  }

  /** The reply to the message, or to RCPT where that was refused. `text`: the whole message, without dots to stuff. */
  async send(mail: Try & { readonly header?: string; readonly text?: string }): Promise<string> {
    const { to, from = 'carl@sender.example', header, text, ...client } = mail
    using smtp = await this.connect(client)
    await smtp.mail(from)
    const answer = await smtp.rcpt(to)
    if (answer !== accepted) return answer
    return text === undefined ? await smtp.data(header ?? `From: <${from}>`) : await smtp.text(text)
  }

  /** What `run` costs in questions to the name server. */
  async questions(run: () => Promise<unknown>): Promise<readonly string[]> {
    const before = this.names.questions.length
    await run()
    return this.names.questions.slice(before)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.server[Symbol.asyncDispose]()
    } finally {
      await this.names.close()
    }
  }
}

/** What an accepted recipient gets. */
export const accepted = '250 2.1.5 Ok'

/** One connection. Each method resolves to the reply, its last line where there are several. */
export class SmtpClient implements Disposable {
  readonly player: Player

  constructor(player: Player) {
    this.player = player
  }

  async reply(): Promise<string> {
    for (;;) {
      const line = await this.player.line()
      if (line === undefined) throw new Error(`the server closed in\n${this.player.transcript}`)
      if (line[3] !== '-') return line
    }
  }

  async say(command: string): Promise<string> {
    this.player.write(`${command}\r\n`)
    return await this.reply()
  }

  mail(from: string, parameters = ''): Promise<string> {
    return this.say(`MAIL FROM:<${from}>${parameters}`)
  }

  rcpt(to: string): Promise<string> {
    return this.say(`RCPT TO:<${to}>`)
  }

  data(header: string): Promise<string> {
    return this.text(`${header}\r\nSubject: test\r\n\r\nHello.`)
  }

  async text(text: string): Promise<string> {
    const answer = await this.say('DATA')
    if (!answer.startsWith('354')) return answer
    return await this.say(`${text}\r\n.`)
  }

  [Symbol.dispose](): void {
    this.player.close()
  }
}
