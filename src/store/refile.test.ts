import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { openTestStore } from '../../test/harness/store.ts'
import type { AccountId, EmailId } from '../mail/ids.ts'
import { lessonsQuery } from './learned.ts'

const ann = 1 as AccountId
const mail = 'From: bob@b.example\r\nSubject: 1\r\n\r\nHello.\r\n'

withEachEngine((_, open) => {
  test('an email goes from the inbox into the folder for spam and back, and nothing is learned from it', async (context) => {
    const { store, database, deliver } = await openTestStore(context, open)
    await deliver(mail, ann)
    const places = async () => (await store.mailboxes(ann)).map(({ name, messages }) => `${name} ${messages}`)
    const email = 1 as EmailId
    assert.equal(await store.refile(ann, email, 'spam'), false, 'there is no folder for spam')
    await store.createMailbox(ann, 'Unerwünscht', '\\Junk')
    assert.equal(await store.refile(ann, email, 'inbox'), false, 'it is not in the folder for spam')
    assert.equal(await store.refile(ann, email, 'spam'), true)
    assert.deepEqual(await places(), ['INBOX 0', 'Unerwünscht 1'])
    assert.equal(await store.refile(ann, email, 'spam'), false)
    assert.equal(await store.refile(ann, email, 'inbox'), true)
    assert.deepEqual(await places(), ['INBOX 1', 'Unerwünscht 0'])
    assert.equal(await database.query(lessonsQuery, { limit: 1 }), undefined)
    assert.equal(await store.refile(2 as AccountId, email, 'spam'), false, 'nor is it anybody else’s')
  })
})
