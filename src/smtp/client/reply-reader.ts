import type { RemoteReply } from '../../mail/remote-reply.ts'
import { maxReplyLines } from './limits.ts'

const lineForm = /^([2-5][0-9]{2})([- ]?)(.*)$/s
const enhancedForm = /^([245])\.(\d{1,3})\.(\d{1,3})(?: |$)/

/** Puts the lines of a reply together. Pure. */
export class ReplyReader {
  #code: number | undefined
  #lines: string[] = []

  /** The reply when this was its last line; undefined: more lines belong to it; a text: what is wrong, and nothing more can be understood. */
  line(octets: Buffer): RemoteReply | string | undefined {
    const [, code, separator, text] = lineForm.exec(octets.toString()) ?? []
    if (code === undefined) return 'a line without a reply code'
    // Some servers change the code between the lines; RFC 5321 4.2.1 lets them not.
    if (this.#code !== undefined && this.#code !== Number(code)) return 'a reply with two codes'
    if (this.#lines.push(printable(text ?? '')) > maxReplyLines) return 'a reply of too many lines'
    this.#code = Number(code)
    if (separator === '-') return undefined
    const reply = whole(this.#code, this.#lines)
    this.#code = undefined
    this.#lines = []
    return reply
  }
}

/** The enhanced code stands in every line (RFC 2034 4). */
function whole(code: number, lines: readonly string[]): RemoteReply {
  const [matched] = enhancedForm.exec(lines[0] ?? '') ?? []
  const enhanced = matched?.trim()
  if (enhanced === undefined || Number(enhanced[0]) !== Math.floor(code / 100)) return { code, enhanced: undefined, lines }
  return { code, enhanced, lines: lines.map((line) => (line.startsWith(enhanced) ? line.slice(enhanced.length).trimStart() : line)) }
}

function printable(text: string): string {
  // Neither a terminal nor a mail takes orders from another server.
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trimEnd()
}
