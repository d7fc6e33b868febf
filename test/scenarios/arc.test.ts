import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authenticate as authenticateByOthers } from 'mailauth'
import { Door } from '../harness/door.ts'
import { RemoteMx } from '../harness/remote-mx.ts'
import { eventually } from '../harness/server.ts'
import { keyZone, makeKey, signByOthers } from '../harness/signed-mail.ts'

const author = makeKey('strict.example', 's')
const message =
  'From: Eve <eve@strict.example>\r\nTo: f@a.example\r\nSubject: hello\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@strict.example>\r\n\r\nHello\r\n'
const quick = ['reverse-lookup=off', 'greylisting=off', 'spam-level=off']

test('what is forwarded is sealed, and who trusts the seal takes it where the author’s signature does not hold any more (RFC 8617)', async () => {
  const hello = 'S: 220 mx.b.example\nC: EHLO *\nS: 250 mx.b.example\n'
  await using remote = await RemoteMx.start(`${hello}C: MAIL FROM:<*\nS: 250 ok\nC: RCPT TO:<*\nS: 250 ok\nC: DATA\nS: 354 go on\nC: <text>\nS: 250 taken`)
  const zone = {
    ...keyZone(author),
    '_dmarc.strict.example': { TXT: ['v=DMARC1; p=reject'] },
    'b.example': { MX: [[10, 'mx.b.example']] as const },
    'mx.b.example': { A: ['127.0.0.1'] },
  }
  const mailboxes = ['ann@a.example']
  const commands = ['forward add f@a.example --to x@b.example']
  await using door = await Door.open({ mailboxes, commands, settings: quick, zone, tables: `[sending]\nport = ${remote.port}` })
  for (const { name, strings } of JSON.parse(await door.cli('dkim records a.example --json')) as { name: string; strings: string[] }[])
    door.names.zone[name] = { TXT: [strings] }
  await door.cli('dkim check a.example')
  assert.match(await door.send({ to: 'f@a.example', from: 'eve@strict.example', text: await signByOthers(message, author) }), /^250/)
  const text = await eventually('the message at its destination', () => Promise.resolve(remote.texts[0]))
  assert.match(text, /^ARC-Seal: i=1; a=rsa-sha256; t=\d+; cv=none;\r\n d=a\.example;/)
  assert.match(text, /^ARC-Authentication-Results: i=1; [^]*?dmarc=pass header\.from=strict\.example/m)
  const resolver = async (name: string) => {
    const found = door.names.zone[name]?.TXT?.[0]
    if (found !== undefined) return [typeof found === 'string' ? [found] : [...found]]
    throw Object.assign(new Error(name), { code: 'ENOTFOUND' })
  }
  const { arc } = await authenticateByOthers(Buffer.from(text, 'latin1'), { ip: '127.0.0.1', helo: 'x', mta: 'mx', sender: 'x@a.example', resolver })
  assert.equal(arc !== false && arc.status.result, 'pass')

  // The author's own signature can be verified no more.
  const { ['s._domainkey.strict.example']: _gone, ...zoneThere } = door.names.zone
  await using there = await Door.open({ mailboxes: ['x@b.example'], settings: quick, zone: zoneThere })
  const sent = { to: 'x@b.example', from: 'list@a.example' }
  assert.match(await there.send({ ...sent, text }), /^550 5\.7\.26 /)
  await there.cli('setting set arc.trusted-sealers=a.example')
  assert.match(await there.send({ ...sent, text }), /^250/)
  assert.match(await there.cli('journal --address x@b.example'), /it passed when it came to a\.example, which changed it and is believed here/)
  assert.match(await there.send({ ...sent, text: text.replace('hello', 'changed') }), /^550 5\.7\.26 /)
})
