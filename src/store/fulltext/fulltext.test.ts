import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silent } from '../../base/log.ts'
import { holds } from '../../fulltext/holds.ts'
import { fold } from '../../message/fold.ts'
import { pieceText, searchedPieces } from '../../fulltext/pieces.ts'
import type { AccountId, MailboxId } from '../../mail/ids.ts'
import { decodeParts } from '../../message/parts.ts'
import { type OpenDatabase, withEachEngine } from '../../../test/harness/database.ts'
import { Random, seedOfRun } from '../../../test/harness/random.ts'
import { readSql } from '../../../test/harness/run-sql.ts'
import { openTestStore, type TestStore } from '../../../test/harness/store.ts'
import { compact } from '../compact.ts'
import { rebuild } from '../rebuild.ts'
import type { WantedText } from './candidates.ts'
import { indexStep } from './indexing.ts'
import { blockEmails } from './rows.ts'
import { fulltextTables } from './tables.ts'
import { TextIndex, type TextIndexMode } from './text-index.ts'
import { type TextWork, textWork } from './work.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const inbox = 1 as MailboxId
const noFlags = { system: 0, keywords: '' }
const corpus = path.join(import.meta.dirname, '../../../test/corpus')

const plain = (text: string) => `From: bob@b.example\r\nSubject: hello\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`

/** In this order, so that the first of an empty inbox has UID 1. */
async function add(server: TestStore, accountId: AccountId, messages: readonly (string | Uint8Array)[]): Promise<void> {
  await server.store.mailboxes(accountId)
  const octets = messages.map((message) => Buffer.from(message))
  const all = octets.map(({ length }) => ({ sizeOctets: length, flags: noFlags, internalDateMs: undefined }))
  assert.ok((await server.store.append(accountId, inbox, { octets, messages: all })).done)
  // The text index reads the database by itself.
  await server.store.settled()
}

async function index(server: TestStore, ...accounts: readonly AccountId[]): Promise<void> {
  const work = textWork(server.content)
  for (const accountId of accounts) while (await indexStep({ database: server.database, work }, accountId));
}

/** UIDs that the index names; undefined: it cannot tell. */
async function candidates(server: TestStore, accountId: AccountId, wanted: WantedText): Promise<number[] | undefined> {
  const [uids] = await server.store.textCandidates(accountId, inbox, [wanted])
  return uids && [...uids]
}

const body = (text: string): WantedText => ({ in: 'body', text })

/** Every text of every message, by UID, as a search without an index reads it. */
async function readAll(server: TestStore, accountId: AccountId): Promise<Map<number, { readonly body: string[]; readonly header: string[] }>> {
  const texts = new Map<number, { readonly body: string[]; readonly header: string[] }>()
  for await (const page of server.store.messages(accountId, inbox, [[1, 0xffff_ffff]], { parts: true })) {
    for (const message of page) {
      const read = { body: [] as string[], header: [] as string[] }
      const top = decodeParts(message.parts)
      assert.ok(top)
      for (const piece of searchedPieces(top, { prefixLength: message.body.prefixLength, sizeBytes: message.sizeBytes })) {
        read[piece.field].push(pieceText(piece, await server.store.read(message.body, piece.start, piece.end)))
      }
      texts.set(message.uid, read)
    }
  }
  return texts
}

async function count(server: TestStore, table: string): Promise<number> {
  const [row] = await server.database.query(readSql, { sql: `SELECT COUNT(*) AS n FROM ${table}` })
  return Number(row?.['n'])
}

async function openServer(context: TestContext, open: OpenDatabase): Promise<TestStore> {
  return openTestStore(context, open, { segmentBytes: 100_000 })
}

