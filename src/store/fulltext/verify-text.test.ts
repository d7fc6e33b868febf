import assert from 'node:assert/strict'
import test from 'node:test'
import { silent } from '../../base/log.ts'
import type { AccountId, MailboxId } from '../../mail/ids.ts'
import { withEachEngine } from '../../../test/harness/database.ts'
import { runSql } from '../../../test/harness/run-sql.ts'
import { openTestStore, type TestStore } from '../../../test/harness/store.ts'
import { rebuild } from '../rebuild.ts'
import { verify } from '../verify.ts'
import { indexStep } from './indexing.ts'
import { blockEmails, dropTextChange } from './rows.ts'
import { textWork } from './work.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const inbox = 1 as MailboxId

async function add({ store }: TestStore, accountId: AccountId, count: number): Promise<void> {
  await store.mailboxes(accountId)
  const octets = Array.from({ length: count }, (_, n) => Buffer.from(`Subject: ${n}\r\n\r\nword${n}x\r\n`))
  const messages = octets.map(({ length }) => ({ sizeOctets: length, flags: { system: 0, keywords: '' }, internalDateMs: undefined }))
  assert.ok((await store.append(accountId, inbox, { octets, messages })).done)
}

async function index({ database, content }: TestStore, ...accounts: readonly AccountId[]): Promise<void> {
  for (const accountId of accounts) while (await indexStep({ database, work: textWork(content) }, accountId));
}

withEachEngine((_, open) => {
  test('verify finds what is missing and what is too much; made anew, it is right', async (context) => {
    const server = await openTestStore(context, open)
    await add(server, ann, blockEmails + 20)
    await add(server, ben, 1)
    const faults = async () => (await verify(server)).faults.map(({ kind, accountId, detail }) => `${kind} ${accountId}: ${detail}`)
    assert.deepEqual(await faults(), [], 'no index yet')
    await index(server, ann, ben)
    await add(server, ann, 1)
    await server.store.expunge(
      ann,
      inbox,
      [
        [3, 5],
        [blockEmails + 2, blockEmails + 2],
      ],
      { deletedOnly: false },
    )
    assert.deepEqual(await faults(), [])
    await server.database.change(runSql, [
      'DELETE FROM fulltext_recent WHERE account_id = 1 AND email_id = 515',
      'INSERT INTO fulltext_recent (account_id, email_id, header, body) SELECT 1, 4, header, body FROM fulltext_recent WHERE account_id = 1 AND email_id = 516',
      "DELETE FROM fulltext_shard WHERE account_id = 1 AND field = 'body' AND shard = 7",
      'UPDATE fulltext_block SET gone = 0 WHERE account_id = 1',
      'UPDATE fulltext_state SET up_to_email_id = 0 WHERE account_id = 2',
      'INSERT INTO fulltext_state (account_id, up_to_email_id) VALUES (77, 0)',
    ])
    assert.deepEqual(await faults(), [
      'extra-text 1: email 4 has been deleted, and is in the text index',
      'missing-text 1: the block of the text index that begins with email 1 is not whole',
      'extra-text 1: the block of the text index that begins with email 1 counts 0 emails that are deleted; there are 3',
      'extra-text 1: 1 emails of the block of the text index that begins with email 1 are in it somewhere else, too',
      'missing-text 1: 1 emails are not in the text index, the first of them is 515',
      'extra-text 2: 1 emails are in the text index before their time, the first of them is 1',
      'extra-text 77: account 77 is removed, and is in the text index',
    ])
    for (const accountId of [ann, ben, 77 as AccountId]) await server.database.change(dropTextChange, { accountId })
    await index(server, ann, ben)
    assert.deepEqual(await faults(), [])
    await server.database.change(runSql, ['DELETE FROM fulltext_block WHERE account_id = 1'])
    assert.deepEqual(await faults(), [
      'extra-text 1: the text index has 128 pieces of blocks that are not there',
      'missing-text 1: 512 emails are not in the text index, the first of them is 1',
    ])
    await rebuild({ ...server, clock: { now: () => 0 }, log: silent })
    assert.deepEqual(await faults(), [])
  })
})
