/** A line of a file that an operator may write. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** What is wrong with such a file, and where. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
  readonly file: string
  readonly line: number

  constructor({ file, line }: Place, reason: string) {
    super(`${file}:${line}: ${reason}`)
    this.file = file
    this.line = line
  }
}

/** A line that begins at the margin, with the indented ones below it. */
export interface RuleBlock {
  readonly place: Place
  /** Its words. */
  readonly head: readonly string[]
  readonly lines: readonly RuleLine[]
}

export interface RuleLine {
  /** Without the white space around it. */
  readonly text: string
  readonly place: Place
}

/** The blocks of a file. Empty lines and those that begin with # say nothing. @throws RuleError */
export function* ruleBlocks(file: string, text: string): Generator<RuleBlock> {
  let block: (RuleBlock & { readonly lines: RuleLine[] }) | undefined
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const place = { file, line: index + 1 }
    const line = written.trim()
    if (line === '' || line.startsWith('#')) continue
    if (!/^\s/.test(written)) {
      if (block !== undefined) yield block
      block = { place, head: line.split(/\s+/), lines: [] }
      continue
    }
    if (block === undefined) throw new RuleError(place, 'an indented line belongs to one above it that is not')
    block.lines.push({ text: line, place })
  }
  if (block !== undefined) yield block
}

/** A text in double quotes, with the escapes of JSON. @throws RuleError */
export function quotedText(value: string, place: Place): string {
  try {
    const text: unknown = JSON.parse(value)
    if (typeof text === 'string') return text
  } catch {
    // Said below.
  }
  throw new RuleError(place, 'an example is one text in double quotes, with \\n between its lines')
}
