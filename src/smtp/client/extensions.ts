import type { RemoteReply } from '../../mail/remote-reply.ts'

/** What a server offers in its answer to EHLO (RFC 5321 4.1.1.1); an old server that knows HELO alone offers nothing. */
export interface Extensions {
  readonly pipelining: boolean
  readonly eightBitMime: boolean
  readonly smtpUtf8: boolean
  readonly dsn: boolean
  readonly startTls: boolean
  readonly requireTls: boolean
  readonly mtPriority: boolean
  /** Mechanisms of AUTH, in capitals (RFC 4954). */
  readonly auth: ReadonlySet<string>
  /** RFC 1870; undefined: not offered. Infinity: no limit is told. */
  readonly sizeBytes: number | undefined
  /** LIMITS RCPTMAX (RFC 9422); Infinity: not told. */
  readonly maxRecipients: number
  /** LIMITS MAILMAX: messages on one connection. */
  readonly maxMessages: number
}

const none: Extensions = {
  pipelining: false,
  eightBitMime: false,
  smtpUtf8: false,
  dsn: false,
  startTls: false,
  requireTls: false,
  mtPriority: false,
  auth: new Set(),
  sizeBytes: undefined,
  maxRecipients: Number.POSITIVE_INFINITY,
  maxMessages: Number.POSITIVE_INFINITY,
}

/** @param reply the answer to EHLO; undefined: it was HELO that was answered */
export function readExtensions(reply: RemoteReply | undefined): Extensions {
  const offered = new Map<string, readonly string[]>()
  for (const line of reply?.lines.slice(1) ?? []) {
    const [keyword = '', ...parameters] = line.trim().split(/ +/)
    offered.set(keyword.toUpperCase(), parameters)
  }
  const limits = offered.get('LIMITS') ?? []
  return {
    ...none,
    pipelining: offered.has('PIPELINING'),
    eightBitMime: offered.has('8BITMIME'),
    smtpUtf8: offered.has('SMTPUTF8'),
    dsn: offered.has('DSN'),
    startTls: offered.has('STARTTLS'),
    requireTls: offered.has('REQUIRETLS'),
    mtPriority: offered.has('MT-PRIORITY'),
    auth: new Set(offered.get('AUTH')?.map((mechanism) => mechanism.toUpperCase())),
    sizeBytes: offered.has('SIZE') ? sizeOf(offered.get('SIZE')?.[0]) : undefined,
    maxRecipients: limitOf(limits, 'RCPTMAX'),
    maxMessages: limitOf(limits, 'MAILMAX'),
  }
}

/** RFC 1870 4: 0 means that no limit is in force. */
function sizeOf(text: string | undefined): number {
  const bytes = text === undefined || !/^\d{1,20}$/.test(text) ? 0 : Number(text)
  return bytes === 0 ? Number.POSITIVE_INFINITY : bytes
}

/** RFC 9422 3: what cannot be read counts as not told. */
function limitOf(parameters: readonly string[], name: string): number {
  const value = parameters.find((parameter) => parameter.toUpperCase().startsWith(`${name}=`))?.slice(name.length + 1)
  return value === undefined || !/^[1-9]\d{0,5}$/.test(value) ? Number.POSITIVE_INFINITY : Number(value)
}
