import { maxReplyLines } from './limits.ts'

/** What another server answered (RFC 5321 4.2). Octets above 127 are kept as UTF-8 where they are, control characters are spaces: it is shown to people. */
export interface RemoteReply {
  /** 200 to 599. */
  readonly code: number
  /** RFC 2034, "5.1.1"; undefined: none, or of another class than `code`. */
  readonly enhanced: string | undefined
  /** Of each line, without code and enhanced code. At least one. */
  readonly lines: readonly string[]
}

/** `550 5.1.1 no such user`: as journal, log and failure notices show it. */
export function formatRemoteReply({ code, enhanced, lines }: RemoteReply): string {
  return [String(code), ...(enhanced === undefined ? [] : [enhanced]), lines.join(' ').trim()].join(' ').trim()
}

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
