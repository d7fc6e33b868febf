import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReply } from './reply.ts'

for (const [reply, reason, detail] of [
  ['1: stream: OK', 'clean', undefined],
  ['stream: OK', 'clean', undefined],
  ['12: stream: Eicar-Test-Signature.UNOFFICIAL FOUND', 'virus', 'Eicar-Test-Signature.UNOFFICIAL'],
  ['1: stream: Win.Trojan FOUND FOUND', 'virus', 'Win.Trojan FOUND'],
  ['1: stream: Heuristics.Encrypted.Zip FOUND', 'encrypted archive', 'Heuristics.Encrypted.Zip'],
  ['1: stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND', 'beyond limits', 'Heuristics.Limits.Exceeded.MaxScanSize'],
  ['1: stream: Heuristics.Phishing.Email FOUND', 'virus', 'Heuristics.Phishing.Email'],
  ['1: INSTREAM size limit exceeded. ERROR', 'too large', undefined],
  ['INSTREAM size limit exceeded. ERROR', 'too large', undefined],
  ["1: stream: Can't allocate memory ERROR", 'away', "Can't allocate memory ERROR"],
  ['1: stream: OK FOUNDLING', 'away', 'OK FOUNDLING'],
  ['', 'away', ''],
  ['1: stream: \u0007\r\n FOUND', 'virus', '???'],
] as const) {
  test(`clamd answers "${reply}"`, () => {
    const found = readReply(reply)
    assert.equal(found.reason, reason)
    assert.equal(found.detail, detail)
    assert.equal(found.result === 'pass', reason === 'clean')
  })
}
