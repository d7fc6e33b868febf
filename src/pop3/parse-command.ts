/** A command as it was understood (RFC 1939, 2449, 2595, 5034, 6856). Message numbers are as sent: there need not be such a message. */
export type Command =
  | { readonly verb: 'CAPA' | 'STLS' | 'UTF8' | 'QUIT' | 'STAT' | 'NOOP' | 'RSET' }
  | { readonly verb: 'USER'; readonly name: string }
  | { readonly verb: 'PASS'; readonly password: string }
  /** Without a mechanism: which are there? (Before RFC 1734 had CAPA; Outlook asks.) */
  | { readonly verb: 'AUTH'; readonly mechanism: string | undefined; readonly initialResponse: string | undefined }
  /** Without a language: which are there? */
  | { readonly verb: 'LANG'; readonly range: string | undefined }
  | { readonly verb: 'LIST' | 'UIDL'; readonly message: number | undefined }
  | { readonly verb: 'RETR' | 'DELE'; readonly message: number }
  /** `lines` of the body. */
  | { readonly verb: 'TOP'; readonly message: number; readonly lines: number }

export type Verb = Command['verb']

/** The command with this verb. */
export type CommandOf<V extends Verb, C = Command> = C extends { readonly verb: infer W } ? (V extends W ? C & { readonly verb: V } : never) : never

/** A line that is no command; `fault` is the text of the answer. */
export interface BadCommand {
  readonly fault: string
}

/** RFC 1939 3: keywords are three or four characters; a number here has at most ten digits, as 2^32 has. */
const longestNumber = 10

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One line without its CRLF. Keywords in any case; spaces at the end are forgiven, except in a password. Pure. */
export function parseCommand(line: Uint8Array): Command | BadCommand {
  const text = decode(line)
  if (text === undefined) return { fault: 'the line is not UTF-8' }
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) return { fault: 'control characters in the command' }
  const space = text.indexOf(' ')
  const verb = (space === -1 ? text : text.slice(0, space)).toUpperCase()
  const rest = space === -1 ? undefined : text.slice(space + 1)
  if (verb === 'PASS') return rest === undefined || rest === '' ? { fault: 'PASS needs a password' } : { verb, password: rest }
  return parseArguments(verb, (rest ?? '').trim())
}

function parseArguments(verb: string, rest: string): Command | BadCommand {
  const words = rest === '' ? [] : rest.split(/ +/, 4)
  const [first, second] = words
  switch (verb) {
    case 'CAPA':
    case 'STLS':
    case 'QUIT':
    case 'STAT':
    case 'NOOP':
    case 'RSET':
    case 'UTF8':
      return words.length === 0 ? { verb } : { fault: `${verb} takes no argument` }
    case 'USER':
      return rest === '' ? { fault: 'USER needs a name' } : { verb, name: rest }
    case 'AUTH':
      return words.length <= 2 ? { verb, mechanism: first, initialResponse: second } : { fault: 'AUTH takes a mechanism and an initial response' }
    case 'LANG':
      return words.length <= 1 ? { verb, range: first } : { fault: 'LANG takes one language or none' }
    case 'LIST':
    case 'UIDL': {
      if (first === undefined) return { verb, message: undefined }
      const message = parseNumber(first)
      return message === undefined || words.length > 1 ? { fault: `${verb} takes one message number or none` } : { verb, message }
    }
    case 'RETR':
    case 'DELE': {
      const message = parseNumber(first)
      return message === undefined || words.length > 1 ? { fault: `${verb} needs one message number` } : { verb, message }
    }
    case 'TOP': {
      const message = parseNumber(first)
      const lines = parseNumber(second)
      return message === undefined || lines === undefined || words.length > 2
        ? { fault: 'TOP needs a message number and a number of lines' }
        : { verb, message, lines }
    }
    default:
      return { fault: 'unknown command' }
  }
}

function parseNumber(word: string | undefined): number | undefined {
  return word !== undefined && word.length <= longestNumber && /^[0-9]+$/.test(word) ? Number(word) : undefined
}

function decode(line: Uint8Array): string | undefined {
  try {
    return utf8.decode(line)
  } catch {
    return undefined
  }
}
