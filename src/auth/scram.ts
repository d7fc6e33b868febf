import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** SCRAM (RFC 5802) with SHA-256 (RFC 7677): its messages, and what is computed from them. Pure. */

/** The client's first message. */
export interface ClientFirst {
  /** Without channel binding (`n`), the client could but takes us for unable (`y`), or bound by a type (`p=…`). */
  readonly binding: 'n' | 'y' | { readonly type: string }
  /** Whom the client wants to act as; empty: itself. */
  readonly authorization: string
  readonly username: string
  readonly nonce: string
  /** As it came: parts of what is signed. */
  readonly gs2Header: string
  readonly bare: string
}

/** The client's second message. */
export interface ClientFinal {
  /** gs2-header and channel-binding data. */
  readonly bound: Uint8Array
  readonly nonce: string
  readonly proof: Uint8Array
  /** The message as it came, up to the proof. */
  readonly withoutProof: string
}

/** What is kept of a password (`scramKeys`). */
export interface ScramKeys {
  readonly iterations: number
  readonly salt: Uint8Array
  readonly storedKey: Uint8Array
  readonly serverKey: Uint8Array
}

/** Of SHA-256. */
const keyOctets = 32
/** Characters; RFC 5802 names no limit, clients send 16 to 40. */
const longestNonce = 256

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** client-first-message = gs2-header client-first-message-bare. Undefined: it is none, or has a mandatory extension that nobody has defined. */
export function parseClientFirst(octets: Uint8Array): ClientFirst | undefined {
  const text = decode(octets)
  const match = /^((n|y|p=([A-Za-z0-9.-]{1,64})),(?:a=([^,]+))?,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[A-Za-z]=[^,]+)*)$/.exec(text ?? '')
  if (match === null) return undefined
  const [, gs2Header = '', flag = '', type, authzid = '', bare = '', saslname = '', nonce = ''] = match
  const authorization = plainName(authzid)
  const username = plainName(saslname)
  if (authorization === undefined || username === undefined || nonce.length > longestNonce) return undefined
  const binding = type === undefined ? (flag as 'n' | 'y') : { type }
  return { binding, authorization, username, nonce, gs2Header, bare }
}

/** client-final-message = channel-binding "," nonce ["," extensions] "," proof */
export function parseClientFinal(octets: Uint8Array): ClientFinal | undefined {
  const match = /^(c=([A-Za-z0-9+/]+={0,2}),r=([\x21-\x2b\x2d-\x7e]+)(?:,[A-Za-z]=[^,]+)*),p=([A-Za-z0-9+/]{43}=)$/.exec(decode(octets) ?? '')
  if (match === null) return undefined
  const [, withoutProof = '', bound = '', nonce = '', proof = ''] = match
  if (bound.length % 4 !== 0) return undefined
  return { bound: Buffer.from(bound, 'base64'), nonce, proof: Buffer.from(proof, 'base64'), withoutProof }
}

/** server-first-message = nonce "," salt "," iteration-count */
export function serverFirst(nonce: string, { salt, iterations }: ScramKeys): string {
  return `r=${nonce},s=${Buffer.from(salt).toString('base64')},i=${iterations}`
}

/** What the client binds its proof to: gs2-header, and the connection's data where it said so. */
export function boundTo(first: ClientFirst, data: Uint8Array | undefined): Uint8Array {
  return Buffer.concat([Buffer.from(first.gs2Header), data ?? new Uint8Array()])
}

/** Undefined: the client does not know the password. Else the server's own proof, `v=…`, which the client checks (RFC 5802 3). */
export function serverFinal(keys: ScramKeys, authMessage: string, proof: Uint8Array): string | undefined {
  const clientSignature = createHmac('sha256', keys.storedKey).update(authMessage).digest()
  const clientKey = Buffer.from(clientSignature.map((octet, index) => octet ^ (proof[index] ?? 0)))
  const serverSignature = createHmac('sha256', keys.serverKey).update(authMessage).digest('base64')
  const right = timingSafeEqual(createHash('sha256').update(clientKey).digest(), keys.storedKey)
  return right ? `v=${serverSignature}` : undefined
}

/** Reads what `scramKeys` wrote; undefined: something else. */
export function parseScramKeys(text: string): ScramKeys | undefined {
  const [count = '', ...rest] = text.split(':')
  const [salt, storedKey, serverKey] = rest.map((part) => Buffer.from(part, 'base64'))
  const iterations = Number(count)
  if (!Number.isSafeInteger(iterations) || salt === undefined || storedKey?.length !== keyOctets || serverKey?.length !== keyOctets) return undefined
  return { iterations, salt, storedKey, serverKey }
}

/** saslname: "=2C" is a comma, "=3D" an equals sign, and no other "=" stands in it (RFC 5802 5.1). */
function plainName(saslname: string): string | undefined {
  if (/=(?!2C|3D)/.test(saslname)) return undefined
  return saslname.replaceAll('=2C', ',').replaceAll('=3D', '=')
}

function decode(octets: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(octets)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
