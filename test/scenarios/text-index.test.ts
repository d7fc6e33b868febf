import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import BetterSqlite3 from 'better-sqlite3'
import { makeMessage } from '../harness/corpus.ts'
import { imapClient } from '../harness/imap-client.ts'
import { Player } from '../harness/play.ts'
import { Random, seedOfRun } from '../harness/random.ts'
import { eventually, password, Server } from '../harness/server.ts'

const ann = 'ann@a.example'
const count = 150
const kills = 3

test('the text index goes on after kill -9, and a search finds the same at each moment', async (context) => {
  const random = new Random(seedOfRun())
  context.diagnostic(`seed ${random.seed}`)
  await using server = await Server.start({ mailboxes: [ann] })
  const found = async () => {
    await using client = await imapClient(server, ann)
    await client.mailboxOpen('INBOX')
    return client.search({ body: 'of message 7:' }, { uid: true })
  }
  {
    await using client = await imapClient(server, ann)
    for (let number = 0; number < count; number++) await client.append('INBOX', makeMessage(number))
  }
  const expected = await found()
  assert.deepEqual(expected, [8])
  for (let kill = 0; kill < kills; kill++) {
    await sleep(random.between(0, 1500))
    await server.stop('SIGKILL')
    await server.start()
    assert.deepEqual(await found(), expected)
  }
  await eventually('the index has all messages', async () => ((await position(server)) === count ? true : undefined))
  assert.deepEqual(await found(), expected)
  assert.equal(await server.stop(), 0)
  assert.deepEqual(
    server.log.filter(({ level }) => level === 'error'),
    [],
  )
})

test('word forms are found by the server as it is shipped, in a text that a thread looks through', async () => {
  await using server = await Server.start({ mailboxes: [ann] })
  await using client = await imapClient(server, ann)
  await client.append('INBOX', `Subject: one\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${'many words\r\n'.repeat(20_000)}drei H\u00e4user\r\n`)
  await client.append('INBOX', 'Subject: two\r\n\r\nein Haus\r\n')
  await client.append('INBOX', 'Subject: three\r\n\r\nein Garten\r\n')
  using player = await Player.connect(server.port('imaps'), { tls: true })
  await player.play(`
    S: ...
    C: a LOGIN ${ann} "${password}"
    S: a OK *
    C: b SELECT INBOX
    S: ...
    S: b OK *
    C: c SEARCH FUZZY BODY haeuser
    S: * SEARCH 1 2
    S: c OK *
  `)
})

/** The email up to which the index knows all; 0: none. */
async function position(server: Server): Promise<number> {
  const database = new BetterSqlite3(path.join(server.data, 'posthorn.db'), { readonly: true })
  try {
    const row = database.prepare<[], { upTo: number }>('SELECT up_to_email_id AS "upTo" FROM fulltext_state').get()
    return row?.upTo ?? 0
  } finally {
    database.close()
  }
}
