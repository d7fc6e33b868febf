import assert from 'node:assert/strict'
import test from 'node:test'
import { namesAnother } from './names-another.ts'

for (const [answer, ip, expected] of [
  ['Client host [192.0.2.1] blocked using bl.example', '192.0.2.1', false],
  ['192.0.2.77 is listed', '192.0.2.1', false],
  ['your network is listed', '192.0.2.1', false],
  ['blocked: 198.51.100.7 is listed in the PBL', '192.0.2.1', true],
  ['mx 198.51.100.7 says: 192.0.2.1 is listed', '192.0.2.1', false],
  ['198.51.100.7 is listed', '10.0.0.5', false],
  ['127.0.0.9 is listed', '192.0.2.1', false],
  ['198.51.100.7 is listed', '2001:db8::1', false],
  ['version 1.2.3.4.5 of the list', '192.0.2.1', false],
] as const) {
  test(`"${answer}" ${expected ? 'is not' : 'may be'} about ${ip}`, () => assert.equal(namesAnother(answer, ip), expected))
}
