import type { CheckResult, TimedCheck } from '../mail/check.ts'

/** The checks of one command in the order in which they ran. Each is charged with the time since the one before. */
export class Findings {
  readonly checks: TimedCheck[] = []
  #sinceMs = performance.now()

  add(result: CheckResult): void {
    const nowMs = performance.now()
    const { check, result: outcome, reason, detail } = result
    const micros = Math.round((nowMs - this.#sinceMs) * 1000)
    this.checks.push(detail === undefined ? { check, result: outcome, reason, micros } : { check, result: outcome, reason, detail, micros })
    this.#sinceMs = nowMs
  }

  /** One that ran beside others, and knows itself how long. */
  addTimed(check: TimedCheck): void {
    this.checks.push(check)
    this.#sinceMs = performance.now()
  }
}
