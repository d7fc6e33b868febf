import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { openTestStore, type TestStore } from '../../test/harness/store.ts'
import type { AccountId, MailboxId, ModSeq, Uid } from '../mail/ids.ts'
import type { Mailbox, Message, Notice } from './mailbox.ts'
import type { Incoming, MessageColumns } from './store.ts'

const ann = 1 as AccountId
const ben = 2 as AccountId
const all = [[1, 0xffff_ffff]] as const
const noFlags = { system: 0, keywords: '' }
const mail = (subject: string) => `From: bob@b.example\r\nTo: ann@a.example\r\nSubject: ${subject}\r\n\r\nHello, ${subject}.\r\n`

/** One message for APPEND. */
function one(octets: Uint8Array, flags = noFlags, internalDateMs?: number): Incoming {
  return { octets: [octets], messages: [{ sizeOctets: octets.length, flags, internalDateMs }] }
}

async function inbox({ store }: TestStore, accountId = ann): Promise<Mailbox> {
  const found = await store.mailbox(accountId, 'INBOX')
  assert.ok(found)
  return found
}

async function messages({ store }: TestStore, mailboxId: MailboxId, columns: MessageColumns = {}, accountId = ann): Promise<Message[]> {
  const found: Message[] = []
  for await (const page of store.messages(accountId, mailboxId, all, columns)) found.push(...page)
  return found
}

function done<T>(outcome: { readonly done?: T; readonly refused?: string }): T {
  assert.equal(outcome.refused, undefined)
  return outcome.done as T
}

const text = (octets: Uint8Array) => Buffer.from(octets).toString()

