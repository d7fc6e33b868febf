import { createHash } from 'node:crypto'
import type { SpamInput, TestHit } from './input.ts'
import type { Evidence } from './learn/learner.ts'
import { evidenceOf } from './learn/evidence.ts'
import { gtube } from './test-strings.ts'
import { viewMessage } from './view/message-view.ts'

/** All that is known of a message before any model is asked. */
export interface Examined {
  readonly hits: readonly TestHit[]
  readonly evidence: Evidence
}

export function examine(input: SpamInput, options: { readonly testString?: string | undefined }): Examined {
  const octets = Buffer.from(input.octets.buffer, input.octets.byteOffset, input.octets.byteLength)
  const hits: TestHit[] = []
  if (octets.includes(gtube)) hits.push({ name: 'GTUBE', score: 1000 })
  if (options.testString !== undefined && octets.includes(options.testString)) hits.push({ name: 'TEST_STRING', score: 1000 })
  const hash = createHash('sha256').update(octets).digest()
  return { hits, evidence: { digest: { high: hash.readInt32LE(0), low: hash.readInt32LE(4) }, parts: evidenceOf(viewMessage(input)) } }
}
