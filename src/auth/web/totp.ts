import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Codes by time (RFC 6238) as every authenticator app knows them: SHA-1, six digits, 30 seconds. Pure, but for making secrets. */

const stepMs = 30_000
const digits = 6
/** RFC 4226 4 asks for 128 bits at least, and recommends 160. */
const secretOctets = 20
const leastOctets = 16
const mostOctets = 64
/** Steps that a clock may be wrong by, either way (RFC 6238 5.2). */
const window = 1

/** RFC 4648 6. */
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new secret, as apps take it: base32. */
export function makeTotpSecret(): string {
  return encode(randomBytes(secretOctets))
}

/** Undefined: no secret that is long enough. Spaces and case are for reading. */
export function parseTotpSecret(text: string): Uint8Array | undefined {
  const octets = decode(text.replace(/[\s=-]/g, '').toUpperCase())
  return octets !== undefined && octets.length >= leastOctets && octets.length <= mostOctets ? octets : undefined
}

/** The step whose code this is; undefined: none of now. A step that was used, or one before it, is no longer good (RFC 6238 5.2): compare. */
export function totpStep(secret: Uint8Array, code: string, nowMs: number): number | undefined {
  const given = Buffer.from(code.replace(/\s/g, ''))
  if (given.length !== digits) return undefined
  const now = Math.floor(nowMs / stepMs)
  const steps = Array.from({ length: 2 * window + 1 }, (_, index) => now - window + index)
  return steps.findLast((step) => timingSafeEqual(Buffer.from(totpCode(secret, step)), given))
}

/** HOTP of the step (RFC 4226 5.3). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac[mac.length - 1] ?? 0) & 0xf
  return String((mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 10 ** digits).padStart(digits, '0')
}

/** What the QR code says: otpauth URI, as Google's app began and all others read. */
export function totpUri(secret: string, issuer: string, name: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(name)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}

function encode(octets: Uint8Array): string {
  const bits = [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => base32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

function decode(text: string): Uint8Array | undefined {
  if (!/^[A-Z2-7]*$/.test(text) || text.length > 2 * mostOctets) return undefined
  const bits = [...text].map((letter) => base32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}
