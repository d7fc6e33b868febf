import { Writer } from '../messages.ts'

/** In the subject of one message of 500, and in the text of one of 1,000. */
export const rareInSubject = 'quillfeather'
export const rareInText = 'zanzibarrow'

const subjectEvery = 500
const textEvery = 1000
/** Sizes are spread evenly by their logarithm; the mean is 12.5 kB. */
const sizes = { least: 1000, most: 50_000 } as const
const paragraphs = 1000
const firstDateMs = Date.UTC(2024, 0, 1)
const betweenMs = 60_000
/** Threads that still get answers. */
const openThreads = 60

/** A mailbox as people have them, always the same: plain texts, HTML beside plain text, attachments; more than half of it answers to earlier messages. */
export function* mailboxMessages(count: number, mostOctets: number = sizes.most): Generator<Buffer> {
  const maker = new Maker()
  for (let number = 0; number < count; number++) yield Buffer.from(maker.message(number, mostOctets), 'latin1')
}

interface Thread {
  readonly subject: string
  readonly messageIds: string[]
}

class Maker {
  readonly #writer = new Writer(7)
  readonly #paragraphs = Array.from({ length: paragraphs }, () => this.#writer.text(150 + this.#writer.below(500)))
  readonly #base64 = this.#writer.base64(60_000)
  readonly #threads: Thread[] = []

  message(number: number, mostOctets: number): string {
    const writer = this.#writer
    const octets = Math.round(sizes.least * (mostOctets / sizes.least) ** (writer.below(100_000) / 100_000))
    const date = new Date(firstDateMs + number * betweenMs).toUTCString().replace('GMT', '+0000')
    const messageId = `<${number}.${writer.below(2 ** 40).toString(16)}@mail.example.org>`
    const thread = this.#thread(number)
    const fields = [
      `Received: from mx${writer.below(9)}.example.net (mx.example.net [192.0.2.${writer.below(255)}])\r\n\tby mx.bench.test with ESMTPS id ${writer.below(2 ** 48).toString(16)};\r\n\t${date}`,
      `From: ${writer.mailbox()}`,
      `To: ${writer.mailbox()}`,
      `Subject: ${thread.messageIds.length > 0 ? 'Re: ' : ''}${thread.subject}`,
      `Date: ${date}`,
      `Message-ID: ${messageId}`,
    ]
    if (writer.chance(0.3)) fields.push(`Cc: ${Array.from({ length: 1 + writer.below(5) }, () => writer.mailbox()).join(',\r\n ')}`)
    if (thread.messageIds.length > 0) fields.push(`In-Reply-To: ${thread.messageIds.at(-1)}`, `References: ${thread.messageIds.slice(-8).join('\r\n ')}`)
    thread.messageIds.push(messageId)
    if (writer.chance(0.4)) {
      const signature = this.#encoded(192).replaceAll('\r\n', '\r\n\t')
      fields.push(
        `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1;\r\n\th=from:to:subject:date; bh=${this.#encoded(32)};\r\n\tb=${signature}`,
      )
    }
    const needle = number % textEvery === textEvery / 2 ? `${rareInText}\r\n` : ''
    return `${fields.join('\r\n')}\r\nMIME-Version: 1.0\r\n${this.#body(Math.max(100, octets - 900), needle)}`
  }

  #thread(number: number): Thread {
    const writer = this.#writer
    const isRare = number % subjectEvery === subjectEvery / 2
    if (this.#threads.length > 0 && !isRare && writer.chance(0.55)) return writer.one(this.#threads)
    const thread = { subject: writer.words(2 + writer.below(8)) + (isRare ? ` ${rareInSubject}` : ''), messageIds: [] }
    this.#threads.push(thread)
    // An answer to a thread with the rare word would make it less rare.
    if (isRare || this.#threads.length > openThreads) this.#threads.splice(isRare ? -1 : 0, 1)
    return thread
  }

  #body(octets: number, needle: string): string {
    const writer = this.#writer
    const kind = octets < 2600 ? 'plain' : writer.one(['plain', 'html', 'html', 'attachment', 'quoted'] as const)
    const boundary = `=_b${writer.below(2 ** 48).toString(16)}`
    switch (kind) {
      case 'plain':
        return `Content-Type: text/plain; charset=us-ascii\r\n\r\n${needle}${this.#text(octets)}`
      case 'quoted':
        return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${needle}${quoted(this.#text(octets * 0.85))}`
      case 'html': {
        const text = needle + this.#text(octets * 0.38)
        const html = `<html><body>\r\n${text.replaceAll('.\r\n', '.</p><br>\r\n<p class="x">')}${this.#text(octets * 0.2)}</body></html>\r\n`
        return `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n--${boundary}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n--${boundary}--\r\n`
      }
      case 'attachment': {
        const text = needle + this.#text(Math.min(1500, octets * 0.3))
        const name = writer.word()
        return `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n${text}\r\n--${boundary}\r\nContent-Type: application/pdf; name="${name}.pdf"\r\nContent-Disposition: attachment; filename="${name}.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${this.#encoded((octets - text.length - 250) / 1.37)}\r\n--${boundary}--\r\n`
      }
    }
  }

  #text(octets: number): string {
    let text = ''
    while (text.length < octets) text += `${this.#writer.one(this.#paragraphs)}\r\n`
    return text
  }

  /** So many octets of something, in base64. Whole lines of 76, from anywhere. */
  #encoded(octets: number): string {
    const length = Math.max(4, Math.ceil(octets / 3) * 4)
    const lines = Math.ceil(length / 76)
    const from = this.#writer.below(Math.floor(this.#base64.length / 78) - lines) * 78
    return this.#base64.slice(from, from + lines * 78 - 2).slice(0, lines === 1 ? length : undefined)
  }
}

/** Every seventh `e` is an `é`, and lines are soft. */
function quoted(text: string): string {
  let count = 0
  return text.replaceAll('e', () => (++count % 7 === 0 ? '=C3=A9' : 'e')).replaceAll(/([^.])\r\n(?=\S)/g, '$1=\r\n')
}
