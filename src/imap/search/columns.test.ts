import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap } from '../../../test/harness/imap.ts'

const mail = (subject: string) =>
  `Message-ID: <${subject}@x>\r\nFrom: "Ann B." <ann@a.example>\r\nDate: Sun, 22 Nov 2026 01:00:00 +0200\r\nSubject: ${subject}\r\n\r\ntext\r\n`

test('what columns of the index answer reads no message, and knows what has come since', async (t) => {
  const calls: string[] = []
  const server = await startImap(t, { before: (method) => void calls.push(method) })
  const account = server.accountOf('ann')
  for (const subject of ['one', 'two', 'three']) await server.deliver(mail(subject), account)
  const client = await server.as('ann')
  await client.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
  const table = [
    ['SUBJECT T', ' 2 3'],
    ['SUBJECT "e"', ' 1 3'],
    ['NOT SUBJECT two', ' 1 3'],
    ['OR SUBJECT one SUBJECT three', ' 1 3'],
    ['SUBJECT two UNDELETED SENTON 22-Nov-2026', ' 2'],
    ['SENTBEFORE 22-Nov-2026', ''],
    ['FROM "ann b. <ann@"', ' 1 2 3'],
    ['TO ann', ''],
    ['NOT TO ""', ' 1 2 3'],
    ['HEADER Message-ID <two@x>', ' 2'],
    ['HEADER In-Reply-To ""', ''],
    ['LARGER 10 SMALLER 1000 BEFORE 1-Jan-2024', ' 1 2 3'],
    [`SUBJECT "${'x'.repeat(300)}"`, ''],
  ] as const
  for (const [keys, numbers] of table) await client.play(`C: s SEARCH ${keys}\nS: \\* SEARCH${numbers}\nS: s OK *`)
  assert.ok(!calls.includes('read'), calls.join(' '))
  const asked = calls.filter((method) => method === 'texts').length
  await client.play('C: s SEARCH SUBJECT one\nS: * SEARCH 1\nS: s OK *')
  assert.equal(calls.filter((method) => method === 'texts').length, asked, 'kept in memory')
  await server.deliver(mail('four'), account)
  await client.play(`
    C: n NOOP
    S: ...
    S: n OK *
    C: s SEARCH SUBJECT O
    S: * SEARCH 1 2 4
    S: s OK *
    C: u UID SEARCH UID 4 SUBJECT four
    S: * SEARCH 4
    S: u OK *
  `)
})
