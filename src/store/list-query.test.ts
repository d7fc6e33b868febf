import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { openTestStore } from '../../test/harness/store.ts'
import type { AccountId, MailboxId } from '../mail/ids.ts'
import { type ListColumns, listMessages, type ListPage } from './columns.ts'

const ann = 1 as AccountId
const inbox = 1 as MailboxId
const everything: ListColumns = { envelope: true, bodyStructure: true }
const message = (subject: string) => Buffer.from(`From: Ann <ann@a.example>\r\nDate: Mon, 23 Nov 2026 01:00:00 +0200\r\nSubject: ${subject}\r\n\r\ntext\r\n`)

/** ENVELOPE and BODYSTRUCTURE of each message. */
function texts({ octets, ends, uids }: ListPage): string[] {
  const text = Buffer.from(octets).toString('latin1')
  return Array.from(uids, (_, row) => `${text.slice(ends[2 * row - 1] ?? 0, ends[2 * row])} ${text.slice(ends[2 * row], ends[2 * row + 1])}`)
}

withEachEngine((_name, open) => {
  test('a list says of messages what their rows say', async (t) => {
    const { store, deliver } = await openTestStore(t, open)
    // Octets of every value that may stand there, an empty header, and addresses that are kept once.
    const subjects = ['one', '"quoted" \\ {9}', `\x01\x7f${Buffer.from('äß\u{1f600}').toString('latin1')}\xff`, 'x'.repeat(9000)]
    for (const subject of subjects) await deliver(`From: a@b.example\r\nSubject: ${subject}\r\nReply-To: c@d.example\r\n\r\ntext\r\n`, ann)
    await deliver('\r\n', ann)
    await deliver(message('last').toString(), ann)
    await store.expunge(ann, inbox, [[2, 2]], { deletedOnly: false })
    const page = await store.list(ann, inbox, 1, 99, everything)
    const rows = []
    for await (const some of store.messages(ann, inbox, [[1, 99]], everything)) rows.push(...some)
    assert.deepEqual([...page.uids], [1, 3, 4, 5, 6])
    assert.deepEqual(
      texts(page),
      rows.map(({ envelope, bodyStructure }) => `${Buffer.from(envelope).toString('latin1')} ${Buffer.from(bodyStructure).toString('latin1')}`),
    )
    assert.deepEqual(
      [...page.sizesBytes],
      rows.map(({ sizeBytes }) => sizeBytes),
    )
    assert.deepEqual(
      [...page.internalDatesMs],
      rows.map(({ internalDateMs }) => internalDateMs),
    )
    assert.equal(page.next, undefined)
    const numbers = await store.list(ann, inbox, 3, 4, { envelope: false, bodyStructure: false })
    assert.deepEqual([[...numbers.uids], numbers.octets.length], [[3, 4], 0])
    assert.deepEqual([...(await store.list(ann, inbox, 50, 99, everything)).uids], [])
  })

  test('a page has no more messages and octets than a page may, but at least one message', async (t) => {
    const { store } = await openTestStore(t, open)
    await store.mailboxes(ann)
    const append = (octets: Buffer, count: number) => {
      const messages = Array.from({ length: count }, () => ({ sizeOctets: octets.length, flags: { system: 0, keywords: '' }, internalDateMs: 0 }))
      return store.append(ann, inbox, { octets: messages.map(() => octets), messages })
    }
    await append(message('short'), listMessages + 1)
    assert.equal((await store.list(ann, inbox, 1, 9999, everything)).next, listMessages + 1)
    const from = listMessages + 2
    await append(message(`${'long '.repeat(10)}\r\n`.repeat(10).replaceAll('\r\n', '\r\n ') + 'x'.repeat(299_000)), 5)
    const page = await store.list(ann, inbox, from, 9999, everything)
    assert.deepEqual([page.uids.length, page.next], [3, from + 3])
    assert.deepEqual(texts(page)[2], texts(await store.list(ann, inbox, from + 2, from + 2, everything))[0])
  })
})
