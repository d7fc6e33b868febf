import { isUtf8 } from 'node:buffer'
import { type Address, parseAddressLiteral, type ReversePath } from '../../mail/address.ts'
import { readPath } from '../../mail/path.ts'
import type { Reply } from '../../mail/reply.ts'
import type { Extensions } from './extensions.ts'
import { type MailParameters, parseMailParameters, parseRcptParameters, type RcptParameters } from './parameters.ts'
import { replies } from './replies.ts'

/**
 * One command line, understood (RFC 5321 4.1.1, RFC 3030, RFC 3207). `invalid`: its reply says what is wrong with it.
 * `not-implemented`: a command that exists and is not for us. `http`: a browser that was sent here by somebody.
 */
export type Command =
  | { readonly verb: 'EHLO' | 'HELO'; readonly name: string }
  | { readonly verb: 'MAIL'; readonly reversePath: ReversePath; readonly parameters: MailParameters }
  /** `forwardPath` undefined: `<postmaster>` (RFC 5321 4.5.1). */
  | { readonly verb: 'RCPT'; readonly forwardPath: Address | undefined; readonly parameters: RcptParameters }
  /** `initial`: the initial response as it stands on the line. */
  | { readonly verb: 'AUTH'; readonly mechanism: string; readonly initial: string | undefined }
  | { readonly verb: 'BDAT'; readonly octets: number; readonly last: boolean }
  | { readonly verb: 'DATA' | 'RSET' | 'NOOP' | 'QUIT' | 'VRFY' | 'HELP' | 'STARTTLS' | 'not-implemented' | 'http' }
  | { readonly verb: 'invalid'; readonly reply: Reply }

/** Fixed commands are made once: most lines of a session cost no object. */
const plain = {
  data: { verb: 'DATA' },
  rset: { verb: 'RSET' },
  noop: { verb: 'NOOP' },
  quit: { verb: 'QUIT' },
  vrfy: { verb: 'VRFY' },
  help: { verb: 'HELP' },
  startTls: { verb: 'STARTTLS' },
  notImplemented: { verb: 'not-implemented' },
  http: { verb: 'http' },
} as const satisfies Record<string, Command>

/** What the grammar depends on. */
export interface GrammarOptions {
  /** The current transaction has SMTPUTF8 (RFC 6531), so RCPT may hold UTF-8. */
  readonly utf8: boolean
  readonly extensions: Extensions
}

/** @param line without its CRLF */
export function parseCommand(line: Buffer, options: GrammarOptions): Command {
  const kind = charactersOf(line)
  if (kind === 'control') return invalid(replies.notText)
  if (kind === 'ascii') return parseText(line.toString('latin1'), true, options)
  return isUtf8(line) ? parseText(line.toString('utf8'), false, options) : invalid(replies.notUtf8)
}

function parseText(line: string, ascii: boolean, options: GrammarOptions): Command {
  const text = line.endsWith(' ') ? line.trimEnd() : line
  const space = text.indexOf(' ')
  const verb = (space < 0 ? text : text.slice(0, space)).toUpperCase()
  const argument = space < 0 ? '' : text.slice(space + 1)
  // RFC 6531 3.7.4.2 lets VRFY and EXPN hold UTF-8 too; EHLO wants A-labels.
  if (!ascii && verb !== 'MAIL' && verb !== 'RCPT' && verb !== 'VRFY' && verb !== 'NOOP') return invalid(replies.notText)
  switch (verb) {
    case 'MAIL':
      return parseMail(argument, ascii, options)
    case 'RCPT':
      return parseRcpt(argument, ascii, options)
    case 'DATA':
      return bare(plain.data, argument)
    case 'BDAT':
      return parseBdat(argument)
    case 'EHLO':
    case 'HELO':
      return isHelloName(argument) ? { verb, name: argument } : invalid(replies.helloSyntax)
    case 'QUIT':
      return bare(plain.quit, argument)
    case 'RSET':
      return bare(plain.rset, argument)
    case 'STARTTLS':
      return bare(plain.startTls, argument)
    case 'NOOP':
      return plain.noop
    case 'HELP':
      return plain.help
    case 'VRFY':
      return argument === '' ? invalid(replies.wantsArgument) : plain.vrfy
    case 'AUTH':
      return options.extensions.auth ? parseAuth(argument) : plain.notImplemented
    case 'EXPN':
    case 'ETRN':
    case 'ATRN':
    case 'TURN':
    case 'SEND':
    case 'SOML':
    case 'SAML':
    case 'BURL':
    case 'XCLIENT':
    case 'XFORWARD':
      return plain.notImplemented
    case 'GET':
    case 'POST':
    case 'PUT':
    case 'HEAD':
    case 'OPTIONS':
    case 'CONNECT':
    case 'HOST:':
      return plain.http
    default:
      return invalid(replies.unknownCommand)
  }
}

