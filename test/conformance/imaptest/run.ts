import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { matchesReply, Variables } from './match.ts'
import { readValues } from './reply.ts'
import { readMbox, replaceLiterals, type Group, type Script } from './script.ts'

/** For one reply. */
const replyMs = 5_000

export interface Target {
  readonly port: number
  readonly user: string
  readonly password: string
}

/** Plays one script on an account of its own; throws with line and reason where the server does not answer as it says. */
export async function runScript(script: Script, mboxPath: string, target: Target): Promise<void> {
  const runner = new Runner(script, target, await readMbox(mboxPath))
  try {
    await runner.prepare()
    for (const group of script.groups) await runner.group(group)
  } finally {
    runner.close()
  }
}

/** CAPABILITY after sign-in. */
export async function capabilitiesOf(target: Target): Promise<readonly string[]> {
  const client = await Client.open(target.port)
  await client.command(`LOGIN ${target.user} ${target.password}`)
  const { untagged } = await client.command('CAPABILITY')
  client.close()
  return (
    untagged
      .find((reply) => reply.toUpperCase().startsWith('CAPABILITY'))
      ?.toUpperCase()
      .split(' ') ?? []
  )
}

class Runner {
  readonly #script: Script
  readonly #target: Target
  readonly #messages: readonly { readonly octets: string; readonly dateMs: number }[]
  readonly #variables = new Variables()
  readonly #clients: Client[] = []
  #nextMessage = 0

  constructor(script: Script, target: Target, messages: readonly { readonly octets: string; readonly dateMs: number }[]) {
    this.#script = script
    this.#target = target
    this.#messages = messages
    const [username = '', domain = ''] = target.user.split('@')
    for (const [name, value] of Object.entries({
      user: target.user,
      username,
      domain,
      password: target.password,
      mailbox: 'imaptest',
      mailbox_url: 'imaptest',
    }))
      this.#variables.set(name, value)
  }

