import type { Completion, Refused } from './outcome.ts'
import type { Scanner } from './parse/scanner.ts'
import type { Session, State } from './session.ts'

/** The command has sent its tagged answer itself. */
export type Answered = 'answered'

/** One command of RFC 9051 6 or of an extension. */
export interface ImapCommand {
  /** In upper case; `UID FETCH` is a command of its own. */
  readonly name: string
  /** States in which it may be given. */
  readonly states: readonly State[]
  /** Answers may not move sequence numbers: FETCH, STORE and SEARCH by number (RFC 9051 7.5.1). */
  readonly keepsNumbers?: true
  /** The command reads the literal after this many others itself (APPEND's message), so that it is never whole in memory. */
  takesLiteral?(args: string, literalsBefore: number): boolean
  /** Its literals may be of any octets (literal8), and a longer one than this is refused in words of its own. */
  readonly literals?: { readonly mostOctets: number; readonly tooLong: () => Refused }
  /** Reads its arguments to their end, then does what it says. Throws Refused for NO, ImapSyntaxError or BadCommand for BAD. */
  run(session: Session, args: Scanner): Promise<Completion | Answered> | Completion
}

export const always: readonly State[] = ['not-authenticated', 'authenticated', 'selected']
export const beforeSignIn: readonly State[] = ['not-authenticated']
export const signedIn: readonly State[] = ['authenticated', 'selected']
export const inMailbox: readonly State[] = ['selected']
