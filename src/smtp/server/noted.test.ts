import assert from 'node:assert/strict'
import test from 'node:test'
import { clauseOf } from '../../journal/findings.ts'
import type { CheckName } from '../../mail/check.ts'
import type { Reply } from '../../mail/reply.ts'
import { replies as policyReplies } from '../../policy/replies.ts'
import { replies } from './replies.ts'

/** What the server refuses itself stands in the journal with the reply's text as its reason: people read it in their language. */
const noted: readonly [CheckName, readonly Reply[]][] = [
  ['connection-limits', [replies.tooManyRecipients]],
  ['message-form', [replies.textBareCr, replies.textBareLf, replies.textNul, replies.textLineTooLong, replies.headerTooLarge]],
  ['size', [replies.tooLarge]],
  ['storage', [policyReplies.storageFull, policyReplies.ourFault]],
]

test('the journal has words for every reply that is noted', () => {
  for (const [check, all] of noted) for (const { text } of all) assert.ok(clauseOf({ check, reason: text }), text)
})
