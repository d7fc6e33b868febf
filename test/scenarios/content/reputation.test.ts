import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gtube } from '../../../src/spam/test-strings.ts'
import { Door } from '../../harness/door.ts'
import { imapClient, newest } from '../../harness/imap-client.ts'
import { keyZone, makeKey, signByOthers } from '../../harness/signed-mail.ts'
import { eventually } from '../../harness/server.ts'
import type { ReputationKind, Standing } from '../../../src/protection/reputation.ts'

const ann = 'ann@a.example'
const bob = 'bob@a.example'
const key = makeKey('good.example', 's1')
const zone = { ...keyZone(key), '_dmarc.good.example': { TXT: ['v=DMARC1; p=none'] } }
const settings = ['reverse-lookup=off', 'greylisting=off', 'spam-action=deliver', 'connection-limits=off']

let number = 0
const mail = (text: string) =>
  [`From: Gus <gus@good.example>`, 'Subject: hello', 'Date: Sun, 22 Nov 2026 10:00:00 +0000', `Message-ID: <${++number}@good.example>`, '', text, ''].join(
    '\r\n',
  )

async function standing(door: Door, of: string, kind: ReputationKind): Promise<Standing> {
  const { out } = await door.tryCli(['reputation', 'show', of, '--json'])
  const found = (JSON.parse(out) as Standing[]).find((each) => each.kind === kind)
  assert.ok(found)
  return found
}

test('reputation: of address, network and proven domain, from verdicts, guessed recipients and what people move; it lasts (SPEC A11)', async () => {
  await using door = await Door.open({ zone, mailboxes: [ann, bob], settings })
  await using imap = await imapClient(door.server, ann)
  assert.equal((await door.tryCli('reputation show 127.0.0.20')).code, 1)
  assert.match(await door.send({ to: ann, client: '127.0.0.20', text: await signByOthers(mail('Are you coming on Friday?'), key) }), /^250/)
  await eventually('it is noted', async () => ((await standing(door, '127.0.0.20', 'address')).good > 0.9 ? true : undefined))
  assert.ok((await standing(door, 'good.example', 'domain')).good > 0.9)
  assert.ok((await standing(door, '127.0.0.77', 'network')).good > 0.9)

  // Who is not who he says he is does nothing for the domain; a test string proves nothing of anybody.
  assert.match(await door.send({ to: ann, client: '127.0.1.21', text: mail('Are you coming on Friday?').replaceAll('good.example', 'other.example') }), /^250/)
  await eventually('it is noted', async () => ((await standing(door, '127.0.1.21', 'address')).good > 0.9 ? true : undefined))
  assert.equal((await standing(door, 'other.example', 'domain')).good, 0)
  assert.match(await door.send({ to: ann, client: '127.0.2.22', text: mail(gtube) }), /^250/)
  assert.equal((await standing(door, '127.0.2.22', 'address')).bad, 0)

  // A word of a mailbox about a message, once.
  await newest(imap, 'INBOX', 3)
  const lock = await imap.getMailboxLock('INBOX')
  await imap.messageMove('1', 'spam')
  lock.release()
  await eventually('it was learned', async () => ((await standing(door, 'good.example', 'domain')).bad > 0.9 ? true : undefined))
  assert.ok((await standing(door, '127.0.0.20', 'address')).bad > 0.9)

  // The same by the journal: another mailbox's word.
  assert.match(await door.send({ to: bob, client: '127.0.0.20', text: await signByOthers(mail('Are you coming on Sunday?'), key) }), /^250/)
  const queueId = await eventually('the journal has it', async () => /\s([0-9A-Z]{16})\s+bob@/.exec(await door.cli(`journal --address ${bob} --limit 1`))?.[1])
  await door.cli(['learn', 'spam', '--id', queueId])
  assert.ok((await standing(door, '127.0.0.20', 'address')).bad > 1.9)
  await door.cli(['learn', 'spam', '--id', queueId])
  assert.ok((await standing(door, '127.0.0.20', 'address')).bad < 2.1)

  // Guessing addresses.
  for (let n = 0; n < 2; n++) assert.match(await door.try({ to: `nobody${n}@a.example`, client: '127.0.3.23' }), /^550 5\.1\.1/)
  await eventually('it is noted', async () => ((await standing(door, '127.0.3.23', 'address')).bad > 0.2 ? true : undefined))

  await door.server.stop()
  assert.ok((await standing(door, 'good.example', 'domain')).bad > 0.9, 'it lasts, and is shown without a server')
  await door.server.start()
  assert.ok((await standing(door, '127.0.0.20', 'address')).good > 0.9)
  await door.cli('reputation forget good.example')
  assert.deepEqual(await standing(door, 'good.example', 'domain'), { kind: 'domain', name: 'good.example', bad: 0, good: 0, value: 0 })
  assert.equal((await door.tryCli('reputation show nonsense')).code, 1)
})
