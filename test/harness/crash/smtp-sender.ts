import type { Random } from '../random.ts'
import { makeMessage, anySize, type TestMessage } from './test-message.ts'
import { WireClient } from './wire-client.ts'

/** A message that was offered to the server. */
export interface Sent {
  readonly message: TestMessage
  readonly recipients: readonly string[]
  /** As the 250 named it; undefined: there was no 250. */
  queueId: string | undefined
  /** The answer, where it was no 250. */
  refusal: string | undefined
  /** Recipients of which the 250 says nothing: their RCPT was refused, the others' were not. */
  refusedRecipients?: Set<string>
}

export const sender = 'ann@sender.example'

/** One SMTP connection. Every method ends in ConnectionLost when the server does. */
export class SmtpSender {
  readonly #client: WireClient

  private constructor(client: WireClient) {
    this.#client = client
  }

  static async connect(port: number): Promise<SmtpSender> {
    const client = await WireClient.connect(port)
    const smtp = new SmtpSender(client)
    await smtp.reply()
    await smtp.say('EHLO localhost\r\n')
    return smtp
  }

  /** Notes in `sent` what became of it. DATA after its 354, pipelined with the envelope, or in chunks. */
  async send(sent: Sent, way: 'data' | 'pipelined' | 'bdat', random: Random): Promise<void> {
    const { message, recipients } = sent
    const mail = `MAIL FROM:<${sender}>\r\n`
    const rcpts = recipients.map((recipient) => `RCPT TO:<${recipient}>\r\n`)
    if (way === 'data') {
      for (const command of [mail, ...rcpts]) if (!(await this.#accepted(sent, command))) return
      if (!(await this.#accepted(sent, 'DATA\r\n'))) return
      this.#client.write(stuffed(message.octets))
    } else {
      const chunks = way === 'bdat' ? chunksOf(message.octets, random) : []
      this.#client.write([mail, ...rcpts, ...(way === 'bdat' ? [] : ['DATA\r\n'])].join(''))
      for (const [index, chunk] of chunks.entries()) {
        this.#client.write(`BDAT ${chunk.length}${index === chunks.length - 1 ? ' LAST' : ''}\r\n`)
        this.#client.write(chunk)
      }
      this.#refused(sent, await this.reply())
      for (const recipient of recipients) if (this.#refused(sent, await this.reply())) (sent.refusedRecipients ??= new Set()).add(recipient)
      for (let answers = chunks.length - 1; answers > 0; answers--) this.#refused(sent, await this.reply())
      if (way === 'pipelined') {
        if (this.#refused(sent, await this.reply())) return
        this.#client.write(stuffed(message.octets))
      }
    }
    const answer = await this.reply()
    if (!this.#refused(sent, answer)) sent.queueId = /queued as (\S+)/.exec(answer)?.[1]
  }

  /** The last line of the next reply. */
  async reply(): Promise<string> {
    for (;;) {
      const line = await this.#client.line()
      if (line[3] !== '-') return line
    }
  }

  async say(line: string): Promise<string> {
    this.#client.write(line)
    return await this.reply()
  }

  write(octets: string | Uint8Array): void {
    this.#client.write(octets)
  }

  close(): void {
    this.#client.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #accepted(sent: Sent, command: string): Promise<boolean> {
    if (!this.#refused(sent, await this.say(command))) return true
    await this.say('RSET\r\n')
    return false
  }

  #refused(sent: Sent, answer: string): boolean {
    if (/^[23]/.test(answer)) return false
    sent.refusal ??= answer
    return true
  }
}

/** RFC 5321 4.5.2, with the end of the text. */
export function stuffed(octets: Buffer): Buffer {
  return Buffer.from(`${octets.toString('latin1').replace(/(^|\r\n)\./g, '$1..')}.\r\n`, 'latin1')
}

function chunksOf(octets: Buffer, random: Random): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < octets.length; ) {
    const length = random.chance(0.3) ? octets.length - at : random.between(1, Math.max(1, octets.length >> 1))
    chunks.push(octets.subarray(at, at + length))
    at += length
  }
  return chunks
}

/** Sends until the server is gone; everything that it offers goes into `sent` first. */
export async function sendForEver(
  port: number,
  random: Random,
  { name, recipients, sent }: { name: string; recipients: readonly string[]; sent: Sent[] },
): Promise<never> {
  using smtp = await SmtpSender.connect(port)
  for (let n = 0; ; n++) {
    const message = makeMessage(`${name}-${n}`, anySize(random))
    const chosen = recipients.filter(() => random.chance(0.4))
    const one: Sent = { message, recipients: chosen.length > 0 ? chosen : [random.pick(recipients)], queueId: undefined, refusal: undefined }
    sent.push(one)
    await smtp.send(one, random.pick(['data', 'pipelined', 'bdat']), random)
  }
}
