/**
 * What stands in brackets after OK, NO and BAD (RFC 9051 7.1, RFC 5530), where it takes no argument. Codes with one are
 * written by their command: APPENDUID, COPYUID, UIDVALIDITY …
 */
export type PlainCode =
  | 'ALREADYEXISTS'
  | 'AUTHENTICATIONFAILED'
  | 'CANNOT'
  | 'CLIENTBUG'
  | 'COMPRESSIONACTIVE'
  | 'CONTACTADMIN'
  | 'EXPUNGEISSUED'
  | 'HASCHILDREN'
  | 'INUSE'
  | 'LIMIT'
  | 'NONEXISTENT'
  | 'NOTIFICATIONOVERFLOW'
  | 'NOPERM'
  | 'OVERQUOTA'
  | 'PRIVACYREQUIRED'
  | 'READ-ONLY'
  | 'SERVERBUG'
  | 'TOOBIG'
  | 'TRYCREATE'
  | 'UNAVAILABLE'
  | 'UNKNOWN-CTE'
  | 'USEATTR'

/** Ends a command with NO. `message` is what the user may see: one line of ASCII, no secret. */
export class Refused extends Error {
  override readonly name = 'ImapRefused'
  readonly code: PlainCode | `BADCHARSET ${string}` | `BADURL ${string}` | `MODIFIED ${string}` | `BADEVENT ${string}` | `METADATA ${string}` | undefined

  constructor(code: Refused['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Ends a command with BAD, though it was well-formed: not now, or not so. */
export class BadCommand extends Error {
  override readonly name = 'ImapBadCommand'
}

/** Ends the connection with BYE. */
export class Goodbye extends Error {
  override readonly name = 'ImapGoodbye'
  readonly code: PlainCode | undefined

  constructor(code: PlainCode | undefined, message: string) {
    super(message)
    this.code = code
  }
}

/** The other side has gone in the middle of a command: nobody to tell. */
export class PeerGone extends Error {
  override readonly name = 'ImapPeerGone'
}

/** A command that was done: OK. */
export interface Completion {
  /** Inside of the brackets. */
  readonly code?: string
  readonly text: string
}

/** A fault of ours in the middle of an answer: what has been sent cannot be taken back, so the connection is cut. */
export class AnswerBroken extends Error {
  override readonly name = 'ImapAnswerBroken'
}