  async prepare(): Promise<void> {
    const { state, connections, messages } = this.#script
    for (let i = 0; i < connections; i++) this.#clients.push(await Client.open(this.#target.port))
    if (state === 'nonauth') return
    for (const client of this.#clients) await client.expectOk(`LOGIN ${this.#target.user} ${this.#target.password}`)
    const [first] = this.#clients
    if (state === 'auth' || first === undefined) return
    await first.expectOk('CREATE imaptest')
    if (state === 'created') return
    for (let i = 0; i < (messages ?? this.#messages.length); i++) await first.expectOk(`APPEND imaptest ${this.#messageArguments()}`)
    if (state === 'selected') for (const client of this.#clients) await client.expectOk('SELECT imaptest')
  }

  close(): void {
    for (const client of this.#clients) client.close()
  }

  async group(group: Group): Promise<void> {
    const client = this.#clients[group.connection]
    if (client === undefined) throw new Error(`line ${group.line}: no connection ${group.connection + 1}`)
    this.#variables.sequence = Array.from({ length: client.exists }, (_, i) => i + 1)
    const tags = group.commands.map(({ text }) => client.send(this.#commandText(text)))
    const missing = group.untagged.filter(({ sign }) => sign === '*')
    const seen: string[] = []
    for (const [i, { reply, text }] of group.commands.entries()) {
      this.#variables.set('tag', tags[i] ?? '')
      const tagged = await client.until(tags[i] ?? '', (untagged) => {
        seen.push(untagged)
        this.#untagged(group, untagged, missing)
      })
      const [status = '', ...rest] = tagged.split(' ')
      if (reply.status !== '' && status.toLowerCase() !== reply.status) throw new Error(`line ${group.line}: ${text}: got ${tagged}`)
      if (reply.prefix !== '' && !matchesReply(readValues(reply.prefix), readValues(rest.join(' ')), this.#variables, true)) {
        throw new Error(`line ${group.line}: ${text}: expected ${reply.prefix}, got ${tagged}`)
      }
    }
    if (missing.length > 0) throw new Error(`line ${group.line}: missing "${missing.map(({ pattern }) => pattern).join('", "')}" in\n${seen.join('\n')}`)
  }

  #untagged(group: Group, untagged: string, missing: Group['untagged'][number][]): void {
    const reply = readValues(untagged)
    // Only status responses end with words for people.
    const prefix = /^(?:ok|no|bad|bye|preauth) /i.test(untagged)
    for (const expected of group.untagged) {
      const pattern = readValues(replaceLiterals(expected.pattern, (octets) => `{${octets.length}}\r\n${octets}`))
      if (!matchesReply(pattern, reply, this.#variables, prefix)) continue
      if (expected.sign === '!') throw new Error(`line ${group.line}: got "${untagged}"`)
      const at = missing.indexOf(expected)
      if (at >= 0) missing.splice(at, 1)
    }
    const expunged = /^(\d+) EXPUNGE$/i.exec(untagged)
    if (expunged !== null) {
      const seq = Number(expunged[1])
      this.#variables.sequence = this.#variables.sequence.map((now) => (now === seq ? 0 : now > seq ? now - 1 : now))
    }
  }

  /** APPEND without a literal takes the next message of the mbox. */
  #commandText(text: string): string {
    const expanded = replaceLiterals(this.#variables.expand(text), (octets, sign) => `${sign}{${octets.length}+}\r\n${octets}`)
    if (!/^append\b/i.test(expanded) || expanded.includes('\r\n') || /\bcatenate\b/i.test(expanded)) return expanded
    return `${expanded.includes(' ') ? expanded : 'append imaptest'} ${this.#messageArguments()}`
  }

  #messageArguments(): string {
    const message = this.#messages[this.#nextMessage++ % this.#messages.length]
    if (message === undefined) throw new Error('the mbox is empty')
    const date = Number.isNaN(message.dateMs) ? '' : `${dateTime(message.dateMs)} `
    return `${date}{${message.octets.length}+}\r\n${message.octets}`
  }
}

function dateTime(ms: number): string {
  const [, day = '', month = '', year = '', time = ''] = new Date(ms).toUTCString().split(' ')
  return `"${day}-${month}-${year} ${time} +0000"`
}

/** A client that knows lines, literals and how many messages there are. */
class Client {
  readonly #socket: Socket
  #text = ''
  #closed = false
  #changed: (() => void) | undefined
  #tags = 0
  exists = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (octets: Buffer) => {
      this.#text += octets.toString('latin1')
      this.#changed?.()
    })
    for (const end of ['error', 'close']) {
      socket.on(end, () => {
        this.#closed = true
        this.#changed?.()
      })
    }
  }

  static async open(port: number): Promise<Client> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const client = new Client(socket)
    await client.#reply()
    return client
  }

  close(): void {
    this.#socket.destroy()
  }

  send(command: string): string {
    const tag = `t${++this.#tags}`
    if (/^(?:select|examine) /i.test(command)) this.exists = 0
    this.#socket.write(Buffer.from(`${tag} ${command}\r\n`, 'latin1'))
    return tag
  }

  async command(command: string): Promise<{ readonly tagged: string; readonly untagged: readonly string[] }> {
    const untagged: string[] = []
    const tagged = await this.until(this.send(command), (reply) => untagged.push(reply))
    return { tagged, untagged }
  }

  async expectOk(command: string): Promise<void> {
    const { tagged } = await this.command(command)
    if (!tagged.startsWith('OK')) throw new Error(`${command.slice(0, 80)}: ${tagged}`)
  }

  /** What follows the tag; untagged replies before it go to `each`, without their "* ". */
  async until(tag: string, each: (untagged: string) => void): Promise<string> {
    for (;;) {
      const reply = await this.#reply()
      if (reply.startsWith(`${tag} `)) return reply.slice(tag.length + 1)
      if (!reply.startsWith('* ')) throw new Error(`unexpected reply: ${reply}`)
      const untagged = reply.slice(2)
      each(untagged)
      const number = /^(\d+) (EXISTS|EXPUNGE)$/i.exec(untagged)
      if (number?.[2]?.toUpperCase() === 'EXISTS') this.exists = Number(number[1])
      if (number?.[2]?.toUpperCase() === 'EXPUNGE') this.exists--
    }
  }

  /** One reply with its literals, without the last CRLF. */
  async #reply(): Promise<string> {
    for (;;) {
      const end = replyEnd(this.#text)
      if (end >= 0) {
        const reply = this.#text.slice(0, end)
        this.#text = this.#text.slice(end + 2)
        return reply
      }
      if (this.#closed) throw new Error('the server closed the connection')
      const { promise, resolve } = Promise.withResolvers<boolean>()
      this.#changed = () => resolve(true)
      const timer = setTimeout(() => resolve(false), replyMs)
      const changed = await promise
      clearTimeout(timer)
      if (!changed) throw new Error(`no reply within ${replyMs} ms`)
    }
  }
}

/** Where the first reply's last CRLF begins; -1: it is not all there. */
function replyEnd(text: string): number {
  for (let from = 0; ; ) {
    const end = text.indexOf('\r\n', from)
    if (end < 0) return -1
    const literal = /\{(\d+)\}$/.exec(text.slice(Math.max(from, end - 20), end))
    if (literal === null) return end
    from = end + 2 + Number(literal[1])
    if (from > text.length) return -1
  }
}