function invalid(reply: Reply): Command {
  return { verb: 'invalid', reply }
}

function bare(command: Command, argument: string): Command {
  return argument === '' ? command : invalid(replies.noArgument)
}

function parseMail(argument: string, ascii: boolean, { extensions }: GrammarOptions): Command {
  const start = pathStart(argument, 'FROM:')
  if (start < 0) return invalid(replies.mailSyntax)
  const { path, end } = readPath(argument, start, { utf8: true })
  // A reverse-path without a domain cannot be answered (RFC 5321 4.1.1.2).
  if (path.kind === 'invalid' || path.kind === 'postmaster') return invalid(replies.badSender)
  const parameters = parseMailParameters(argument, end, extensions)
  if ('code' in parameters) return invalid(parameters)
  if (!ascii && parameters.utf8 !== true) return invalid(replies.senderWantsUtf8)
  return { verb: 'MAIL', reversePath: path.kind === 'null' ? null : path.address, parameters }
}

function parseRcpt(argument: string, ascii: boolean, { utf8, extensions }: GrammarOptions): Command {
  const start = pathStart(argument, 'TO:')
  if (start < 0) return invalid(replies.rcptSyntax)
  const { path, end } = readPath(argument, start, { utf8: true })
  if (path.kind === 'invalid' || path.kind === 'null') return invalid(replies.badRecipient)
  const parameters = parseRcptParameters(argument, end, extensions)
  if ('code' in parameters) return invalid(parameters)
  if (!ascii && !utf8) return invalid(replies.recipientWantsUtf8)
  return { verb: 'RCPT', forwardPath: path.kind === 'postmaster' ? undefined : path.address, parameters }
}

/** AUTH mechanism [initial-response] (RFC 4954 4); the mechanism's name as RFC 4422 3.1 has it. */
function parseAuth(argument: string): Command {
  const [, mechanism, initial] = /^([A-Za-z0-9_-]{1,20})(?: +(\S+))?$/.exec(argument) ?? []
  return mechanism === undefined ? invalid(replies.authSyntax) : { verb: 'AUTH', mechanism, initial }
}

/** Where the path begins. A space after the colon is against RFC 5321 3.3, but harmless, and widely sent. */
function pathStart(argument: string, keyword: string): number {
  if (argument.slice(0, keyword.length).toUpperCase() !== keyword) return -1
  let start = keyword.length
  while (argument.charCodeAt(start) === 0x20) start++
  return start
}

/** RFC 3030 2: the size has at most 20 digits; past 2^53 it is no longer exact, and far past any limit. */
function parseBdat(argument: string): Command {
  const match = /^(\d{1,20})(?: (LAST))?$/i.exec(argument)
  return match === null ? invalid(replies.bdatSyntax) : { verb: 'BDAT', octets: Number(match[1]), last: match[2] !== undefined }
}

/** RFC 1035 2.3.4. */
const longestHelloName = 255

/**
 * A domain or an address literal (RFC 5321 4.1.1.1). Underscores, a bare IP address and an empty last label are wrong and common, tell
 * nothing about the mail, and cannot harm our Received field, so they pass.
 */
function isHelloName(text: string): boolean {
  if (text.length === 0 || text.length > longestHelloName) return false
  if (text.startsWith('[')) return parseAddressLiteral(text) !== undefined
  for (let i = 0; i < text.length; i++) if (helloCharacters[text.charCodeAt(i)] !== 1) return false
  return true
}

const helloCharacters = new Uint8Array(128)
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:') helloCharacters[character.charCodeAt(0)] = 1

function charactersOf(line: Buffer): 'ascii' | 'eight-bit' | 'control' {
  let eightBit = false
  for (let i = 0; i < line.length; i++) {
    const octet = line[i] ?? 0
    if (octet < 0x20 || octet === 0x7f) return 'control'
    if (octet > 0x7f) eightBit = true
  }
  return eightBit ? 'eight-bit' : 'ascii'
}
