import { createHash } from 'node:crypto'
import type { TestHit } from './input.ts'
import { evidenceOf } from './learn/evidence.ts'
import type { Evidence } from './learn/learner.ts'
import type { RuleSet } from './rules/rule-set.ts'
import { ruleSubject } from './rules/subject.ts'
import { gtube } from './test-strings.ts'
import type { MessageView } from './view/message-view.ts'

/** All that is known of a message before any model is asked. */
export interface Examined {
  readonly hits: readonly TestHit[]
  readonly evidence: Evidence
  /** false: time was up; what had not run by then is missing. */
  readonly complete: boolean
}

/** Points of a test string: more than any strength asks for (SPEC A6). */
const testStringScore = 1000

export interface Examination {
  readonly rules: RuleSet
  /** SPEC A6; '' for none. */
  readonly testString: string
  /** Is the time up? */
  readonly isLate: () => boolean
}

/** The steps in the order of what they tell for their cost: who is late goes without the rest. */
export function examine(view: MessageView, { rules, testString, isLate }: Examination): Examined {
  const hits: TestHit[] = []
  if (view.text.includes(gtube)) hits.push({ name: 'GTUBE', score: testStringScore })
  if (testString !== '' && view.text.includes(testString)) hits.push({ name: 'TEST_STRING', score: testStringScore })
  const digest = digestOf(view.input.octets)
  if (isLate()) return { hits, evidence: { digest, parts: [] }, complete: false }
  const parts = evidenceOf(view)
  if (isLate()) return { hits, evidence: { digest, parts }, complete: false }
  const found = rules.run(ruleSubject(view), isLate)
  return { hits: [...hits, ...found.hits], evidence: { digest, parts }, complete: found.complete }
}

function digestOf(octets: Uint8Array): Evidence['digest'] {
  const hash = createHash('sha256').update(octets).digest()
  return { high: hash.readInt32LE(0), low: hash.readInt32LE(4) }
}
