/**
 * A node:test reporter that runs inside each test process and writes a TestResult in JSON on a line of its own for every test,
 * and `{"started": name}` before it, so that the runner knows what hung. Only tests that have no subtests are counted. It
 * shares standard output with the tests (a file of its own would fail under tests that make the file system fail), hence the mark.
 */
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'
import { mark, type TestResult } from './results.ts'

/** How the events name one test. */
interface Finished {
  readonly name: string
  readonly nesting: number
  readonly skip?: string | boolean
  readonly todo?: string | boolean
  readonly details: { readonly duration_ms: number; readonly type?: string; readonly error?: Error & { readonly failureType?: string } }
}

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const open: { name: string; hasSubtests: boolean }[] = []
  const running: string[] = []
  for await (const event of events) {
    if (event.type === 'test:start') {
      const { name, nesting } = event.data
      open.length = nesting
      const parent = open.at(-1)
      if (parent) parent.hasSubtests = true
      open.push({ name, hasSubtests: false })
    } else if (event.type === 'test:dequeue') {
      // Said when a test really begins; test:start waits until all before it are through.
      running.length = event.data.nesting
      running.push(event.data.name)
      yield `${mark}${JSON.stringify({ started: running.join(' > ') })}\n`
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      const finished = event.data as Finished
      open.length = finished.nesting + 1
      const { hasSubtests = false } = open[finished.nesting] ?? {}
      const result = resultOf(finished, event.type === 'test:fail', open.map((test) => test.name).join(' > '))
      if (result.outcome !== 'passed' || !hasSubtests) {
        if (finished.details.error?.failureType !== 'subtestsFailed') yield `${mark}${JSON.stringify(result)}\n`
      }
    }
  }
}

function resultOf({ skip, todo, details }: Finished, failed: boolean, name: string): TestResult {
  const ms = Math.round(details.duration_ms)
  const excuse = skip ?? todo
  if (excuse !== undefined && excuse !== false)
    return { name, outcome: 'skipped', ms, reason: typeof excuse === 'string' && excuse !== '' ? excuse : 'no reason given' }
  if (!failed) return { name, outcome: 'passed', ms }
  const { error } = details
  return { name, outcome: 'failed', ms, reason: inspect(error?.cause ?? error, { depth: 4 }) }
}
