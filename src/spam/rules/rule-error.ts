/** What is wrong with a rule file, and where. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
  readonly file: string
  readonly line: number

  constructor({ file, line }: { readonly file: string; readonly line: number }, reason: string) {
    super(`${file}:${line}: ${reason}`)
    this.file = file
    this.line = line
  }
}
