import assert from 'node:assert/strict'
import test from 'node:test'
import type { QueueId } from './ids.ts'
import { makeReportToken, readReportToken } from './report-token.ts'

const key = Buffer.alloc(32, 7)
const queueId = '06EV6BW0DHSWVBJ51' as QueueId

test('a report token names its message to who has the key, and to nobody else (SPEC D5)', () => {
  const token = makeReportToken(key, queueId)
  assert.match(token, /^v1\.06EV6BW0DHSWVBJ51\.[\w-]{22}$/)
  assert.equal(readReportToken(key, token), queueId)
  assert.equal(readReportToken(key, ` ${token}\r\n`), queueId)
  assert.equal(readReportToken(Buffer.alloc(32, 8), token), undefined)
})

test('what was made up or changed names nothing', () => {
  const token = makeReportToken(key, queueId)
  const others = [
    '',
    'v1',
    token.replace('06EV', '06EW'),
    token.slice(0, -1),
    `${token}A`,
    token.replace('v1', 'v2'),
    `v1.${queueId}.`,
    `v1.${queueId}.${'A'.repeat(22)}`,
  ]
  for (const other of others) assert.equal(readReportToken(key, other), undefined, other)
})
