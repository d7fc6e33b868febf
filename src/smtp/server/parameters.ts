import type { Reply } from '../../mail/reply.ts'
import { replies } from './replies.ts'

/** What MAIL FROM may carry. BODY says nothing that we need: both of its values are kept as they come (RFC 6152). */
export interface MailParameters {
  /** SIZE= (RFC 1870), bytes. */
  readonly sizeBytes: number | undefined
  /** SMTPUTF8 (RFC 6531). */
  readonly utf8: boolean
}

const none: MailParameters = { sizeBytes: undefined, utf8: false }

/** esmtp-param of RFC 5321 4.1.2. */
const parameterForm = /^[A-Za-z0-9][A-Za-z0-9-]*(?:=[!-<>-~\u0080-\u{10ffff}]+)?$/u

/** The parameters from `start`, just past the path; a Reply for what is wrong with them. */
export function parseMailParameters(argument: string, start: number): MailParameters | Reply {
  if (start === argument.length) return none
  if (argument.charCodeAt(start) !== 0x20) return replies.mailSyntax
  let sizeBytes: number | undefined
  let utf8 = false
  let body = false
  for (const parameter of argument.slice(start + 1).split(' ')) {
    if (parameter === '') continue
    if (!parameterForm.test(parameter)) return replies.parameterSyntax
    const equals = parameter.indexOf('=')
    const keyword = (equals < 0 ? parameter : parameter.slice(0, equals)).toUpperCase()
    const value = equals < 0 ? undefined : parameter.slice(equals + 1)
    switch (keyword) {
      case 'SIZE':
        if (sizeBytes !== undefined) return replies.parameterTwice
        if (value === undefined || !/^\d{1,20}$/.test(value)) return replies.parameterSyntax
        // RFC 1870 4 permits 20 digits; past 2^53 it is no longer exact, and far past any limit.
        sizeBytes = Math.min(Number(value), Number.MAX_SAFE_INTEGER)
        break
      case 'BODY': {
        if (body) return replies.parameterTwice
        if (value === undefined) return replies.parameterSyntax
        const kind = value.toUpperCase()
        // BINARYMIME (RFC 3030) is not offered: IMAP clients without BINARY could not read such a message.
        if (kind !== '7BIT' && kind !== '8BITMIME') return replies.unknownParameter
        body = true
        break
      }
      case 'SMTPUTF8':
        if (utf8) return replies.parameterTwice
        if (value !== undefined) return replies.parameterSyntax
        utf8 = true
        break
      default:
        return replies.unknownParameter
    }
  }
  return { sizeBytes, utf8 }
}

/** None is offered: DSN waits until there are notifications to send. */
export function parseRcptParameters(argument: string, start: number): Reply | undefined {
  if (start === argument.length) return undefined
  if (argument.charCodeAt(start) !== 0x20) return replies.rcptSyntax
  return argument.slice(start).trim() === '' ? undefined : replies.unknownParameter
}