withEachEngine((_, open) => {
  test('the index names every message that holds a text, whatever the messages are', async (context) => {
    const random = new Random(seedOfRun())
    context.diagnostic(`seed ${random.seed}`)
    const server = await openServer(context, open)
    const messages: (string | Uint8Array)[] = readdirSync(corpus)
      .filter((name) => name.endsWith('.eml'))
      .map((name) => readFileSync(path.join(corpus, name)))
    assert.ok(messages.length > 5)
    while (messages.length < 100) messages.push(someMessage(random))
    await add(server, ann, messages)
    await index(server, ann)
    const texts = await readAll(server, ann)
    let told = 0
    for (let run = 0; run < 300; run++) {
      const from = random.pick([...texts.values()])
      const text = random.pick([...from.body, ...from.header])
      const start = random.between(0, Math.max(0, text.length - 1))
      const wanted: WantedText = { in: random.pick(['body', 'text']), text: text.slice(start, start + random.between(2, 30)) }
      const needle = fold(wanted.text)
      const holding = [...texts].filter(([, { body: bodies, header }]) =>
        [...bodies, ...(wanted.in === 'text' ? header : [])].some((one) => holds(one, needle)),
      )
      const named = await candidates(server, ann, wanted)
      if (named === undefined) continue
      told++
      for (const [uid] of holding) assert.ok(named.includes(uid), `${JSON.stringify(wanted)} in ${uid}`)
    }
    assert.ok(told > 200)
  })

  test('a rare word leads to its message alone, in bodies and in headers, and in no other account', async (context) => {
    const server = await openServer(context, open)
    await add(server, ann, [plain('nothing to see'), plain('a quillfeather, at last'), plain('more of nothing')])
    await add(server, ben, [plain('ben’s secret is zanzibar'), plain('and nothing else')])
    assert.equal(await candidates(server, ann, body('quillfeather')), undefined, 'not there yet')
    await index(server, ann, ben)
    assert.deepEqual(await candidates(server, ann, body('QuillFeather')), [2])
    assert.deepEqual(await candidates(server, ann, body('zanzibar')), [])
    assert.deepEqual(await candidates(server, ben, body('zanzibar')), [1])
    assert.deepEqual(await candidates(server, ann, body('bob@b.example')), [], 'of a header section BODY knows nothing')
    assert.deepEqual(await candidates(server, ann, { in: 'text', text: 'bob@b.example' }), [1, 2, 3])
    assert.equal(await candidates(server, ann, body('of')), undefined, 'too short')
    assert.deepEqual(
      (await server.store.textCandidates(ann, inbox, [body('of'), body('quillfeather'), body('')])).map((uids) => uids && [...uids]),
      [undefined, [2], undefined],
    )
  })

  test('what is newer than the index is named; copies are, where they are; what is deleted is not', async (context) => {
    const server = await openServer(context, open)
    await add(server, ann, [plain('quillfeather'), plain('nothing')])
    await index(server, ann)
    await add(server, ann, [plain('new')])
    assert.deepEqual(await candidates(server, ann, body('quillfeather')), [1, 3])
    await index(server, ann)
    assert.deepEqual(await candidates(server, ann, body('quillfeather')), [1])
    const work = (await server.store.createMailbox(ann, 'Work')).done
    assert.ok(work)
    await server.store.copy(ann, inbox, [[1, 3]], work.mailboxId)
    const [uids] = await server.store.textCandidates(ann, work.mailboxId, [body('quillfeather')])
    assert.deepEqual([...(uids ?? [])], [1])
    await server.store.expunge(ann, inbox, [[1, 1]], { deletedOnly: false })
    assert.deepEqual(await candidates(server, ann, body('quillfeather')), [])
    assert.equal(await count(server, 'fulltext_recent'), 3, 'the copy is still there')
    await server.store.expunge(ann, work.mailboxId, [[1, 1]], { deletedOnly: false })
    assert.equal(await count(server, 'fulltext_recent'), 2)
  })

  test('many messages become blocks, which lose what is deleted, and a removed account leaves nothing', async (context) => {
    const server = await openServer(context, open)
    const words = Array.from({ length: blockEmails + 20 }, (_, n) => `word${String(n * 7919).padStart(7, '0')}x`)
    await add(server, ann, words.map(plain))
    await add(server, ben, [plain('of ben')])
    await index(server, ann, ben)
    assert.equal(await count(server, 'fulltext_block'), 1)
    assert.equal(await count(server, 'fulltext_recent'), 21)
    const uidOf = async (word: string | undefined) => candidates(server, ann, body(word ?? ''))
    for (const n of [0, 1, 300, blockEmails - 1, blockEmails, blockEmails + 19]) assert.deepEqual(await uidOf(words[n]), [n + 1], words[n])
    // Compaction moves them, and changes nothing here.
    await server.store.expunge(ann, inbox, [[1, 100]], { deletedOnly: false })
    await index(server, ann)
    assert.deepEqual(await uidOf(words[300]), [301])
    await server.store.expunge(ann, inbox, [[101, 200]], { deletedOnly: false })
    await compact({
      ...server,
      log: silent,
      append: (record, octets) => server.store.record(record, octets),
      alone: (made) => server.store.alone(made),
      pause: () => Promise.resolve(),
    })
    await index(server, ann)
    const [block] = await server.database.query(readSql, { sql: 'SELECT columns, gone FROM fulltext_block' })
    assert.deepEqual({ columns: Number(block?.['columns']), gone: Number(block?.['gone']) }, { columns: blockEmails - 200, gone: 0 })
    assert.deepEqual(await uidOf(words[3]), [])
    for (const n of [200, 300, blockEmails - 1, blockEmails, blockEmails + 19]) assert.deepEqual(await uidOf(words[n]), [n + 1], words[n])
    await server.store.expunge(ann, inbox, [[1, blockEmails]], { deletedOnly: false })
    await index(server, ann)
    assert.equal(await count(server, 'fulltext_block'), 0)
    assert.equal(await count(server, 'fulltext_shard'), 0)
    assert.deepEqual(await uidOf(words[blockEmails + 5]), [blockEmails + 6])
    await server.store.removeAccount(ann)
    assert.equal(await count(server, 'fulltext_recent'), 1)
    assert.equal(await count(server, 'fulltext_state'), 1)
    assert.deepEqual(await candidates(server, ben, body('of ben')), [1])
  })

  test('a rebuild begins the index anew; what was being read when its account went is not added', async (context) => {
    const server = await openServer(context, open)
    await add(server, ann, [plain('quillfeather'), plain('nothing')])
    await index(server, ann)
    await rebuild({ ...server, clock: { now: () => 0 }, log: silent })
    assert.equal(await candidates(server, ann, body('quillfeather')), undefined)
    await index(server, ann)
    assert.deepEqual(await candidates(server, ann, body('quillfeather')), [1])
    await add(server, ben, [plain('one'), plain('two')])
    const work = textWork(server.content)
    const slow: TextWork = {
      ...work,
      async read(emails) {
        await server.store.expunge(ben, inbox, [[1, 1]], { deletedOnly: false })
        return work.read(emails)
      },
    }
    await indexStep({ database: server.database, work: slow }, ben)
    assert.equal(await count(server, 'fulltext_recent'), 3)
    await add(server, ben, [plain('three')])
    await indexStep({ database: server.database, work: { ...work, read: async (emails) => (await server.store.removeAccount(ben), work.read(emails)) } }, ben)
    assert.equal(await count(server, 'fulltext_recent'), 2)
    assert.equal(await count(server, 'fulltext_state'), 1)
  })

  test('a message of which the reading dies may hold anything, and keeps no other from being read', async (context) => {
    const server = await openServer(context, open)
    await add(server, ann, [plain('one'), plain('two'), plain('three')])
    const work = textWork(server.content)
    const deadly: TextWork = {
      ...work,
      read: async (emails) => (emails.some(({ emailId }) => emailId === 2) ? Promise.reject(new Error('dead')) : work.read(emails)),
    }
    await indexStep({ database: server.database, work: deadly }, ann)
    assert.deepEqual(await candidates(server, ann, body('three')), [2, 3])
    const dead: TextWork = { ...work, read: () => Promise.reject(new Error('dead')) }
    await add(server, ann, [plain('four')])
    await assert.rejects(indexStep({ database: server.database, work: dead }, ann))
    assert.deepEqual(await candidates(server, ann, body('four')), [2, 4])
  })

  test('in the background: what was there, what comes, and nothing once it is off', async (context) => {
    const server = await openServer(context, open)
    await add(server, ann, [plain('quillfeather'), plain('nothing')])
    const following = follow(context, server, 'all')
    await becomes(server, 'quillfeather', [1])
    await add(server, ann, [plain('zanzibar'), plain('nothing')])
    await becomes(server, 'zanzibar', [3])
    following.set('off')
    await becomes(server, 'zanzibar', undefined)
    for (const table of fulltextTables) assert.equal(await count(server, table), 0)
    following.set('all')
    await becomes(server, 'zanzibar', [3])
    await following.stop()
    await add(server, ann, [plain('zanzibar')])
    await becomes(server, 'quillfeather', [1, 5])
  })

  test('an account’s index begins with its first search for a text, and goes on from then', async (context) => {
    const server = await openServer(context, open)
    await add(server, ann, [plain('quillfeather'), plain('nothing')])
    await add(server, ben, [plain('nothing')])
    let following = follow(context, server, 'used')
    await becomes(server, 'quillfeather', [1])
    await add(server, ann, [plain('zanzibar'), plain('nothing')])
    await becomes(server, 'zanzibar', [3])
    await following.stop()
    await add(server, ann, [plain('zanzibar'), plain('nothing')])
    following = follow(context, server, 'used')
    await becomes(server, 'zanzibar', [3, 5])
    assert.equal(await count(server, 'fulltext_state'), 1, 'nobody searched in the other account')
    await following.stop()
  })
})

