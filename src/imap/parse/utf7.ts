/**
 * Mailbox names on the wire of IMAP4rev1 are modified UTF-7 (RFC 3501 5.1.3): printable ASCII stands for itself, "&" is "&-",
 * all else is UTF-16 in base64 with "," for "/" between "&" and "-". One name has one form only, so that a name is not two.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,'
const values = new Int8Array(128).fill(-1)
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i

const AMPERSAND = 0x26
const MINUS = 0x2d

/** UTF-8 name to the wire. */
export function encodeUtf7(name: string): string {
  if (/^[\x20-\x25\x27-\x7e]*$/.test(name)) return name
  let text = ''
  for (let i = 0; i < name.length; ) {
    const unit = name.charCodeAt(i)
    if (unit === AMPERSAND) {
      text += '&-'
      i++
    } else if (printable(unit)) {
      text += name[i++]
    } else {
      const from = i
      while (i < name.length && !printable(name.charCodeAt(i))) i++
      text += `&${base64(name.slice(from, i))}-`
    }
  }
  return text
}

/** The name that the wire means; undefined where it is not well-formed modified UTF-7, or not in its one right form. */
export function decodeUtf7(text: string): string | undefined {
  if (/^[\x20-\x25\x27-\x7e]*$/.test(text)) return text
  let name = ''
  for (let i = 0; i < text.length; ) {
    const c = text.charCodeAt(i)
    if (!printable(c)) return undefined
    if (c !== AMPERSAND) {
      name += text[i++]
      continue
    }
    const end = text.indexOf('-', i + 1)
    if (end < 0) return undefined
    if (end === i + 1) {
      name += '&'
    } else {
      const run = unbase64(text, i + 1, end)
      // Two shifted runs without a character between, or a printable character in one, would be a second form of the name.
      if (run === undefined || (text.charCodeAt(end + 1) === AMPERSAND && text.charCodeAt(end + 2) !== MINUS)) return undefined
      name += run
    }
    i = end + 1
  }
  return name.isWellFormed() ? name : undefined
}

function printable(unit: number): boolean {
  return unit >= 0x20 && unit <= 0x7e
}

function base64(run: string): string {
  let text = ''
  let bits = 0
  let held = 0
  for (let i = 0; i < run.length; i++) {
    held = (held << 16) | run.charCodeAt(i)
    bits += 16
    for (; bits >= 6; bits -= 6) text += alphabet[(held >> (bits - 6)) & 63]
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + alphabet[(held << (6 - bits)) & 63]
}

function unbase64(text: string, from: number, to: number): string | undefined {
  let run = ''
  let bits = 0
  let held = 0
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i)
    const value = c < 128 ? (values[c] ?? -1) : -1
    if (value < 0) return undefined
    held = (held << 6) | value
    bits += 6
    if (bits < 16) continue
    bits -= 16
    const unit = held >> bits
    if (printable(unit)) return undefined
    run += String.fromCharCode(unit)
    held &= (1 << bits) - 1
  }
  return bits < 6 && held === 0 ? run : undefined
}
