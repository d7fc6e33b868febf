import type { CheckResult, TimedCheck } from '../mail/check.ts'

/** The checks of one command in the order in which they ran. Each is charged with the time since the one before. */
export class Findings {
  readonly checks: TimedCheck[] = []
  #sinceMs = performance.now()

  add(result: CheckResult): void {
    const nowMs = performance.now()
    this.checks.push({ ...result, micros: Math.round((nowMs - this.#sinceMs) * 1000) })
    this.#sinceMs = nowMs
  }

  /** One that ran beside others, and knows itself how long. */
  addTimed(check: TimedCheck): void {
    this.checks.push(check)
    this.#sinceMs = performance.now()
  }
}