function follow(context: TestContext, server: TestStore, mode: TextIndexMode): TextIndex {
  const following = new TextIndex({ database: server.database, work: textWork(server.content), log: silent, patience: 0.01 }, mode)
  server.store.onStep((step) => following.note(step))
  server.store.onTextWanted((accountId) => void following.want(accountId))
  context.after(() => following.stop())
  return following
}

/** That the index comes to name these of ann's messages. */
async function becomes(server: TestStore, text: string, expected: number[] | undefined): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (JSON.stringify(await candidates(server, ann, body(text))) === JSON.stringify(expected)) return
    await sleep(10)
  }
  assert.deepEqual(await candidates(server, ann, body(text)), expected)
}

function someMessage(random: Random): string {
  const words = () =>
    Array.from({ length: random.between(1, 60) }, () =>
      random.pick(['Straße', 'grün', 'order', 'the', '会議室', 'наука', 'e\u0301te\u0301', 'x<y', '&amp;', '😀']),
    ).join(random.pick([' ', '', '\r\n']))
  const base64 = Buffer.from(words()).toString('base64')
  const html = `<p>${words()}<b>${words()}</b>&uuml;</p><style>${words()}</style>`
  return random.pick([
    plain(words()),
    `Subject: =?utf-8?b?${Buffer.from(words().slice(0, 20)).toString('base64')}?=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`,
    `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n`,
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n--b\r\nContent-Disposition: attachment; filename*=utf-8''%C3%9Cbersicht.pdf\r\n\r\n${words()}\r\n--b--\r\n`,
    `Content-Type: message/rfc822\r\n\r\n${plain(words())}`,
    words(),
  ])
}
