import assert from 'node:assert/strict'
import test from 'node:test'
import { authenticate } from 'mailauth'
import { keyZone, makeKey } from '../../../test/harness/signed-mail.ts'
import { zoneDns } from '../../../test/harness/zone-dns.ts'
import { authenticate as authenticateByUs } from '../authenticate.ts'
import { MessageToSign } from './message-to-sign.ts'
import { dkimSignatures } from './sign.ts'

const rsa = makeKey('a.example', 'r1')
const ed25519 = makeKey('a.example', 'e1', 'ed25519')
const nowMs = Date.UTC(2026, 10, 22)
const message =
  'From: Ann <ann@a.example>\r\nTo: ben@b.example\r\nSubject: =?utf-8?q?=C3=A4?=\r\n  folded\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n\r\nHello  \r\n\tthere\r\n\r\n\r\n'

async function signed(text: string, keys = [rsa, ed25519]): Promise<string> {
  const octets = Buffer.from(text)
  const pieces = Array.from({ length: Math.ceil(octets.length / 3) }, (_, n) => octets.subarray(n * 3, n * 3 + 3))
  return (await dkimSignatures(await MessageToSign.read(pieces), keys, nowMs)) + text
}

/** What another's code finds of each signature. */
async function verified(text: string): Promise<string[]> {
  const zone = keyZone(rsa, ed25519)
  const dns = zoneDns(zone)
  const resolver = async (name: string, type: string) => {
    const answer = await dns.lookup(name, type as 'TXT')
    if (answer.status === 'found') return answer.records.map((record) => [record])
    throw Object.assign(new Error(answer.status), { code: 'ENOTFOUND' })
  }
  const { dkim } = await authenticate(Buffer.from(text), { ip: '127.0.0.1', helo: 'x', mta: 'mx', sender: 'ann@a.example', resolver })
  return dkim.results.map(({ status, selector }) => `${selector ?? ''} ${status.result}`)
}

test("both signatures are good, by another's code (RFC 6376, RFC 8463)", async () => {
  assert.deepEqual(await verified(await signed(message)), ['r1 pass', 'e1 pass'])
  assert.deepEqual(await verified(await signed('From: ann@a.example\r\n\r\n')), ['r1 pass', 'e1 pass'])
})

for (const [what, change] of [
  ['another body', (text: string) => text.replace('there', 'where')],
  ['another subject', (text: string) => text.replace('folded', 'bent')],
  ['a second From field', (text: string) => `From: eve@c.example\r\n${text}`],
  ['a second Subject', (text: string) => `Subject: other\r\n${text}`],
  ['a Reply-To where there was none', (text: string) => `Reply-To: eve@c.example\r\n${text}`],
  ['a Content-Type where there was none', (text: string) => `Content-Type: text/html\r\n${text}`],
] as const) {
  test(`no signature survives ${what}`, async () => {
    const results = await verified(change(await signed(message)))
    assert.ok(
      results.every((result) => !result.endsWith('pass')),
      results.join(),
    )
  })
}

test('what servers on the way do is survived', async () => {
  const moved = (await signed(message)).replace('Subject: ', 'Subject:   ').replace('Hello  ', 'Hello')
  assert.deepEqual(await verified(`Received: from x by y\r\n${moved}`), ['r1 pass', 'e1 pass'])
})

test('lines stay short', async () => {
  for (const line of (await signed(message)).split('\r\n')) assert.ok(line.length <= 78, line)
})

test('our own verifier agrees, and takes a signature for what it covers', async () => {
  const input = { clientIp: '192.0.2.1', helo: 'x.example', reversePath: null, hostName: 'mx.example.org', nowMs }
  const found = await authenticateByUs({ ...input, message: [Buffer.from(await signed(message))] }, zoneDns(keyZone(rsa, ed25519)))
  assert.deepEqual(
    found.dkim.map(({ result, domain, selector, algorithm }) => [result, domain, selector, algorithm]),
    [
      ['pass', 'a.example', 'r1', 'rsa-sha256'],
      ['pass', 'a.example', 'e1', 'ed25519-sha256'],
    ],
  )
  assert.deepEqual([found.dmarc.alignedDkim, found.author.domains], [true, [{ domain: 'a.example', aligned: true }]])
})

test('fields put above are signed with the rest', async () => {
  const read = await MessageToSign.read([Buffer.from('From: list@a.example\r\n\r\nbody\r\n')])
  const above = 'List-Unsubscribe: <https://a.example/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n'
  const text = `${await dkimSignatures(read.under(above), [rsa], nowMs)}${above}From: list@a.example\r\n\r\nbody\r\n`
  assert.deepEqual(await verified(text), ['r1 pass'])
  assert.deepEqual(await verified(text.replace('/u>', '/v>')), ['r1 fail'])
})
