import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Door } from '../../harness/door.ts'
import { imapClient, newest } from '../../harness/imap-client.ts'
import type { Zone } from '../../harness/name-server.ts'
import { keyZone, makeKey, signByOthers } from '../../harness/signed-mail.ts'
import { eventually } from '../../harness/server.ts'

const ann = 'ann@a.example'
const key = makeKey('signer.example', 's1')
const listed = { A: ['127.0.0.2'] }
const zone: Zone = {
  ...keyZone(key),
  '21.0.0.127.ip.example': listed,
  '22.0.0.127.ip.example': { A: ['127.0.0.10'] },
  '23.0.0.127.ip.example': { A: ['127.255.255.254'] },
  '24.0.0.127.ip.example': { fault: 'servfail' },
  'author.example.names.example': { A: ['127.0.1.2'] },
  'shop.example.names.example': { A: ['127.0.1.2'] },
  'signer.example.names.example': { A: ['127.0.1.8'] },
}

const rules = `
blocklist IP_LIST on
  zone ip.example
  asks client

test OUR_IP 4
  when listed:IP_LIST is "127.0.0.2"
  de Der Server steht auf der Liste der Probe.
  en The server is on the test's list.
  fires "@listed IP_LIST 127.0.0.2\\nSubject: x\\n\\n"
  spares "@listed IP_LIST 127.0.0.10\\nSubject: x\\n\\n"

blocklist NAMES on
  zone names.example
  asks from, dkim, url

test OUR_NAME 2
  when listed:NAMES is "127.0.1.2"
  de Eine Domain steht auf der Liste der Probe.
  en A domain is on the test's list.

test OUR_SIGNER 1
  when listed:NAMES is "&8"
  de Eine Signatur steht auf der Liste der Probe.
  en A signature is on the test's list.
`

const mail = (from: string, text: string) =>
  [`From: ${from}`, 'Subject: x', 'Date: Sun, 22 Nov 2026 10:00:00 +0000', `Message-ID: <1@b.example>`, '', text, ''].join('\r\n')

test('blocklists of the operator are asked about client, author, signer and links, and explained; trouble lists nobody (SPEC A11)', async () => {
  await using door = await Door.open({ zone, mailboxes: [ann], settings: ['reverse-lookup=off', 'greylisting=off', 'spam-action=deliver', 'dmarc=score'] })
  await using imap = await imapClient(door.server, ann)
  let count = 0
  const tests = async (client: string, text: string) => {
    assert.match(await door.send({ to: ann, client, text }), /^250/)
    return [...(await newest(imap, 'INBOX', ++count)).replaceAll(/\r\n\s+/g, ' ').matchAll(/(OUR_\w+)=(\d)/g)]
      .map(([, name, points]) => `${name} ${points}`)
      .sort()
  }
  const plain = mail('Ann <ann@good.example>', 'Hello.')
  const before = await door.questions(() => tests('127.0.0.21', plain))
  assert.ok(!before.some((question) => question.includes('ip.example')), 'nothing is asked that nobody switched on')

  await mkdir(join(door.server.data, 'rules'), { recursive: true })
  await writeFile(join(door.server.data, 'rules', 'own.rules'), rules)
  await eventually('the rules are in force', async () => ((await tests('127.0.0.21', plain)).length > 0 ? true : undefined))
  assert.deepEqual(await tests('127.0.0.21', plain), ['OUR_IP 4'])
  assert.deepEqual(await tests('127.0.0.22', plain), [], 'a code that no test names')
  assert.deepEqual(await tests('127.0.0.25', plain), [])
  assert.deepEqual(await tests('127.0.0.25', mail('Ann <ann@mail.author.example>', 'Hello.')), ['OUR_NAME 2'])
  const signed = await signByOthers(mail('Ann <ann@good.example>', 'See http://www.shop.example/'), key)
  assert.deepEqual(await tests('127.0.0.21', signed), ['OUR_IP 4', 'OUR_NAME 2', 'OUR_SIGNER 1'])
  assert.deepEqual(
    await tests('127.0.0.25', signed.replace('Hello', 'Hi').replace(/bh=../, 'bh=AA')),
    ['OUR_NAME 2'],
    'a signature that does not verify proves no signer',
  )

  const told = await door.cli(`journal --address ${ann} --since 1h`)
  assert.match(told, /^ {6}4 OUR_IP: The server is on the test's list\.$/m)
  assert.deepEqual(await door.cli('health'), 'all is well\n')
  const { err } = await door.tryCli(`journal --address ${ann} --limit 1`)
  assert.match(err, /posthorn learn spam --id [0-9A-Z]{16}/)

  assert.deepEqual(await tests('127.0.0.23', plain), [], 'a list that will not answer us')
  assert.deepEqual(await tests('127.0.0.24', plain), [])
  const health = await door.tryCli('health')
  assert.equal(health.code, 1)
  assert.match(health.out, /the blocklist ip\.example left 2 of \d+ questions unanswered lately \(server failure\)/)
})
