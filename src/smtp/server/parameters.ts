import type { DsnWish } from '../../mail/outgoing.ts'
import type { Reply } from '../../mail/reply.ts'
import { parseDateTime } from './date-time.ts'
import type { Extensions } from './extensions.ts'
import { replies } from './replies.ts'
import { readXtext } from './xtext.ts'

/** What MAIL FROM may carry. */
export interface MailParameters {
  /** SIZE= (RFC 1870), bytes. */
  sizeBytes?: number
  /** SMTPUTF8 (RFC 6531). */
  utf8?: true
  /** BODY=8BITMIME (RFC 6152). What is kept is the same; what goes on to other servers needs to know. */
  eightBit?: true
  /** RET= (RFC 3461 4.3). */
  ret?: 'full' | 'hdrs'
  /** ENVID= (RFC 3461 4.4), xtext undone. */
  envelopeId?: string
  /** REQUIRETLS (RFC 8689). */
  requireTls?: true
  /** MT-PRIORITY= (RFC 6710). */
  priority?: number
  /** HOLDFOR= (RFC 4865): seconds from now. */
  holdSeconds?: number
  /** HOLDUNTIL= (RFC 4865). */
  holdUntilMs?: number
}

/** What RCPT TO may carry. */
export interface RcptParameters {
  /** NOTIFY= and ORCPT= (RFC 3461 4.1, 4.2). */
  dsn?: DsnWish
}

interface Keyword<Parameters> {
  /** Undefined: always. */
  readonly offered?: (extensions: Extensions) => boolean
  /** Notes the value; a Reply for what is wrong with it. */
  read(value: string | undefined, parameters: Parameters): Reply | undefined
  /** Stands for the same: two of them are one given twice. */
  readonly as?: string
}

const mailKeywords: Readonly<Record<string, Keyword<MailParameters>>> = {
  SIZE: {
    read(value, parameters) {
      if (value === undefined || !/^\d{1,20}$/.test(value)) return replies.parameterSyntax
      // RFC 1870 4 permits 20 digits; past 2^53 it is no longer exact, and far past any limit.
      parameters.sizeBytes = Math.min(Number(value), Number.MAX_SAFE_INTEGER)
      return undefined
    },
  },
  BODY: {
    read(value, parameters) {
      if (value === undefined) return replies.parameterSyntax
      const kind = value.toUpperCase()
      // BINARYMIME (RFC 3030) is not offered: IMAP clients without BINARY could not read such a message.
      if (kind !== '7BIT' && kind !== '8BITMIME') return replies.unknownParameter
      if (kind === '8BITMIME') parameters.eightBit = true
      return undefined
    },
  },
  SMTPUTF8: {
    read(value, parameters) {
      if (value !== undefined) return replies.parameterSyntax
      parameters.utf8 = true
      return undefined
    },
  },
  RET: {
    offered: ({ dsn }) => dsn,
    read(value, parameters) {
      const ret = value?.toLowerCase()
      if (ret !== 'full' && ret !== 'hdrs') return replies.parameterSyntax
      parameters.ret = ret
      return undefined
    },
  },
  ENVID: {
    offered: ({ dsn }) => dsn,
    read(value, parameters) {
      const envelopeId = value === undefined || value.length > longestEnvelopeId ? undefined : readXtext(value)
      if (envelopeId === undefined) return replies.parameterSyntax
      parameters.envelopeId = envelopeId
      return undefined
    },
  },
  REQUIRETLS: {
    offered: ({ requireTls }) => requireTls,
    read(value, parameters) {
      if (value !== undefined) return replies.parameterSyntax
      parameters.requireTls = true
      return undefined
    },
  },
  'MT-PRIORITY': {
    offered: ({ priority }) => priority,
    read(value, parameters) {
      if (value === undefined || !/^(?:0|-?[1-9])$/.test(value)) return replies.parameterSyntax
      parameters.priority = Number(value)
      return undefined
    },
  },
  HOLDFOR: {
    as: 'HOLD',
    offered: ({ futureReleaseSeconds }) => futureReleaseSeconds > 0,
    read(value, parameters) {
      if (value === undefined || !/^[1-9]\d{0,8}$/.test(value)) return replies.parameterSyntax
      parameters.holdSeconds = Number(value)
      return undefined
    },
  },
  HOLDUNTIL: {
    as: 'HOLD',
    offered: ({ futureReleaseSeconds }) => futureReleaseSeconds > 0,
    read(value, parameters) {
      const atMs = value === undefined ? undefined : parseDateTime(value)
      if (atMs === undefined) return replies.parameterSyntax
      parameters.holdUntilMs = atMs
      return undefined
    },
  },
  // RFC 4954 5: who AUTH is offered to may name who wrote the message. Nothing follows from it: who signed in is known.
  AUTH: {
    offered: ({ auth }) => auth,
    read: (value) => (value === undefined || readXtext(value) === undefined ? replies.parameterSyntax : undefined),
  },
}

