/**
 * Local-part (RFC 5321 4.1.2, RFC 6531 3.3): Dot-string or Quoted-string. It means something to its own domain only, so
 * `a%b@c`, `b!a@c` and `"a@b"@c` are addresses at c and nowhere else.
 */
export interface LocalPart {
  /** Quotes and escapes removed. */
  readonly value: string
  /** Past its last character. */
  readonly end: number
}

const quote = 0x22
const dot = 0x2e
const backslash = 0x5c

export function readLocalPart(text: string, start: number): LocalPart | undefined {
  return text.charCodeAt(start) === quote ? readQuotedString(text, start) : readDotString(text, start)
}

function readDotString(text: string, start: number): LocalPart | undefined {
  let index = start
  let atomStart = start
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === dot) {
      if (index === atomStart) return undefined
      atomStart = index + 1
    } else if (!isAtext(code)) break
  }
  if (index === atomStart || !isWellFormed(text, start, index)) return undefined
  return { value: text.slice(start, index), end: index }
}

function readQuotedString(text: string, start: number): LocalPart | undefined {
  let value = ''
  let index = start + 1
  for (; index < text.length; index += 1) {
    let code = text.charCodeAt(index)
    if (code === quote) return isWellFormed(text, start, index) ? { value, end: index + 1 } : undefined
    if (code === backslash) {
      index += 1
      code = text.charCodeAt(index)
      // RFC 5321 quoted-pairSMTP: printable ASCII only; NaN at the text's end fails both.
      if (!(code >= 0x20 && code <= 0x7e)) return undefined
    } else if (!(code >= 0x20 && code <= 0x7e) && !isNonAsciiText(code)) return undefined
    value += text[index] ?? ''
  }
  return undefined
}

/** atext (RFC 5322 3.2.3) with UTF8-non-ascii (RFC 6532 3.2). */
export function isAtext(code: number): boolean {
  return code < 128 ? asciiAtext[code] === 1 : isNonAsciiText(code)
}

/**
 * No C1 controls, which terminals obey, no line separators, and not the character that stands for undecodable octets: what
 * cannot be kept as it came is refused.
 */
function isNonAsciiText(code: number): boolean {
  return code > 0x9f && code !== 0x2028 && code !== 0x2029 && code !== 0xfffd
}

/** Without lone surrogates, which have no UTF-8 form. */
function isWellFormed(text: string, start: number, end: number): boolean {
  return text.slice(start, end).isWellFormed()
}

const asciiAtext = new Uint8Array(128)
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~") asciiAtext[character.charCodeAt(0)] = 1
