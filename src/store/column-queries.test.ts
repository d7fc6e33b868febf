import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { runSql } from '../../test/harness/run-sql.ts'
import { openTestStore } from '../../test/harness/store.ts'
import { migrate } from '../database/migrate.ts'
import { journalMigrations } from '../journal/schema.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import { rebuildStateQuery } from './rebuild-state.ts'
import { queueMigrations } from '../queue/schema.ts'
import { storeMigrations } from './schema.ts'

const ann = 1 as AccountId
const inbox = 1 as MailboxId
const message = (...fields: string[]) => `${fields.join('\r\n')}\r\n\r\ntext\r\n`

withEachEngine((_name, open) => {
  test('dates, threads and texts come from the index', async (t) => {
    const { store, deliver, clock } = await openTestStore(t, open)
    clock.nowMs = Date.parse('2026-11-22T08:00:00.500Z')
    await deliver(
      message('Message-ID: <1@x>', 'Date: Mon, 23 Nov 2026 01:00:00 +0200', 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'From: Ann <ann@a.example>'),
      ann,
    )
    await deliver(message('Message-ID: <2@x>', 'References: <0@x> <1@x>', 'Subject: Re: Gr\xfc\xdfe', 'To: Team: b@b.example, "C" <c@c.example>;'), ann)
    await deliver(message('Subject:'), ann)
    const dates = await store.dates(ann, inbox, 1, 99)
    assert.deepEqual([...dates.uids], [1, 2, 3])
    assert.deepEqual(
      [...dates.sentS],
      ['2026-11-22T23:00:00Z', '2026-11-22T08:00:00Z', '2026-11-22T08:00:00Z'].map((text) => Date.parse(text) / 1000),
    )
    assert.deepEqual([...dates.sentDay], [Date.parse('2026-11-23') / 86_400_000, Number.NaN, Number.NaN])
    assert.deepEqual([...dates.internalDateMs], [clock.nowMs, clock.nowMs, clock.nowMs])
    assert.equal(dates.next, undefined)

    const threads = await store.threads(ann, inbox, 1, 99)
    assert.deepEqual([...threads.referencesEnd], [0, 2, 2])
    assert.equal(threads.references[1], threads.idHash[0])
    assert.equal(threads.subjectHash[1], (threads.subjectHash[0] ?? 0) + 1)
    assert.equal(threads.subjectHash[2], 0)

    const text = async (of: Parameters<typeof store.texts>[4]) => (await store.texts(ann, inbox, 1, 99, of)).text.split('\0')
    assert.deepEqual(await text('subject'), ['grüsse', 're: grüsse', '\u0001'])
    assert.deepEqual(await text('from'), ['ann <ann@a.example>', '', ''])
    assert.deepEqual(await text('to'), ['', 'team\nb@b.example\nc <c@c.example>\n', ''])
    assert.deepEqual(await text('message-id'), ['<1@x>', '<2@x>', ''])
    assert.deepEqual(await text('sort-subject'), ['GRU\u0308ßE', 'GRU\u0308ßE', ''])
    assert.deepEqual(await text('sort-from'), ['ANN', '', ''])
    assert.deepEqual(await text('sort-display-from'), ['ANN', '', ''])
    assert.deepEqual(await text('sort-display-to'), ['', 'TEAM', ''])
    assert.deepEqual([...(await store.texts(ann, inbox, 2, 2, 'subject')).starts], [0])
  })

  test('pages of columns go on where they ended', async (t) => {
    const { store } = await openTestStore(t, open)
    await store.mailboxes(ann)
    const octets = Buffer.from(message(`Subject: ${'x'.repeat(9_000)}`))
    const messages = [{ sizeOctets: octets.length, flags: { system: 0, keywords: '' }, internalDateMs: 0 }]
    await Promise.all(Array.from({ length: 520 }, () => store.append(ann, inbox, { octets: [octets], messages })))
    const first = await store.texts(ann, inbox, 1, 999, 'subject')
    assert.ok(first.uids.length < 70, 'by their characters')
    assert.equal(first.next, first.uids.length + 1)
    const short = await store.texts(ann, inbox, 1, 999, 'from')
    assert.equal(short.next, 501)
    assert.deepEqual((await store.texts(ann, inbox, 501, 999, 'from')).uids.length, 20)
  })

  test('an index of an earlier version is made anew', async (t) => {
    const earlier = [...journalMigrations, ...queueMigrations, ...storeMigrations.filter(({ id }) => id <= 4)]
    for (const used of [true, false]) {
      const database = await open(t, {
        migrations: earlier,
        threadEntry: new URL('../../test/harness/store-thread.ts', import.meta.url),
        threadData: { contentFolder: '' },
      })
      if (used) await database.change(runSql, ["INSERT INTO log_position (log, segment, log_offset) VALUES ('content', 1, 0)"])
      await migrate(database, [...journalMigrations, ...queueMigrations, ...storeMigrations])
      assert.equal((await database.query(rebuildStateQuery, {}))?.phase, used ? 'baselines' : undefined)
    }
  })
})
