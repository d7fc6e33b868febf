/**
 * SMTP load from a process of its own: `node test/bench/load-smtp.ts '{"port":2525,…}'` prints one line of JSON. The dialogue
 * is the plain one, without pipelining: EHLO, then MAIL, RCPT, DATA and the message, each reply awaited, as most senders do.
 * It shares the machine with the server, so it does little for each reply: no promises, no streams, no text.
 */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { messagePool } from './messages.ts'

export interface SmtpLoad {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The load ends sooner when so many transactions have begun. */
  readonly messages: number
  /** Then the connection is closed and a new one made. */
  readonly messagesPerConnection: number
  readonly sizeBytes: number
  /** STARTTLS on each connection, with a full handshake. */
  readonly tls: boolean
  /** `{n}` becomes `firstRecipient`, … one after another, `recipients` of them, then again. */
  readonly recipient: string
  readonly firstRecipient: number
  readonly recipients: number
  /** `{n}` is the number of the transaction, which begins anew after `senders`. */
  readonly sender: string
  readonly senders: number
  /** A mailbox's address and password: every connection signs in (AUTH PLAIN, RFC 4616), and each message is From that address. */
  readonly signIn?: { readonly address: string; readonly password: string } | undefined
  /** What RCPT is answered with: 2, and the message is sent; 4 or 5, and the connection ends. */
  readonly expect: 2 | 4 | 5
}

export interface SmtpLoadResult {
  readonly done: number
  /** When the first connection was made, by the clock that all processes share. */
  readonly startedNs: string
  readonly seconds: number
  readonly errors: number
  readonly firstError: string | undefined
  /** From the message's last octet (or from RCPT) to its reply. */
  readonly replyMs: Quantiles
  /** From MAIL to the reply to the message (or to RCPT). */
  readonly transactionMs: Quantiles
  /** Of this process, the making of messages left out. */
  readonly cpuSeconds: number
}

export interface Quantiles {
  readonly p50: number
  readonly p99: number
}

/** A server that fails everything is not worth a whole run. */
const maxErrors = 100

const distinctMessages = 200
const textEnd = Buffer.from('.\r\n')

/** One load: what its connections share. */
class Run {
  readonly load: SmtpLoad
  readonly endMs: number
  readonly replyMs: number[] = []
  readonly transactionMs: number[] = []
  readonly errors: string[] = []
  done = 0
  #number = 0
  readonly #messages: readonly Buffer[]
  readonly #name = Date.now().toString(36)

  constructor(load: SmtpLoad, messages: readonly Buffer[], startMs: number) {
    this.load = load
    this.#messages = messages
    this.endMs = startMs + load.seconds * 1000
  }

  nextNumber(): number {
    return this.#number++
  }

  isOver(): boolean {
    return performance.now() >= this.endMs || this.#number >= this.load.messages || this.errors.length >= maxErrors
  }

  mail(number: number): string {
    return `MAIL FROM:<${this.load.sender.replace('{n}', String(number % this.load.senders))}>\r\n`
  }

  rcpt(number: number): string {
    return `RCPT TO:<${this.load.recipient.replace('{n}', String(this.load.firstRecipient + (number % this.load.recipients)))}>\r\n`
  }

  messageId(number: number): string {
    return `Message-ID: <${number}.${this.#name}@load.bench.test>\r\n`
  }

  message(number: number): Buffer {
    return this.#messages[number % this.#messages.length] ?? textEnd
  }
}

type State = 'banner' | 'hello' | 'starttls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'text' | 'quit'

const expected: Readonly<Record<Exclude<State, 'rcpt'>, number>> = {
  banner: 220,
  hello: 250,
  starttls: 220,
  auth: 235,
  mail: 250,
  data: 354,
  text: 250,
  quit: 221,
}

/** One connection after another until the time is up. */
class Client {
  readonly #run: Run
  readonly #ended: () => void
  readonly #input = Buffer.alloc(4096)
  /** The beginning of a reply whose end has not come. */
  #rest = ''
  #socket: Socket | undefined
  #state: State = 'banner'
  #secured = false
  #sent = 0
  #number = 0
  #transactionAtMs = 0
  #replyAtMs = 0

  constructor(run: Run, ended: () => void) {
    this.#run = run
    this.#ended = ended
    this.#connect()
  }

