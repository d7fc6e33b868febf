/** What one test came to. `name` is the whole path: "describe > test > subtest". */
export interface TestResult {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  /** Why it failed or was skipped. */
  readonly reason?: string
}

/** Stands before each line of the reporter: RECORD SEPARATOR, which tests do not write. */
export const mark = '\u001E'

/** What the reporter says of a test that begins. */
export interface Started {
  readonly started: string
}
