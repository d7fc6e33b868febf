import { messagePool, Writer } from './messages.ts'

/** As the bench's targets speak of them. */
export const filterMessageOctets = 10_240
/** So many are taught as ham and spam in turn: more than a peer's classifier asks for of each kind (200). */
const taughtMessages = 600
const judgedMessages = 500

/** Messages for content filters, always the same ones: of text alone, and HTML with links beside it, in turn. */
export function filterMessages(): { readonly taught: readonly Buffer[]; readonly judged: readonly Buffer[] } {
  const count = taughtMessages + judgedMessages
  const plain = messagePool(filterMessageOctets, count)
  const writer = new Writer(filterMessageOctets + 1)
  const all = plain.map((text, n) => Buffer.concat([Buffer.from(`Message-ID: <${n}@bench.example>\r\n`), n % 2 === 0 ? text : withHtml(writer, text)]))
  return { taught: all.slice(0, taughtMessages), judged: all.slice(taughtMessages) }
}

/** The same header; half the text, and the same again as a mail program would lay it out. */
function withHtml(writer: Writer, plain: Buffer): Buffer {
  const text = plain.toString('latin1')
  const header = text.slice(0, text.indexOf('Content-Type: text/plain'))
  const boundary = `=_h${writer.below(2 ** 48).toString(16)}`
  const part = (type: string, content: string) =>
    `--${boundary}\r\nContent-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${content}\r\n`
  let html = '<html><head><style>p { margin: 0 0 1em } .small { font-size: 11px; color: #666 }</style></head><body>\r\n'
  while (html.length < filterMessageOctets * 0.65) {
    const words = writer.words(30).replace(/(.{60,70}) /g, '$1\r\n')
    html += `<p style="font-family: Arial">${words}\r\n<a href="https://www.shop${writer.below(50)}.example/${writer.word()}?id=${writer.below(1e6)}">${writer.words(3)}</a></p>\r\n`
  }
  html += '<p class="small"><img src="https://www.shop1.example/logo.png" width="120" height="40" alt="logo"></p></body></html>'
  const body = part('plain', writer.text(filterMessageOctets * 0.2)) + part('html', html)
  return Buffer.from(`${header}Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n${body}--${boundary}--\r\n`, 'latin1')
}
