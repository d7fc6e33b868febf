/**
 * SMTP load from a process of its own: `node test/bench/load-smtp.ts '{"port":2525,…}'` prints one line of JSON. The dialogue
 * is the plain one, without pipelining: EHLO, then MAIL, RCPT, DATA and the message, each reply awaited, as most senders do.
 */
import { connect, type Socket } from 'node:net'

export interface SmtpLoad {
  readonly host: string
  readonly port: number
  readonly connections: number
  /** Seconds. */
  readonly seconds: number
  /** Messages in one connection; then it is closed and a new one made. */
  readonly messagesPerConnection: number
  readonly sizeBytes: number
  /** `{n}` becomes 0 … users-1. */
  readonly recipient: string
  readonly users: number
  /** deliver: the message is sent; refused: RCPT must be answered with this digit ("5", "4") and the connection ends. */
  readonly expect: 'deliver' | '4' | '5'
  /** Distinguishes the senders of one run from those of another. */
  readonly run: string
}

export interface SmtpLoadResult {
  readonly done: number
  readonly errors: number
  readonly firstError: string | undefined
  readonly perSecond: number
  /** Milliseconds from the end of the message (or from RCPT) to its reply. */
  readonly p50Ms: number
  readonly p99Ms: number
}

let sequence = 0

function message(load: SmtpLoad, number: number): Buffer {
  const head = `From: Sender ${number} <s${number}@example.org>\r\nTo: <${recipient(load, number)}>\r\nSubject: message ${number} of ${load.run}\r\nMessage-ID: <${load.run}.${number}@example.org>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n`
  const line = 'Ordinary words of an ordinary letter, of which there are many every day.\r\n'
  const lines = Math.max(1, Math.floor((load.sizeBytes - head.length) / line.length))
  return Buffer.from(`${head}${line.repeat(lines)}.\r\n`)
}

const recipient = (load: SmtpLoad, number: number) => load.recipient.replace('{n}', String(number % load.users))

/** One connection after another until the time is up. */
async function client(load: SmtpLoad, untilMs: number, result: { done: number; errors: string[]; times: number[] }): Promise<void> {
  while (performance.now() < untilMs && result.errors.length < 100) {
    const dialogue = new Dialogue(connect({ host: load.host, port: load.port, noDelay: true }))
    try {
      await dialogue.expect('220')
      await dialogue.say('EHLO load.bench.test\r\n', '250')
      for (let n = 0; n < load.messagesPerConnection && performance.now() < untilMs; n++) {
        await transaction(load, dialogue, result.times)
        result.done++
      }
      await dialogue.say('QUIT\r\n', '221')
    } catch (error) {
      result.errors.push(error instanceof Error ? error.message : String(error))
    }
    dialogue.close()
  }
}

async function transaction(load: SmtpLoad, dialogue: Dialogue, times: number[]): Promise<void> {
  const number = sequence++
  await dialogue.say(`MAIL FROM:<s${number}-${load.run}@example.org>\r\n`, '250')
  const rcpt = `RCPT TO:<${recipient(load, number)}>\r\n`
  if (load.expect !== 'deliver') {
    const startedMs = performance.now()
    await dialogue.say(rcpt, load.expect)
    times.push(performance.now() - startedMs)
    return
  }
  await dialogue.say(rcpt, '250')
  await dialogue.say('DATA\r\n', '354')
  const octets = message(load, number)
  const startedMs = performance.now()
  await dialogue.say(octets, '250')
  times.push(performance.now() - startedMs)
}

class Dialogue {
  readonly #socket: Socket
  #text = ''
  #waiting: { resolve(reply: string): void; reject(error: Error): void } | undefined
  #failed: Error | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.#text += text
      this.#settle()
    })
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('closed')))
  }

  say(data: string | Buffer, code: string): Promise<void> {
    this.#socket.write(data)
    return this.expect(code)
  }

  async expect(code: string): Promise<void> {
    const reply = await new Promise<string>((resolve, reject) => {
      this.#waiting = { resolve, reject }
      if (this.#failed !== undefined) reject(this.#failed)
      else this.#settle()
    })
    if (!reply.startsWith(code)) throw new Error(`expected ${code}: ${reply.trim()}`)
  }

  close(): void {
    this.#socket.destroy()
  }

  /** A reply is whole when its last line has a space after the code. */
  #settle(): void {
    let start = 0
    for (let end = this.#text.indexOf('\r\n'); end >= 0; start = end + 2, end = this.#text.indexOf('\r\n', start)) {
      if (this.#text[start + 3] === '-' || this.#waiting === undefined) continue
      const reply = this.#text.slice(0, end)
      this.#text = this.#text.slice(end + 2)
      const { resolve } = this.#waiting
      this.#waiting = undefined
      resolve(reply)
      return
    }
  }

  #fail(error: Error): void {
    this.#failed ??= error
    this.#waiting?.reject(this.#failed)
  }
}

const quantile = (sorted: readonly number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

async function run(load: SmtpLoad): Promise<SmtpLoadResult> {
  const result = { done: 0, errors: [] as string[], times: [] as number[] }
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: load.connections }, () => client(load, startedMs + load.seconds * 1000, result)))
  const seconds = (performance.now() - startedMs) / 1000
  const sorted = result.times.sort((a, b) => a - b)
  return {
    done: result.done,
    errors: result.errors.length,
    firstError: result.errors[0],
    perSecond: result.done / seconds,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  }
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as SmtpLoad)))