  #connect(): void {
    this.#state = 'banner'
    this.#sent = 0
    this.#rest = ''
    const to = { host: '127.0.0.1', port: this.#run.load.port, noDelay: true }
    const onread = { buffer: this.#input, callback: (octets: number) => this.#read(octets) }
    this.#secured = !this.#run.load.tls
    if (this.#secured) this.#use(connect({ ...to, onread }))
    else this.#use(this.#reading(connect(to)))
  }

  #use(socket: Socket): void {
    this.#socket = socket
    // An error is followed by this as well.
    socket.on('close', () => this.#closed(socket))
    socket.on('error', (error) => this.#failed(error.message))
  }

  /** Where octets do not come into `#input` by themselves. Replies are short. */
  #reading<S extends Socket>(socket: S): S {
    socket.on('data', (octets: Buffer) => this.#read(octets.copy(this.#input)))
    return socket
  }

  #secure(plain: Socket): void {
    plain.removeAllListeners('data')
    this.#secured = true
    this.#use(this.#reading(connectTls({ socket: plain, rejectUnauthorized: false })))
    this.#say('hello', 'EHLO load.bench.test\r\n')
  }

  #read(octets: number): boolean {
    let start = 0
    for (let end = this.#input.indexOf(10); end >= 0 && end < octets; start = end + 1, end = this.#input.indexOf(10, start)) {
      if (this.#rest !== '') {
        const line = this.#rest + this.#input.toString('latin1', start, end)
        this.#rest = ''
        if (line[3] !== '-') this.#reply(Number(line.slice(0, 3)), line)
      } else if (this.#input[start + 3] !== 0x2d) {
        this.#reply(number(this.#input, start), undefined, start, end)
      }
    }
    if (start < octets) this.#rest += this.#input.toString('latin1', start, octets)
    return true
  }

  #reply(code: number, line: string | undefined, start = 0, end = 0): void {
    const run = this.#run
    const right = this.#state === 'rcpt' ? Math.floor(code / 100) === run.load.expect : code === expected[this.#state]
    if (!right) {
      this.#failed(`${this.#state}: ${(line ?? this.#input.toString('latin1', start, end)).trim()}`)
      this.#socket?.destroy()
      return
    }
    switch (this.#state) {
      case 'banner':
        this.#say('hello', 'EHLO load.bench.test\r\n')
        return
      case 'hello':
        if (!this.#secured) this.#say('starttls', 'STARTTLS\r\n')
        else if (run.load.signIn !== undefined) this.#say('auth', authPlain(run.load.signIn))
        else this.#next()
        return
      case 'auth':
        this.#next()
        return
      case 'starttls':
        if (this.#socket !== undefined) this.#secure(this.#socket)
        return
      case 'mail':
        this.#replyAtMs = performance.now()
        this.#say('rcpt', run.rcpt(this.#number))
        return
      case 'rcpt':
        if (run.load.expect === 2) this.#say('data', 'DATA\r\n')
        else this.#finished()
        return
      case 'data':
        this.#sendMessage()
        return
      case 'text':
        this.#finished()
        return
      case 'quit':
        this.#socket?.destroy()
        return
    }
  }

  #say(state: State, line: string): void {
    this.#state = state
    this.#socket?.write(line, 'latin1')
  }

  #sendMessage(): void {
    const run = this.#run
    const socket = this.#socket
    this.#state = 'text'
    socket?.cork()
    socket?.write(run.messageId(this.#number), 'latin1')
    socket?.write(run.message(this.#number))
    socket?.write(textEnd)
    socket?.uncork()
    this.#replyAtMs = performance.now()
  }

  #finished(): void {
    const run = this.#run
    const nowMs = performance.now()
    run.done++
    run.replyMs.push(nowMs - this.#replyAtMs)
    run.transactionMs.push(nowMs - this.#transactionAtMs)
    this.#next()
  }

  #next(): void {
    const run = this.#run
    if (this.#sent >= run.load.messagesPerConnection || run.isOver()) {
      this.#say('quit', 'QUIT\r\n')
      return
    }
    this.#sent++
    this.#number = run.nextNumber()
    this.#transactionAtMs = performance.now()
    this.#say('mail', run.mail(this.#number))
  }

  /** Once for a connection: the end that follows is part of it. */
  #failed(what: string): void {
    if (this.#state !== 'quit') this.#run.errors.push(what)
    this.#state = 'quit'
  }

  #closed(socket: Socket): void {
    // Below TLS; what is above it has ended or is about to.
    if (socket !== this.#socket) return
    this.#failed(`closed after ${this.#state}`)
    if (this.#run.isOver()) this.#ended()
    else this.#connect()
  }
}

function authPlain({ address, password }: NonNullable<SmtpLoad['signIn']>): string {
  return `AUTH PLAIN ${Buffer.from(`\0${address}\0${password}`).toString('base64')}\r\n`
}

/** Three digits. */
function number(octets: Buffer, at: number): number {
  return ((octets[at] ?? 0) - 48) * 100 + ((octets[at + 1] ?? 0) - 48) * 10 + ((octets[at + 2] ?? 0) - 48)
}

function quantiles(values: number[]): Quantiles {
  values.sort((a, b) => a - b)
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

function from(address: string): (message: Buffer) => Buffer {
  return (message) =>
    Buffer.from(
      message.toString('latin1').replace(/^From: .*$/m, () => `From: ${address}`),
      'latin1',
    )
}

async function runLoad(load: SmtpLoad): Promise<SmtpLoadResult> {
  const pool = load.expect === 2 ? messagePool(load.sizeBytes, distinctMessages) : []
  const messages = load.signIn === undefined ? pool : pool.map(from(load.signIn.address))
  const startedMs = performance.now()
  const startedNs = process.hrtime.bigint().toString()
  const cpuBefore = process.cpuUsage()
  const run = new Run(load, messages, startedMs)
  await Promise.all(Array.from({ length: load.connections }, () => new Promise<void>((resolve) => new Client(run, resolve))))
  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    done: run.done,
    startedNs,
    seconds: (performance.now() - startedMs) / 1000,
    errors: run.errors.length,
    firstError: run.errors[0],
    replyMs: quantiles(run.replyMs),
    transactionMs: quantiles(run.transactionMs),
    cpuSeconds: (user + system) / 1e6,
  }
}

console.log(JSON.stringify(await runLoad(JSON.parse(process.argv[2] ?? '{}') as SmtpLoad)))
