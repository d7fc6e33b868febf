import assert from 'node:assert/strict'
import test from 'node:test'
import { findings } from '../../journal/findings.ts'
import type { CheckName } from '../../mail/check.ts'
import { replies } from './replies.ts'

/** What the server refuses itself stands in the journal with the reply's text as its reason: people read it in their language. */
const noted: readonly [CheckName, readonly (keyof typeof replies)[]][] = [
  ['connection-limits', ['tooManyRecipients']],
  ['message-form', ['textBareCr', 'textBareLf', 'textNul', 'textLineTooLong', 'headerTooLarge']],
  ['size', ['tooLarge']],
  ['storage', ['storageFull', 'ourFault']],
]

test('the journal has words for every reply that is noted', () => {
  for (const [check, names] of noted) for (const name of names) assert.ok(findings[check]?.[replies[name].text], name)
})
