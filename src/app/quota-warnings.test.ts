import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { at } from '../../test/harness/directory.ts'
import { silent } from '../base/log.ts'
import { openSegments } from '../content/segments.ts'
import { addMailbox, setQuota } from '../directory/change/addresses.ts'
import { addDomain } from '../directory/change/organisation.ts'
import { setAddressSettings } from '../directory/change/settings.ts'
import { Directory } from '../directory/directory.ts'
import { searchJournal } from '../journal/search.ts'
import type { MailboxId } from '../mail/ids.ts'
import { IndexedStore } from '../store/indexed-store.ts'
import { textSearch } from '../store/fulltext/work.ts'
import { rebuild } from '../store/rebuild.ts'
import { verify } from '../store/verify.ts'
import { migrations } from './catalogue.ts'
import { startQuotaWarnings } from './quota-warnings.ts'

const inbox = 1 as MailboxId
const quotaBytes = 100_000

async function office(context: TestContext, open: OpenDatabase) {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-quota-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const content = await openSegments({ folder, log: silent })
  const threadEntry = new URL('../../test/harness/store-thread.ts', import.meta.url)
  const database = await open(context, { migrations, threadEntry, threadData: { contentFolder: folder } })
  const clock = { now: () => Date.UTC(2026, 4, 1, 12) }
  const directory = await Directory.open({ database, clock, log: silent })
  const store = await IndexedStore.open({
    content,
    database,
    texts: textSearch(content),
    clock,
    log: silent,
    quotaOf: (accountId) => directory.quotaOf(accountId),
  })
  await directory.change(addDomain, 'test', { name: 'a.example', customer: undefined })
  const made = await directory.change(addMailbox, 'test', { address: at('ann@a.example'), quotaBytes, credentials: [] })
  assert.ok(made.done, JSON.stringify(made))
  const { accountId } = made.done
  await store.mailboxes(accountId)
  let warnings: ReturnType<typeof startQuotaWarnings> | undefined
  const start = () =>
    (warnings = startQuotaWarnings({ directory, database, store, clock, log: silent, config: { hostname: 'mx.a.example' }, noteEvents: async () => {} }))
  context.after(async () => {
    await warnings?.stop()
    await store.close()
    directory.close()
    await content.close()
  })
  const settled = async () => {
    await store.settled()
    await warnings?.settled()
  }
  return {
    ...{ content, database, clock, directory, store, accountId, start, settled },
    refused: () => warnings?.refused(accountId),
    async stop() {
      await warnings?.stop()
      warnings = undefined
    },
    /** Mail that makes the mailbox as full as this. */
    async fill(percent: number) {
      const { usedBytes } = await store.usage(accountId)
      const octets = Buffer.alloc((quotaBytes * percent) / 100 - usedBytes, 'x')
      const outcome = await store.append(accountId, inbox, {
        octets: [octets],
        messages: [{ sizeOctets: octets.length, flags: { system: 0, keywords: 'Filling' }, internalDateMs: 1 }],
      })
      assert.ok(outcome.done)
      await settled()
    },
    async remove(what: 'Filling' | 'all') {
      const uids: [number, number][] = []
      for await (const page of store.messages(accountId, inbox, [[1, 0xffff_ffff]], {}))
        for (const { uid, keywords } of page) if (what === 'all' || keywords === what) uids.push([uid, uid])
      await store.expunge(accountId, inbox, uids, { deletedOnly: false })
      await settled()
    },
    async told(): Promise<string[]> {
      const subjects: string[] = []
      for await (const page of store.messages(accountId, inbox, [[1, 0xffff_ffff]], {})) {
        for (const message of page) {
          if (message.keywords === 'Filling') continue
          const text = Buffer.from(await store.read(message.body, 0, message.sizeBytes)).toString()
          subjects.push(/^Subject: (.*)$/m.exec(text)?.[1]?.trim() ?? '')
        }
      }
      return subjects
    },
  }
}

withEachEngine((_, open) => {
  test('at 70 %, 90 % and full, once for each crossing, past the quota too (SPEC C6)', async (context) => {
    const o = await office(context, open)
    o.start()
    await o.fill(69)
    assert.deepEqual(await o.told(), [])
    await o.fill(71)
    await o.fill(80)
    const told = ['Your mailbox is 70 % full']
    assert.deepEqual(await o.told(), told)
    await o.fill(91)
    told.push('Your mailbox is 90 % full')
    assert.deepEqual(await o.told(), told)
    // Full for a message that is larger than what is left: the warning is not asked whether there is room.
    await o.fill(99.9 - 1)
    o.refused()
    o.refused()
    await o.settled()
    told.push('Your mailbox is full')
    assert.deepEqual(await o.told(), told)
    o.refused()
    await o.settled()
    assert.deepEqual(await o.told(), told)

    const entries = []
    for await (const entry of searchJournal(o.database, {})) entries.push([entry.outcome, entry.sender, entry.recipient, entry.accountId])
    assert.deepEqual(
      entries,
      Array.from({ length: 3 }, () => ['delivered', '', 'ann@a.example', o.accountId]),
    )

    // Emptied and filled again: told again.
    await o.remove('all')
    await o.fill(75)
    assert.deepEqual(await o.told(), ['Your mailbox is 70 % full'])
    assert.deepEqual((await verify(o)).faults, [])
  })

  test('a changed quota is looked at at once, in the language of the mailbox', async (context) => {
    const o = await office(context, open)
    const address = at('ann@a.example')
    await o.directory.change(setAddressSettings, 'test', { address, values: { language: 'de' } })
    o.start()
    await o.fill(50)
    await o.directory.change(setQuota, 'test', { address, quotaBytes: 70_000 })
    await o.settled()
    assert.deepEqual(await o.told(), ['Ihr Postfach ist zu 70 % voll'])
    await o.directory.change(setQuota, 'test', { address, quotaBytes: 50_000 })
    await o.settled()
    assert.deepEqual(await o.told(), ['Ihr Postfach ist zu 70 % voll', 'Ihr Postfach ist voll'])
    await o.directory.change(setQuota, 'test', { address, quotaBytes: 0 })
    await o.settled()
    await o.directory.change(setQuota, 'test', { address, quotaBytes: 70_000 })
    await o.settled()
    assert.deepEqual((await o.told()).slice(2), ['Ihr Postfach ist zu 70 % voll'])
  })

  test('what happened while nobody looked is told at the start, and nothing twice: not after a restart, a rebuild, or a crash in between', async (context) => {
    const o = await office(context, open)
    await o.fill(75)
    o.start()
    await o.settled()
    const told = ['Your mailbox is 70 % full']
    assert.deepEqual(await o.told(), told)
    await o.stop()
    o.start()
    await o.settled()
    assert.deepEqual(await o.told(), told)
    await o.stop()
    // As if the process had died after the record was written, and the next one had not seen it yet.
    const warning = { atMs: 1, queueId: 'again' as never, address: 'ann@a.example', addressId: 1, customerId: 1 }
    await o.store.record({ kind: 'quota-level', accountId: o.accountId, level: 70, quotaBytes, warning }, Buffer.from('Subject: twice\r\n\r\n'))
    assert.deepEqual(await o.told(), told)
    await rebuild({ content: o.content, database: o.database, clock: o.clock, log: silent })
    assert.deepEqual(await o.told(), told)
    o.start()
    await o.settled()
    assert.deepEqual(await o.told(), told)
    await o.remove('Filling')
    await o.fill(72)
    assert.deepEqual(await o.told(), [...told, ...told])
    assert.deepEqual((await verify(o)).faults, [])
  })
})