const rcptKeywords: Readonly<Record<string, Keyword<RcptParameters>>> = {
  NOTIFY: {
    offered: ({ dsn }) => dsn,
    read(value, parameters) {
      const notify = readNotify(value)
      if (notify === undefined) return replies.parameterSyntax
      parameters.dsn = { originalRecipient: parameters.dsn?.originalRecipient, notify }
      return undefined
    },
  },
  ORCPT: {
    offered: ({ dsn }) => dsn,
    read(value, parameters) {
      const originalRecipient = readOriginalRecipient(value)
      if (originalRecipient === undefined) return replies.parameterSyntax
      parameters.dsn = { notify: parameters.dsn?.notify, originalRecipient }
      return undefined
    },
  },
}

/** Characters of ENVID as it came (RFC 3461 4.4) … */
const longestEnvelopeId = 100
/** … and of ORCPT (RFC 3461 4.2). */
const longestOriginalRecipient = 500

function readNotify(value: string | undefined): DsnWish['notify'] | undefined {
  if (value === undefined) return undefined
  const words = value.toLowerCase().split(',')
  if (words.length === 1 && words[0] === 'never') return 'never'
  const notify = (['success', 'failure', 'delay'] as const).filter((word) => words.includes(word))
  return notify.length === words.length ? notify : undefined
}

/** addr-type ";" xtext. In SMTPUTF8 transactions an address of type utf-8 may stand as it is (RFC 6533 3). */
function readOriginalRecipient(value: string | undefined): string | undefined {
  const [, type = '', address = ''] = /^([A-Za-z0-9-]+);(.+)$/u.exec(value ?? '') ?? []
  if (type === '' || (value ?? '').length > longestOriginalRecipient) return undefined
  const text = type.toLowerCase() === 'utf-8' && /^[^\p{Cc}]+$/u.test(address) ? address : readXtext(address)
  return text === undefined ? undefined : `${type};${text}`
}

/** The parameters from `start`, just past the path; a Reply for what is wrong with them. */
export function parseMailParameters(argument: string, start: number, extensions: Extensions): MailParameters | Reply {
  return read<MailParameters>(argument, start, { extensions, keywords: mailKeywords, syntax: replies.mailSyntax })
}

export function parseRcptParameters(argument: string, start: number, extensions: Extensions): RcptParameters | Reply {
  return read<RcptParameters>(argument, start, { extensions, keywords: rcptKeywords, syntax: replies.rcptSyntax })
}

/** esmtp-param of RFC 5321 4.1.2. */
const parameterForm = /^[A-Za-z0-9][A-Za-z0-9-]*(?:=[!-<>-~\u0080-\u{10ffff}]+)?$/u

interface Grammar<Parameters> {
  readonly extensions: Extensions
  readonly keywords: Readonly<Record<string, Keyword<Parameters>>>
  readonly syntax: Reply
}

function read<Parameters extends object>(argument: string, start: number, { extensions, keywords, syntax }: Grammar<Parameters>): Parameters | Reply {
  const parameters = {} as Parameters
  if (start === argument.length) return parameters
  if (argument.charCodeAt(start) !== 0x20) return syntax
  const given = new Set<string>()
  for (const parameter of argument.slice(start + 1).split(' ')) {
    if (parameter === '') continue
    if (!parameterForm.test(parameter)) return replies.parameterSyntax
    const equals = parameter.indexOf('=')
    const name = (equals < 0 ? parameter : parameter.slice(0, equals)).toUpperCase()
    const keyword = Object.hasOwn(keywords, name) ? keywords[name] : undefined
    if (keyword === undefined || keyword.offered?.(extensions) === false) return replies.unknownParameter
    if (given.has(keyword.as ?? name)) return replies.parameterTwice
    given.add(keyword.as ?? name)
    const fault = keyword.read(equals < 0 ? undefined : parameter.slice(equals + 1), parameters)
    if (fault !== undefined) return fault
  }
  return parameters
}
