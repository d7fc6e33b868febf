/**
 * Messages to send, always the same ones: headers as mail has them today, running text (what is not compressible must not look
 * so), no two alike. No line begins with a dot, so they go over SMTP as they are.
 */

/** A small generator of numbers below 1 (mulberry32): the same pool in every run, on every machine. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export class Writer {
  readonly #next: () => number
  readonly #words: readonly string[]

  constructor(seed: number) {
    this.#next = numbers(seed)
    const syllable = () =>
      this.one(['b', 'c', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'st', 'tr', 'pl', 'ch', '']) +
      this.one(['a', 'e', 'i', 'o', 'u', 'ea', 'ou'])
    this.#words = Array.from(
      { length: 8000 },
      () => Array.from({ length: 1 + this.below(3) }, syllable).join('') + this.one(['', '', 'n', 's', 'r', 't', 'ng']),
    )
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }

  chance(share: number): boolean {
    return this.#next() < share
  }

  /** Few words are frequent, most are rare. */
  word(): string {
    return this.#words[Math.floor(this.#words.length ** this.#next()) - 1] ?? 'word'
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.word()).join(' ')
  }

  name(): string {
    const word = this.word()
    return word.slice(0, 1).toUpperCase() + word.slice(1)
  }

  mailbox(): string {
    const given = this.name()
    const family = this.name()
    return `${given} ${family} <${given}.${family}@${this.one(['example.org', 'mail.example.com', 'lists.example.net', 'shop.example'])}>`
  }

  base64(octets: number): string {
    const lines: string[] = []
    for (let left = octets; left > 0; left -= 57) lines.push(Buffer.from(Array.from({ length: Math.min(57, left) }, () => this.below(256))).toString('base64'))
    return lines.join('\r\n')
  }

  text(octets: number): string {
    let text = ''
    let line = ''
    while (text.length + line.length < octets) {
      const word = this.word()
      if (line.length + word.length > 71) {
        text += `${line}\r\n`
        line = ''
      }
      line += line === '' ? word : ` ${word}`
    }
    return `${text}${line}.\r\n`
  }
}

/** A message of about `sizeBytes`, without Message-ID: the sender puts one in front, so that no two are the same. */
function message(writer: Writer, sizeBytes: number): string {
  const fields = [
    `Received: from mx${writer.below(9)}.example.net (mx.example.net [192.0.2.${writer.below(255)}])\r\n\tby mx.bench.test with ESMTPS id ${writer.below(2 ** 48).toString(16)};\r\n\tFri, 20 Nov 2026 10:${10 + writer.below(50)}:00 +0000`,
    `From: ${writer.mailbox()}`,
    `To: ${writer.mailbox()}`,
    `Subject: ${writer.words(2 + writer.below(8))}`,
    `Date: Fri, 20 Nov 2026 10:${10 + writer.below(50)}:${10 + writer.below(50)} +0000`,
  ]
  if (writer.chance(0.3)) fields.push(`Cc: ${Array.from({ length: 1 + writer.below(5) }, () => writer.mailbox()).join(',\r\n ')}`)
  if (writer.chance(0.4)) {
    fields.push(
      `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1;\r\n\th=from:to:subject:date; bh=${writer.base64(32)};\r\n\tb=${writer.base64(192).replaceAll('\r\n', '\r\n\t')}`,
      'List-Unsubscribe: <mailto:leave@example.org>',
    )
  }
  fields.push('MIME-Version: 1.0')
  const room = Math.max(120, sizeBytes - fields.join('\r\n').length - 120)
  if (sizeBytes < 50_000) return `${fields.join('\r\n')}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n${writer.text(room)}`
  const boundary = `=_b${writer.below(2 ** 48).toString(16)}`
  const text = writer.text(1500)
  const attachment = writer.base64(Math.floor((room - text.length - 250) / 1.37))
  return `${fields.join('\r\n')}\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n${text}\r\n--${boundary}\r\nContent-Type: application/pdf; name="offer.pdf"\r\nContent-Disposition: attachment; filename="offer.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${attachment}\r\n--${boundary}--\r\n`
}

/** Room for the Message-ID field that the sender adds. */
const messageIdOctets = 60

/** `count` messages of about `sizeBytes` each, Message-ID included once it is there. */
export function messagePool(sizeBytes: number, count: number): readonly Buffer[] {
  const writer = new Writer(sizeBytes)
  return Array.from({ length: count }, () => Buffer.from(message(writer, sizeBytes - messageIdOctets), 'latin1'))
}
