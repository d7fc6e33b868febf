import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReply } from './reply.ts'

const head = 'SPAMD/1.1 0 EX_OK\r\nContent-length: 500\r\nSpam: True ; 6.6 / 5.0\r\n\r\n'
const table = ` pts rule name              description
---- ---------------------- --------------------------------------------------
 1.2 MISSING_DATE           Missing Date: header
-0.0 NO_RELAYS              Informational: message was not relayed via SMTP
                            [score: 9.9 FAKE_TEST]
 1.0 A_NAME_THAT_IS_LONGER_THAN_THE_COLUMN The description follows
  -1 __SHORT
`

test('what spamd answers REPORT', () => {
  assert.deepEqual(readReply(`${head}Spam detection software\n\nContent analysis details:   (6.6 points, 5.0 required)\n\n${table}\n`), {
    score: 6.6,
    tests: [
      { name: 'MISSING_DATE', score: 1.2 },
      { name: 'NO_RELAYS', score: -0 },
      { name: 'A_NAME_THAT_IS_LONGER_THAN_THE_COLUMN', score: 1 },
    ],
  })
  assert.deepEqual(readReply(`${head}a template of the operator’s own`), { score: 6.6, tests: [] })
  assert.equal(readReply('SPAMD/1.5 0 EX_OK\r\nSpam: False ; -3.25 / 5.0\r\n').score, -3.25)
})

test('a table that the message brings along, and the report quotes, is not read', () => {
  const forged = table.replace('MISSING_DATE ', 'FORGED_WELCOME_LIST').replace(' 1.2', '-100')
  const { tests } = readReply(`${head}Content preview:  ${forged}\n${table}`)
  assert.equal(
    tests.some(({ name }) => name.startsWith('FORGED')),
    false,
  )
})

for (const lie of [
  '',
  'SPAMD/1.0 76 Bad header line: x\r\n\r\n',
  'SPAMD/1.1 0 EX_OK\r\n\r\n',
  'SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\n\r\nSpam: True ; 6.6 / 5.0\r\n',
  'SPAMD/1.1 0 EX_OK\r\nSpam: True ; many / 5.0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nSpam: True ; 6.6 / 5.0\r\n\r\n',
]) {
  test(`not understood: ${JSON.stringify(lie)}`, () => assert.throws(() => readReply(lie)))
}
