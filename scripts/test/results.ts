/** What one test came to. `name` is the whole path: "describe > test > subtest". */
export interface TestResult {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  /** Why it failed or was skipped. */
  readonly reason?: string
}
