import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { authenticate as authenticateByOthers } from 'mailauth'
import { Door } from '../harness/door.ts'
import { RemoteMx } from '../harness/remote-mx.ts'
import { sendMail } from '../harness/send-mail.ts'
import { eventually } from '../harness/server.ts'

interface Shown {
  readonly name: string
  readonly strings: readonly string[]
  readonly state: string
  readonly seen: string
}

test('an operator publishes the keys of a domain, replaces them, and loses one (SPEC D6)', async () => {
  await using door = await Door.open({ mailboxes: ['ann@a.example'] })
  const json = async (line: string) => {
    const { out } = await door.tryCli(`${line} --json`)
    return JSON.parse(out) as Shown[]
  }
  const [rsa, ed25519] = await json('dkim records a.example')
  assert.ok(rsa !== undefined && ed25519 !== undefined)
  const words = await door.cli('dkim records a.example')
  assert.match(
    words,
    /^; to be published, not looked for yet\n\d{8}-rsa\._domainkey\.a\.example\. IN TXT \( "v=DKIM1; k=rsa; p=[^"]+" "[^"]+" \)\n; to be published/,
  )
  door.names.zone[rsa.name] = { TXT: [rsa.strings] }

  const some = await door.tryCli('dkim check a.example')
  assert.equal(some.code, 1)
  assert.match(some.out, /^a\.example +\d{8}-rsa +signs +\d{4}-\d\d-\d\d +there\na\.example +\d{8}-ed25519 +to be published +\d{4}-\d\d-\d\d +missing$/m)
  door.names.zone[ed25519.name] = { TXT: [ed25519.strings] }
  assert.match(await door.cli('dkim check a.example'), /-ed25519 +signs .* there$/m)
  assert.equal(await door.cli('health'), 'all is well\n')

  assert.equal((await json('dkim rotate a.example')).length, 4)
  assert.match((await door.tryCli('health')).out, /a new key of a\.example waits for its DNS record/)
  door.names.zone[rsa.name] = { TXT: ['v=DKIM1; p='] }
  await door.tryCli('dkim check a.example')
  assert.match((await door.tryCli('health')).out, /the DNS record of a key of a\.example is not what it was, and the key signs no more/)

  const file = join(door.server.data, 'keys', 'installation.key')
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const key = (await readFile(file, 'latin1')).trim()
  const everything = [words, some.out, JSON.stringify(door.server.log)].join('\n')
  assert.ok(!everything.includes(key) && !everything.includes('PRIVATE KEY'))
})

test('what somebody sends is signed as it leaves, and verified by another (SPEC D6)', async () => {
  const hello = 'S: 220 mx.b.example\nC: EHLO *\nS: 250 mx.b.example\n'
  await using remote = await RemoteMx.start(`${hello}C: MAIL FROM:<*\nS: 250 ok\nC: RCPT TO:<*\nS: 250 ok\nC: DATA\nS: 354 go on\nC: <text>\nS: 250 taken`)
  const zone = { 'b.example': { MX: [[10, 'mx.b.example']] as const }, 'mx.b.example': { A: ['127.0.0.1'] } }
  await using door = await Door.open({ mailboxes: ['ann@a.example'], zone, tables: `[sending]\nport = ${remote.port}` })
  for (const { name, strings } of JSON.parse(await door.cli('dkim records a.example --json')) as Shown[]) door.names.zone[name] = { TXT: [strings] }
  await door.cli('dkim check a.example')
  const mail = 'From: Ann <ann@a.example>\r\nBcc: eve@b.example\r\nSubject: signed\r\n\r\nHello\r\n'
  assert.match(await sendMail(door.server, { from: 'ann@a.example', to: 'ben@b.example', as: 'ann@a.example', text: mail }), /^250 /)
  const text = await eventually('the message at its destination', () => Promise.resolve(remote.texts[0]))
  assert.doesNotMatch(text, /Bcc/)
  const resolver = async (name: string) => {
    const found = door.names.zone[name]?.TXT?.[0]
    if (Array.isArray(found)) return [found]
    throw Object.assign(new Error(name), { code: 'ENOTFOUND' })
  }
  const { dkim } = await authenticateByOthers(Buffer.from(text, 'latin1'), { ip: '127.0.0.1', helo: 'x', mta: 'mx', sender: 'ann@a.example', resolver })
  assert.deepEqual(
    dkim.results.map(({ status, signingDomain }) => `${signingDomain ?? ''} ${status.result}`),
    ['a.example pass', 'a.example pass'],
  )
})
