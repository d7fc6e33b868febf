import assert from 'node:assert/strict'
import { mkdtemp, open as openFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { runSql } from '../../test/harness/run-sql.ts'
import { type Log, type LogFields, silent } from '../base/log.ts'
import type { Location } from '../content/content.ts'
import { segmentPath } from '../content/segment-files.ts'
import { openSegments, type SegmentLog } from '../content/segments.ts'
import type { Database } from '../database/database.ts'
import { journalMigrations } from '../journal/schema.ts'
import { searchJournal } from '../journal/search.ts'
import type { AccountId, MailboxId, QueueId } from '../mail/ids.ts'
import { textSearch } from './fulltext/work.ts'
import { LogMissing } from './heal-log.ts'
import { IndexedStore } from './indexed-store.ts'
import { encodeRecord } from './pack-record.ts'
import type { MailRecord } from './record.ts'
import { type Rebuilt, rebuild } from './rebuild.ts'
import { beginRebuildChange } from './rebuild-state.ts'
import { queueMigrations } from '../queue/schema.ts'
import { storeMigrations } from './schema.ts'
import { unappliedQuery } from './unapplied.ts'
import { verify } from './verify.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const inbox = 1 as MailboxId
const all = [[1, 0xffff_ffff]] as const
const nowMs = 1_700_000_000_000
const clock = { now: () => nowMs }

/** A store whose log and index the test may damage between `close` and `open`. */
class Bench {
  readonly folder: string
  readonly database: Database
  readonly errors: string[] = []
  readonly #log: Log = { ...silent, error: (event: string, _fields?: LogFields) => void this.errors.push(event) }
  #content: SegmentLog | undefined
  #store: IndexedStore | undefined

  private constructor(folder: string, database: Database) {
    this.folder = folder
    this.database = database
  }

  static async make(context: TestContext, open: OpenDatabase, threadEntry = new URL('../../test/harness/store-thread.ts', import.meta.url)): Promise<Bench> {
    const folder = await mkdtemp(path.join(tmpdir(), 'posthorn-step-'))
    context.after(() => rm(folder, { recursive: true, force: true }))
    const database = await open(context, {
      migrations: [...journalMigrations, ...queueMigrations, ...storeMigrations],
      threadEntry,
      threadData: { contentFolder: folder },
    })
    const bench = new Bench(folder, database)
    context.after(() => bench.close())
    await bench.open()
    return bench
  }

  get content(): SegmentLog {
    if (this.#content === undefined) throw new Error('not open')
    return this.#content
  }

  get store(): IndexedStore {
    if (this.#store === undefined) throw new Error('not open')
    return this.#store
  }

  async open(): Promise<void> {
    this.#content = await openSegments({ folder: this.folder, log: silent })
    this.#store = await IndexedStore.open({
      content: this.#content,
      database: this.database,
      texts: textSearch(this.#content),
      clock,
      log: this.#log,
      quotaOf: async () => undefined,
    })
  }

  async close(): Promise<void> {
    await this.#store?.close()
    await this.#content?.close()
    this.#store = undefined
    this.#content = undefined
  }

  /** Mail from outside, in the log; the index may fail to take it. Resolves to where it is. */
  async deliver(subject: string, ...accounts: AccountId[]): Promise<Location> {
    const from = this.content.end()
    await this.store.deliver(mailRecord(subject, accounts), [Buffer.from(mail(subject))])
    await this.store.settled()
    for await (const { location } of this.content.scan(from)) return location
    throw new Error('nothing was appended')
  }

  /** `UID subject` of each message in the inbox. */
  async inbox(accountId: AccountId): Promise<string[]> {
    const found: string[] = []
    for await (const page of this.store.messages(accountId, inbox, all, {})) {
      for (const { uid, body, sizeBytes } of page) {
        const text = Buffer.from(await this.store.read(body, 0, sizeBytes)).toString()
        found.push(`${uid} ${/^Subject: (.*)\r$/m.exec(text)?.[1]}`)
      }
    }
    return found
  }

  async uidValidity(): Promise<number | undefined> {
    return (await this.store.mailboxes(ann))[0]?.uidValidity
  }

  async journalRows(): Promise<number> {
    const rows = []
    for await (const { queueId } of searchJournal(this.database, {})) rows.push(queueId)
    return rows.length
  }

  async faults(): Promise<string[]> {
    return (await verify(this)).faults.map(({ kind }) => kind)
  }

  sql(...statements: string[]): Promise<unknown> {
    return this.database.change(runSql, statements)
  }

  /** As the command does it: nobody else is there. */
  async rebuild(onProgress: () => void = () => {}): Promise<Rebuilt> {
    await this.close()
    const content = await openSegments({ folder: this.folder, log: silent })
    let rebuilt: Rebuilt
    try {
      rebuilt = await rebuild({ content, database: this.database, clock, log: this.#log, onProgress })
    } finally {
      await content.close()
    }
    await this.open()
    return rebuilt
  }

  async flip({ segment, offset }: Location): Promise<void> {
    const file = await openFile(segmentPath(this.folder, segment), 'r+')
    const octet = Buffer.alloc(1)
    await file.read(octet, 0, 1, offset)
    await file.write(Buffer.from([(octet[0] ?? 0) ^ 1]), 0, 1, offset)
    await file.close()
  }

  async truncate({ segment, offset }: Location): Promise<void> {
    const file = await openFile(segmentPath(this.folder, segment), 'r+')
    await file.truncate(offset)
    await file.close()
  }
}

const mail = (subject: string) => `From: bob@b.example\r\nSubject: ${subject}\r\n\r\nHello.\r\n`

function mailRecord(subject: string, accounts: readonly AccountId[]): MailRecord {
  return {
    kind: 'mail',
    queueId: `queue-${subject}` as QueueId,
    atMs: nowMs,
    reversePath: 'bob@b.example',
    clientIp: '192.0.2.1',
    helo: undefined,
    destinations: accounts.map((accountId) => ({ accountId, prefixStart: 0, prefixLength: 0 })),
    recipients: [{ address: 'ann@a.example', addressId: 1, customerId: 1, accountId: accounts[0] ?? ann, clientName: undefined, checks: [] }],
    octetsStart: 0,
  }
}

withEachEngine((engine, open) => {
  // On PostgreSQL it would be the server's own.
  if (engine === 'sqlite')
    test('a message that ends the thread that takes it apart', async (context) => {
      const bench = await Bench.make(context, open, new URL('../../test/harness/deadly-thread.ts', import.meta.url))
      await bench.deliver('first', ann)
      await bench.deliver('this ends the thread', ann)
      await bench.deliver('third', ann)
      assert.deepEqual(await bench.inbox(ann), ['1 first', '2 this ends the thread', '3 third'])
      assert.deepEqual(await bench.faults(), ['unapplied-record'])
    })

  test('a record that cannot be applied is set aside; mail of others goes on; a rebuild brings it, and UIDs stay', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.deliver('first', ann)
    // The next message for ann has the number of one that is there.
    await bench.sql('UPDATE account_state SET next_email_id = 1 WHERE account_id = 1')
    const poison = await bench.deliver('poison', ann)
    await bench.deliver('for ben', ben)
    assert.deepEqual(await bench.inbox(ben), ['1 for ben'])
    const append = bench.store.append(ann, inbox, {
      octets: [Buffer.from(mail('appended'))],
      messages: [{ sizeOctets: mail('appended').length, flags: { system: 0, keywords: '' }, internalDateMs: undefined }],
    })
    await assert.rejects(append, /could not be applied/)
    await bench.store.settled()
    const unapplied = await bench.database.query(unappliedQuery, {})
    assert.deepEqual(
      unapplied.map(({ from, state, inLog }) => ({ from, state, inLog })),
      [
        { from: poison, state: 'aside', inLog: true },
        { from: unapplied[1]?.from, state: 'aside', inLog: true },
      ],
    )
    assert.deepEqual(await bench.faults(), ['unapplied-record', 'unapplied-record'])
    assert.ok(bench.errors.some((event) => event.startsWith('a record was set aside')))

    await bench.sql('UPDATE account_state SET next_email_id = 10 WHERE account_id = 1')
    await bench.deliver('third', ann)
    await bench.deliver('fourth', ann)
    assert.deepEqual(await bench.inbox(ann), ['1 first', '2 third', '3 fourth'])
    await bench.store.expunge(ann, inbox, [[2, 2]], { deletedOnly: false })
    for (const retried of [2, 0]) {
      assert.equal((await bench.rebuild()).retried, retried)
      assert.deepEqual(await bench.inbox(ann), ['1 first', '3 fourth', '4 poison', '5 appended'])
      assert.deepEqual(await bench.inbox(ben), ['1 for ben'])
      assert.deepEqual(await bench.faults(), [])
    }
  })

  test('what was set aside when the process ended is said in the log by the next one', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.deliver('first', ann)
    await bench.sql('UPDATE account_state SET next_email_id = 1 WHERE account_id = 1')
    await bench.deliver('poison', ann)
    await bench.sql('UPDATE account_state SET next_email_id = 10 WHERE account_id = 1', 'UPDATE unapplied SET in_log = 0')
    const before = bench.content.end()
    await bench.close()
    await bench.open()
    await bench.store.settled()
    assert.deepEqual(
      (await bench.database.query(unappliedQuery, {})).map(({ inLog }) => inLog),
      [true],
    )
    assert.notDeepEqual(bench.content.end(), before)
    assert.equal((await bench.rebuild()).retried, 1)
    assert.deepEqual(await bench.inbox(ann), ['1 first', '2 poison'])
  })

  test('a message whose journal entry cannot be written is there all the same', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.sql('ALTER TABLE journal RENAME TO journal_away')
    await bench.deliver('without journal', ann)
    await bench.sql('ALTER TABLE journal_away RENAME TO journal')
    await bench.deliver('with journal', ann)
    assert.deepEqual(await bench.inbox(ann), ['1 without journal', '2 with journal'])
    assert.deepEqual(await bench.faults(), ['unapplied-record'])
    await bench.rebuild()
    assert.deepEqual(await bench.inbox(ann), ['1 without journal', '2 with journal'])
    assert.deepEqual(await bench.faults(), [])
  })

  test('a record of a later version does not stop the others', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.content.append({ header: Buffer.from('{"kind":"of next year"}'), octets: [] })
    await bench.content.append({ header: Buffer.from('not even JSON'), octets: [] })
    await bench.deliver('after', ann)
    assert.deepEqual(await bench.inbox(ann), ['1 after'])
    assert.deepEqual(await bench.faults(), ['unapplied-record', 'unapplied-record'])
    await bench.rebuild()
    assert.deepEqual(await bench.inbox(ann), ['1 after'])
  })

  test('what cannot be read before the index has it is passed over, here and in a rebuild', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.deliver('first', ann)
    const { location } = await bench.content.append({ header: encodeRecord(mailRecord('damaged', [ann])), octets: [Buffer.from(mail('damaged'))] })
    await bench.content.append({ header: encodeRecord(mailRecord('next', [ann])), octets: [Buffer.from(mail('next'))] })
    await bench.flip({ ...location, offset: location.offset + 40 })
    await bench.deliver('last', ann)
    assert.deepEqual(await bench.inbox(ann), ['1 first', '2 next', '3 last'])
    assert.deepEqual(new Set(await bench.faults()), new Set(['damaged-record', 'unapplied-record']))
    const validity = await bench.uidValidity()
    assert.equal((await bench.rebuild()).lostParts, 0)
    assert.deepEqual(await bench.inbox(ann), ['1 first', '2 next', '3 last'])
    assert.equal(await bench.uidValidity(), validity)
  })

  test('a rebuild from a log that was damaged later never removes a message for another', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.deliver('first', ann)
    const damaged = await bench.deliver('damaged', ann)
    for (const subject of ['third', 'fourth', 'fifth']) await bench.deliver(subject, ann)
    // In a log without the second message, this would be the fourth.
    await bench.store.expunge(ann, inbox, [[3, 3]], { deletedOnly: false })
    const validity = (await bench.uidValidity()) ?? 0
    await bench.flip({ ...damaged, offset: damaged.offset + 40 })
    assert.equal((await bench.rebuild()).lostParts, 1)
    assert.deepEqual(
      (await bench.inbox(ann)).map((line) => line.replace(/^\d+ /, '')),
      ['first', 'third', 'fourth', 'fifth'],
    )
    assert.ok(((await bench.uidValidity()) ?? 0) > validity)
    // What came in since is found again by the next one.
    await bench.deliver('sixth', ann)
    const before = await bench.inbox(ann)
    assert.equal((await bench.rebuild()).lostParts, 1)
    assert.deepEqual(await bench.inbox(ann), before)
  })

  test('a rebuild that was ended goes on before anybody uses the index', async (context) => {
    const bench = await Bench.make(context, open)
    for (const subject of ['first', 'second', 'third']) await bench.deliver(subject, ann, ben)
    await bench.store.expunge(ann, inbox, [[2, 2]], { deletedOnly: false })
    const journal = await bench.journalRows()
    await bench.close()
    await bench.database.change(beginRebuildChange, {})
    await bench.open()
    assert.deepEqual(await bench.inbox(ann), ['1 first', '3 third'])
    const interrupted = bench.rebuild(() => {
      throw new Error('somebody pulls the plug')
    })
    await assert.rejects(interrupted, /plug/)
    await bench.open()
    assert.deepEqual(await bench.inbox(ann), ['1 first', '3 third'])
    assert.deepEqual(await bench.inbox(ben), ['1 first', '2 second', '3 third'])
    assert.deepEqual(await bench.faults(), [])
    assert.equal(await bench.journalRows(), journal)
  })

  test('verify does not take for a fault what happens meanwhile', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.deliver('first', ann)
    const { content, database } = bench
    const busy: Database = {
      engine: database.engine,
      change: (change, args) => database.change(change, args),
      close: () => database.close(),
      async query(query, args) {
        await bench.deliver('meanwhile', ann)
        return await database.query(query, args)
      },
    }
    assert.deepEqual((await verify({ content, database: busy })).faults, [])
  })

  test('a log that ends before what the index knows goes on in a new segment, and both agree again', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.deliver('first', ann, ben)
    const lost = await bench.deliver('lost', ann)
    await bench.store.setFlags(ann, inbox, [[1, 1]], 'add', { system: 4, keywords: '' })
    await bench.close()
    await bench.truncate({ ...lost, offset: lost.offset + 10 })
    await bench.open()
    assert.deepEqual(await bench.inbox(ann), ['1 first'])
    assert.deepEqual(bench.errors, [
      'the log ends before what the index knows: records were lost that had been synced',
      'a message is lost',
      'the log goes on in a new segment',
    ])
    const next = await bench.deliver('next', ann)
    assert.ok(next.segment > lost.segment)
    assert.deepEqual(await bench.inbox(ann), ['1 first', '3 next'])
    assert.deepEqual(await bench.faults(), [])
    // Healed once and for all.
    await bench.close()
    await bench.open()
    assert.equal(bench.errors.length, 3)
    await bench.rebuild()
    assert.deepEqual(await bench.inbox(ann), ['1 first', '3 next'])
    assert.deepEqual(await bench.inbox(ben), ['1 first'])
    assert.deepEqual(await bench.faults(), [])
  })

  test('a message whose octets are torn is taken out, not shown in part', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.deliver('first', ann)
    await bench.deliver('last', ann)
    await bench.close()
    await bench.flip({ segment: 1, offset: (await endOfFile(segmentPath(bench.folder, 1))) - 3 })
    await bench.open()
    assert.deepEqual(await bench.inbox(ann), ['1 first'])
    await bench.deliver('next', ann)
    await bench.rebuild()
    assert.deepEqual(await bench.inbox(ann), ['1 first', '3 next'])
    assert.deepEqual(await bench.faults(), [])
  })

  test('without any log, the index is not trusted', async (context) => {
    const bench = await Bench.make(context, open)
    await bench.deliver('first', ann)
    await bench.close()
    await rm(bench.folder, { recursive: true })
    await assert.rejects(bench.open(), LogMissing)
  })
})

async function endOfFile(file: string): Promise<number> {
  const handle = await openFile(file)
  const { size } = await handle.stat()
  await handle.close()
  return size
}
