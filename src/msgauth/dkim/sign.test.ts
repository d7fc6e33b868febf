import assert from 'node:assert/strict'
import test from 'node:test'
import { authenticate } from 'mailauth'
import { keyZone, makeKey } from '../../../test/harness/signed-mail.ts'
import { zoneDns } from '../../../test/harness/zone-dns.ts'
import { DkimSigner } from './sign.ts'

const rsa = makeKey('a.example', 'r1')
const ed25519 = makeKey('a.example', 'e1', 'ed25519')
const message =
  'From: Ann <ann@a.example>\r\nTo: ben@b.example\r\nSubject: =?utf-8?q?=C3=A4?=\r\n  folded\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n\r\nHello  \r\n\tthere\r\n\r\n\r\n'

function signed(text: string, keys = [rsa, ed25519]): string {
  const bodyStart = text.indexOf('\r\n\r\n') + 4
  const signer = new DkimSigner(Buffer.from(text.slice(0, bodyStart)), keys)
  for (let at = bodyStart; at < text.length; at += 3) signer.update(Buffer.from(text.slice(at, at + 3)))
  return signer.finish(Date.UTC(2026, 10, 22)).toString() + text
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
  assert.deepEqual(await verified(signed(message)), ['r1 pass', 'e1 pass'])
  assert.deepEqual(await verified(signed('From: ann@a.example\r\n\r\n')), ['r1 pass', 'e1 pass'])
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
    const results = await verified(change(signed(message)))
    assert.ok(
      results.every((result) => !result.endsWith('pass')),
      results.join(),
    )
  })
}

test('what servers on the way do is survived', async () => {
  const moved = signed(message).replace('Subject: ', 'Subject:   ').replace('Hello  ', 'Hello')
  assert.deepEqual(await verified(`Received: from x by y\r\n${moved}`), ['r1 pass', 'e1 pass'])
})

test('lines stay short', () => {
  for (const line of signed(message).split('\r\n')) assert.ok(line.length <= 78, line)
})