withEachEngine((_, open) => {
  test('a new account has an inbox', async (context) => {
    const server = await openTestStore(context, open)
    const [only, ...others] = await server.store.mailboxes(ann)
    assert.deepEqual(others, [])
    assert.equal(only?.name, 'INBOX')
    assert.equal(only?.uidNext, 1)
    assert.equal(only?.uidValidity, 1_700_000_000)
  })

  test('a message is delivered to each account once, byte for byte', async (context) => {
    const server = await openTestStore(context, open)
    await server.deliver(mail('one'), ann, ben)
    for (const accountId of [ann, ben]) {
      const { mailboxId, messages: count, unseen } = await inbox(server, accountId)
      assert.deepEqual([count, unseen], [1, 1])
      const [message] = await messages(server, mailboxId, { envelope: true, bodyStructure: true, parts: true }, accountId)
      assert.ok(message)
      assert.equal(text(await server.store.read(message.body, 0, message.sizeBytes)), `Return-Path: <bob@b.example>\r\n${mail('one')}`)
      assert.match(text(message.envelope), /"one"/)
      assert.match(text(message.bodyStructure), /^\("text" "plain"/i)
      assert.ok(message.parts.length > 0)
    }
  })

  test('UIDs ascend and are never used again', async (context) => {
    const server = await openTestStore(context, open)
    for (const subject of ['1', '2', '3']) await server.deliver(mail(subject), ann)
    const { mailboxId } = await inbox(server)
    done(await server.store.setFlags(ann, mailboxId, [[3, 3]], 'add', { system: 8, keywords: '' }))
    assert.deepEqual(done(await server.store.expunge(ann, mailboxId, all, { deletedOnly: true })).uids, [3])
    await server.deliver(mail('4'), ann)
    assert.deepEqual(
      (await messages(server, mailboxId)).map((message) => message.uid),
      [1, 2, 4],
    )
  })

  test('flags with a condition: what changed after it is left alone and named (RFC 7162 3.1.3)', async (context) => {
    const server = await openTestStore(context, open)
    for (const subject of ['1', '2', '3', '4']) await server.deliver(mail(subject), ann)
    const { mailboxId, highestModSeq } = await inbox(server)
    const first = done(await server.store.setFlags(ann, mailboxId, [[2, 3]], 'add', { system: 1, keywords: '' }, { unchangedSince: highestModSeq }))
    assert.deepEqual(first.modified, [])
    // Ranges that hold both kinds, and flags that are there already: the condition comes first.
    const second = done(
      await server.store.setFlags(
        ann,
        mailboxId,
        [
          [1, 2],
          [3, 4],
        ],
        'replace',
        { system: 1, keywords: '' },
        { unchangedSince: highestModSeq },
      ),
    )
    assert.deepEqual(second.modified, [[2, 3]])
    assert.deepEqual(
      (await messages(server, mailboxId)).map(({ system, modSeq }) => [system, modSeq]),
      [second.modSeq, first.modSeq, first.modSeq, second.modSeq].map((modSeq) => [1, modSeq]),
    )
    const third = done(await server.store.setFlags(ann, mailboxId, all, 'remove', { system: 1, keywords: '' }, { unchangedSince: 0 as ModSeq }))
    assert.deepEqual(third, { modSeq: second.modSeq, since: second.modSeq, modified: [[1, 4]] })
    assert.equal((await inbox(server)).unseen, 0)
  })

  test('what went is known for good, between any two modSeqs (RFC 7162 3.2)', async (context) => {
    const server = await openTestStore(context, open)
    for (let i = 0; i < 6; i++) await server.deliver(mail(`${i}`), ann)
    const { mailboxId, highestModSeq } = await inbox(server)
    const expunge = async (uid: number) => done(await server.store.expunge(ann, mailboxId, [[uid, uid]], { deletedOnly: false })).modSeq
    const [first, second, third] = [await expunge(4), await expunge(2), await expunge(3)]
    const gone = async (since: ModSeq, until: ModSeq) => {
      const pages = []
      for await (const page of server.store.expunged(ann, mailboxId, since, until)) pages.push(...page)
      return pages
    }
    assert.deepEqual(await gone(highestModSeq, third), [[2, 4]])
    assert.deepEqual(await gone(first, second), [[2, 2]])
    assert.deepEqual(await gone(second, third), [[3, 3]])
    assert.deepEqual(await gone(third, third), [])
    assert.deepEqual(await gone(0 as ModSeq, first), [[4, 4]])
  })

  test('flags: added, removed, replaced; counters and changes follow', async (context) => {
    const server = await openTestStore(context, open)
    for (const subject of ['1', '2', '3', '4']) await server.deliver(mail(subject), ann)
    const before = await inbox(server)
    const { modSeq } = done(
      await server.store.setFlags(
        ann,
        before.mailboxId,
        [
          [1, 2],
          [4, 4],
        ],
        'add',
        { system: 1, keywords: 'Work $Done' },
      ),
    )
    assert.ok(modSeq > before.highestModSeq)
    assert.equal((await inbox(server)).unseen, 1)
    const changes = await server.store.changes(ann, before.mailboxId, before.highestModSeq)
    assert.deepEqual(
      changes?.changed.map(({ uid, system, keywords }) => [uid, system, keywords]),
      [
        [1, 1, '$Done Work'],
        [2, 1, '$Done Work'],
        [4, 1, '$Done Work'],
      ],
    )
    done(await server.store.setFlags(ann, before.mailboxId, [[2, 2]], 'remove', { system: 1, keywords: 'work' }))
    done(await server.store.setFlags(ann, before.mailboxId, [[4, 4]], 'replace', { system: 4, keywords: '' }))
    assert.deepEqual(
      (await messages(server, before.mailboxId)).map(({ system, keywords }) => [system, keywords]),
      [
        [1, '$Done Work'],
        [0, '$Done'],
        [0, ''],
        [4, ''],
      ],
    )
    assert.equal((await inbox(server)).unseen, 3)
  })

  test('flags that are there already change nothing', async (context) => {
    const server = await openTestStore(context, open)
    await server.deliver(mail('1'), ann)
    const { mailboxId } = await inbox(server)
    const first = done(await server.store.setFlags(ann, mailboxId, all, 'add', { system: 1, keywords: '' }))
    const second = done(await server.store.setFlags(ann, mailboxId, all, 'add', { system: 1, keywords: '' }))
    assert.equal(second.modSeq, first.modSeq)
  })

  test('COPY and MOVE tell both lists of UIDs, and keep flags and dates', async (context) => {
    const server = await openTestStore(context, open)
    for (const subject of ['1', '2', '3']) await server.deliver(mail(subject), ann)
    const { mailboxId: from } = await inbox(server)
    const work = done(await server.store.createMailbox(ann, 'Work'))
    done(await server.store.setFlags(ann, from, [[2, 2]], 'add', { system: 1, keywords: 'k' }))
    const copied = done(await server.store.copy(ann, from, [[2, 3]], work.mailboxId))
    assert.deepEqual([copied.from, copied.to, copied.uidValidity], [[2, 3], [1, 2], work.uidValidity])
    const moved = done(await server.store.move(ann, from, [[1, 2]], work.mailboxId))
    assert.deepEqual(
      [moved.from, moved.to],
      [
        [1, 2],
        [3, 4],
      ],
    )
    assert.deepEqual(
      (await messages(server, from)).map((message) => message.uid),
      [3],
    )
    const there = await messages(server, work.mailboxId)
    assert.deepEqual(
      there.map(({ uid, system, keywords }) => [uid, system, keywords]),
      [
        [1, 1, 'k'],
        [2, 0, ''],
        [3, 0, ''],
        [4, 1, 'k'],
      ],
    )
    const left = await server.store.changes(ann, from, 0 as ModSeq)
    assert.deepEqual(left?.expunged, [1, 2])
    // The copy lives on when the original goes, and its octets with it.
    done(await server.store.expunge(ann, from, all, { deletedOnly: false }))
    const [, third] = there
    assert.match(text(await server.store.read((third as Message).body, 0, (third as Message).sizeBytes)), /Subject: 3/)
    assert.equal((await server.store.usage(ann)).messages, 4)
  })

  test('APPEND keeps octets, flags and date', async (context) => {
    const server = await openTestStore(context, open)
    const { mailboxId, uidValidity } = await inbox(server)
    const octets = Buffer.from(mail('draft'))
    const outcome = await server.store.append(ann, mailboxId, one(octets, { system: 16, keywords: '' }, 1_000_000_000_000))
    const appended = done(outcome)
    assert.deepEqual([appended.uids, appended.uidValidity], [[1], uidValidity])
    const [message] = await messages(server, mailboxId)
    assert.deepEqual([message?.system, message?.internalDateMs, message?.sizeBytes], [16, 1_000_000_000_000, octets.length])
    assert.deepEqual(await server.store.append(ann, 99 as MailboxId, one(octets)), { refused: 'no-such-mailbox' })
  })

  test('several messages come together, or none (RFC 3502), in the place of another one (RFC 8508)', async (context) => {
    const server = await openTestStore(context, open, { quotaBytes: 400 })
    const { store } = server
    const { mailboxId } = await inbox(server)
    const texts = [mail('1'), mail('2'), mail('three')]
    const incoming = {
      octets: texts.map((octets) => Buffer.from(octets)),
      messages: texts.map(({ length }) => ({ ...one(Buffer.alloc(length)).messages[0]! })),
    }
    assert.deepEqual(done(await store.append(ann, mailboxId, incoming)).uids, [1, 2, 3])
    const found = await messages(server, mailboxId, { envelope: true })
    assert.deepEqual(await Promise.all(found.map(async ({ body, sizeBytes }) => text(await store.read(body, 0, sizeBytes)))), texts)
    assert.match(text(found[2]?.envelope ?? Buffer.alloc(0)), /"three"/)

    assert.deepEqual(await store.append(ann, mailboxId, incoming), { refused: 'over-quota' }, 'all of them count')
    const target = done(await store.createMailbox(ann, 'target'))
    const replaces = { mailboxId, uid: 2 as Uid }
    const replaced = done(await store.append(ann, target.mailboxId, { ...one(Buffer.from(mail('2b'))), replaces }))
    assert.deepEqual(replaced.uids, [1])
    assert.deepEqual(
      (await messages(server, mailboxId)).map(({ uid }) => uid),
      [1, 3],
    )
    assert.deepEqual(await store.append(ann, mailboxId, { ...one(Buffer.from(mail('2c'))), replaces }), { refused: 'no-such-message' })
    assert.deepEqual(await store.append(ann, 99 as MailboxId, { ...one(Buffer.from(mail('1b'))), replaces: { mailboxId, uid: 1 as Uid } }), {
      refused: 'no-such-mailbox',
    })
    assert.deepEqual(
      (await messages(server, mailboxId)).map(({ uid }) => uid),
      [1, 3],
    )
    assert.equal((await store.usage(ann)).messages, 3)
  })

  test('quota refuses APPEND and COPY, never mail that was accepted', async (context) => {
    const server = await openTestStore(context, open, { quotaBytes: 200 })
    await server.deliver(mail('1'), ann)
    await server.deliver(mail('2'), ann)
    const { mailboxId, messages: count } = await inbox(server)
    assert.equal(count, 2)
    assert.deepEqual(await server.store.append(ann, mailboxId, one(Buffer.from(mail('3')))), { refused: 'over-quota' })
    assert.deepEqual(await server.store.copy(ann, mailboxId, all, mailboxId), { refused: 'over-quota' })
  })

  test('mailboxes: parents are made, names are unique, renaming takes what is below along', async (context) => {
    const server = await openTestStore(context, open)
    const { store } = server
    done(await store.createMailbox(ann, 'a/b/c'))
    assert.deepEqual(await store.createMailbox(ann, 'a/b'), { refused: 'mailbox-exists' })
    assert.deepEqual(await store.createMailbox(ann, 'inbox'), { refused: 'mailbox-exists' })
    assert.deepEqual(await store.createMailbox(ann, 'a//b'), { refused: 'name-invalid' })
    done(await store.createMailbox(ann, 'ab'))
    done(await store.renameMailbox(ann, 'a', 'é/z'))
    assert.deepEqual(
      (await store.mailboxes(ann)).map((box) => box.name),
      ['INBOX', 'ab', 'é', 'é/z', 'é/z/b', 'é/z/b/c'],
    )
    assert.deepEqual(await store.renameMailbox(ann, 'ab', 'é/z'), { refused: 'mailbox-exists' })
    assert.deepEqual(await store.renameMailbox(ann, 'é', 'é/x'), { refused: 'name-invalid' })
    assert.deepEqual(await store.deleteMailbox(ann, 'é/z'), { refused: 'has-children' })
    assert.deepEqual(await store.deleteMailbox(ann, 'INBOX'), { refused: 'cannot-change-inbox' })
    assert.deepEqual(await store.deleteMailbox(ann, 'nothing'), { refused: 'no-such-mailbox' })
  })

  test('a mailbox is renamed onto a name that somebody subscribed to', async (context) => {
    const { store } = await openTestStore(context, open)
    for (const name of ['a', 'a/b', 'other']) done(await store.createMailbox(ann, name))
    for (const name of ['a', 'a/b', 'z', 'z/b', 'z/c']) done(await store.subscribe(ann, name, true))
    done(await store.renameMailbox(ann, 'a', 'z'))
    assert.deepEqual(await store.subscriptions(ann), ['INBOX', 'z', 'z/b', 'z/c'])
    done(await store.createMailbox(ann, 'after'))
  })

  test('a mailbox made again has a greater UIDVALIDITY, in the same second too', async (context) => {
    const { store } = await openTestStore(context, open)
    const first = done(await store.createMailbox(ann, 'x'))
    done(await store.deleteMailbox(ann, 'x'))
    const second = done(await store.createMailbox(ann, 'x'))
    assert.ok(second.uidValidity > first.uidValidity)
    assert.notEqual(second.mailboxId, first.mailboxId)
  })

  test('renaming the inbox moves its messages and leaves it empty (RFC 9051 6.3.6)', async (context) => {
    const server = await openTestStore(context, open)
    await server.deliver(mail('1'), ann)
    const target = done(await server.store.renameMailbox(ann, 'INBOX', 'old'))
    assert.equal(target.messages, 1)
    assert.equal((await inbox(server)).messages, 0)
  })

  test('deleting a mailbox removes its messages and tells who listens', async (context) => {
    const server = await openTestStore(context, open)
    const box = done(await server.store.createMailbox(ann, 'x'))
    await server.deliver(mail('1'), ann)
    done(await server.store.move(ann, (await inbox(server)).mailboxId, all, box.mailboxId))
    const heard: Notice[] = []
    context.after(server.store.listen(ann, (notice) => heard.push(notice)))
    done(await server.store.deleteMailbox(ann, 'x'))
    assert.ok(heard.some((notice) => notice.mailboxId === box.mailboxId))
    assert.equal(await server.store.changes(ann, box.mailboxId, 0 as ModSeq), undefined)
    assert.deepEqual(await server.store.usage(ann), { usedBytes: 0, messages: 0 })
  })

  test('subscriptions outlive their mailbox (RFC 9051 6.3.7)', async (context) => {
    const { store } = await openTestStore(context, open)
    done(await store.createMailbox(ann, 'x'))
    assert.deepEqual(await store.subscriptions(ann), ['INBOX'])
    done(await store.subscribe(ann, 'x', true))
    done(await store.deleteMailbox(ann, 'x'))
    assert.deepEqual(await store.subscriptions(ann), ['INBOX', 'x'])
    done(await store.subscribe(ann, 'x', false))
    assert.deepEqual(await store.subscriptions(ann), ['INBOX'])
  })

  test('\\Recent is told once', async (context) => {
    const server = await openTestStore(context, open)
    await server.deliver(mail('1'), ann)
    const { mailboxId } = await inbox(server)
    assert.deepEqual(await server.store.takeRecent(ann, mailboxId), { from: 1, before: 2 })
    assert.deepEqual(await server.store.takeRecent(ann, mailboxId), { from: 2, before: 2 })
  })

  test('listeners hear of delivery, with the modSeq to ask from', async (context) => {
    const server = await openTestStore(context, open)
    const before = await inbox(server)
    const heard: Notice[] = []
    context.after(server.store.listen(ann, (notice) => heard.push(notice)))
    context.after(server.store.listen(ben, () => assert.fail('that was not for ben')))
    await server.deliver(mail('1'), ann)
    assert.deepEqual(
      heard.map((notice) => notice.mailboxId),
      [before.mailboxId],
    )
    const changes = await server.store.changes(ann, before.mailboxId, before.highestModSeq)
    assert.deepEqual(
      changes?.changed.map((change) => change.uid),
      [1],
    )
    assert.equal(changes?.mailbox.highestModSeq, heard[0]?.modSeq)
  })

  test('changes are found however many there are', async (context) => {
    const server = await openTestStore(context, open)
    for (let n = 0; n < 40; n++) await server.deliver(mail(`${n}`), ann)
    const { mailboxId, highestModSeq } = await inbox(server)
    for (let n = 0; n < 40; n++) await server.deliver(mail(`${n}`), ann)
    done(
      await server.store.setFlags(
        ann,
        mailboxId,
        [
          [3, 5],
          [50, 60],
        ],
        'add',
        { system: 1, keywords: '' },
      ),
    )
    done(
      await server.store.expunge(
        ann,
        mailboxId,
        [
          [4, 4],
          [55, 55],
        ],
        { deletedOnly: false },
      ),
    )
    const changes = await server.store.changes(ann, mailboxId, highestModSeq)
    const uids = changes?.changed.map<number>((change) => change.uid)
    assert.deepEqual(uids, [3, 5, ...Array.from({ length: 40 }, (_, n) => n + 41).filter((uid) => uid !== 55)])
    assert.deepEqual(changes?.expunged, [4, 55] as Uid[])
  })

  test('the view has all messages, by column', async (context) => {
    const server = await openTestStore(context, open)
    for (const subject of ['1', '2', '3']) await server.deliver(mail(subject), ann)
    const { mailboxId } = await inbox(server)
    done(await server.store.setFlags(ann, mailboxId, [[2, 2]], 'replace', { system: 5, keywords: 'a b' }))
    const view = await server.store.view(ann, mailboxId)
    assert.deepEqual([...(view?.uids ?? [])], [1, 2, 3])
    assert.deepEqual([...(view?.system ?? [])], [0, 5, 0])
    assert.deepEqual(
      [...(view?.keywords ?? [])].map((set) => view?.keywordSets[set]),
      ['', 'a b', ''],
    )
    assert.equal(await server.store.view(ben, mailboxId).then((found) => found?.uids.length ?? 0), 0)
  })

  test('big listings come in pages', async (context) => {
    const server = await openTestStore(context, open)
    await server.deliver(mail('1'), ann)
    const { mailboxId } = await inbox(server)
    for (let n = 0; n < 10; n++) done(await server.store.copy(ann, mailboxId, all, mailboxId))
    let pages = 0
    const uids: number[] = []
    for await (const page of server.store.messages(
      ann,
      mailboxId,
      [
        [5, 900],
        [1000, 1010],
      ],
      {},
    )) {
      pages++
      uids.push(...page.map((message) => message.uid))
    }
    assert.ok(pages >= 3)
    assert.deepEqual(uids, [...Array.from({ length: 896 }, (_, n) => n + 5), ...Array.from({ length: 11 }, (_, n) => n + 1000)])
  })

  test('removing an account leaves nothing of it, and nobody else notices', async (context) => {
    const server = await openTestStore(context, open)
    await server.deliver(mail('1'), ann, ben)
    await server.store.removeAccount(ann)
    assert.deepEqual(await server.store.usage(ann), { usedBytes: 0, messages: 0 })
    assert.equal((await inbox(server, ben)).messages, 1)
  })
})
