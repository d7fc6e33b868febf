import type { Language } from '../text/language.ts'

/** What the API answers where something was not done (RFC 9457). */
interface ProblemDocument {
  readonly title?: string
  readonly detail?: string
  /** `pointer`: RFC 6901 in a fragment, "#/values/greylisting". */
  readonly errors?: readonly { readonly pointer?: string; readonly detail: string }[]
}

/** A request that the server refused, or that did not reach it (`status` 0). Its message is for people, in their language. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  /** What is wrong with each field of the input, by its place: "values.greylisting". */
  readonly fields: Readonly<Record<string, string>>

  constructor(status: number, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.fields = fields
  }
}

const unreachable = {
  en: 'The server cannot be reached. Is there a connection to the internet?',
  de: 'Der Server ist nicht zu erreichen. Besteht eine Verbindung zum Internet?',
} as const
const wordless = {
  en: 'The server could not do this. Please try again.',
  de: 'Der Server konnte das nicht ausführen. Bitte versuchen Sie es noch einmal.',
} as const

export function unreached(language: Language): Problem {
  return new Problem(0, unreachable[language])
}

export async function problemOf(response: Response, language: Language): Promise<Problem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
  const document = isProblem ? await (response.json() as Promise<ProblemDocument>).catch(() => ({})) : {}
  const { detail, errors = [] } = document as ProblemDocument
  const fields = errors.flatMap(({ pointer, detail }) => (pointer === undefined ? [] : [[fieldOf(pointer), detail] as const]))
  // A fault of the server's own has nothing to say but its number.
  return new Problem(response.status, response.status >= 500 || detail === undefined ? wordless[language] : detail, Object.fromEntries(fields))
}

function fieldOf(pointer: string): string {
  return pointer
    .replace(/^#?\/?/, '')
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')
}

/** A fault of this application is a problem, too; its words are for its makers. */
export function problemFrom(error: Error): Problem {
  return error instanceof Problem ? error : new Problem(0, error.message)
}
