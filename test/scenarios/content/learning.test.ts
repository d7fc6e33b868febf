import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { databaseOption, withEachEngine } from '../../harness/database.ts'
import { Door } from '../../harness/door.ts'
import { imapClient, messagesOf } from '../../harness/imap-client.ts'
import { eventually } from '../../harness/server.ts'

const ann = 'ann@a.example'
const bob = 'bob@a.example'
const settings = ['reverse-lookup=off', 'greylisting=off', 'spam-action=deliver']

let number = 0
const watches = () => mail(`Cheap watches ${++number}`, `Order luxury watches now, only today ${number} left, discount for replica watches.`)
const mail = (subject: string, text: string) =>
  [
    'From: Dora <dora@sender.example>',
    `Subject: ${subject}`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0000',
    `Message-ID: <${++number}@sender.example>`,
    '',
    text,
  ].join('\r\n')

/** What a mailbox's own model, and the installation's, say of one more message of the kind. */
async function learned(door: Door, imap: ImapFlow, to: string): Promise<{ readonly mailbox: number; readonly installation: number }> {
  const text = watches()
  const subject = /Subject: (.*)/.exec(text)?.[1] ?? ''
  assert.match(await door.send({ to, text }), /^250/)
  const shown = await eventually('it is there', async () => (await messagesOf(imap, 'INBOX')).find((message) => message.includes(`Subject: ${subject}\r\n`)))
  const points = (name: string) => Number(new RegExp(`${name}=(-?[\\d.]+)`).exec(shown)?.[1] ?? 0)
  return { mailbox: points('LEARNED_MAILBOX'), installation: points('LEARNED_INSTALLATION') }
}

withEachEngine((engine) => {
  test(`a mailbox learns from what is moved into its folder for spam, and out of it; no other mailbox does (${engine})`, async (context) => {
    await using door = await Door.open({ ...(await databaseOption(context, engine)), mailboxes: [ann, bob], settings })
    await using imap = await imapClient(door.server, ann)
    await using other = await imapClient(door.server, bob)
    for (let n = 0; n < 8; n++) assert.equal((await learned(door, imap, ann)).mailbox, 0)
    const lock = await imap.getMailboxLock('INBOX')
    await imap.messageMove('1:6', 'spam')
    lock.release()
    const after = await eventually('it was learned', async () => {
      const { mailbox } = await learned(door, imap, ann)
      return mailbox > 0 ? mailbox : undefined
    })
    assert.deepEqual(await learned(door, other, bob), { mailbox: 0, installation: 0 })

    // It lasts.
    await door.server.stop()
    await door.server.start()
    await using again = await imapClient(door.server, ann)
    assert.ok((await learned(door, again, ann)).mailbox > 0)

    // Moved back: unlearned, and learned as wanted.
    const junk = await again.getMailboxLock('spam')
    await again.messageMove('1:*', 'INBOX')
    junk.release()
    await eventually('it was unlearned', async () => ((await learned(door, again, ann)).mailbox < Math.min(0.01, after) ? true : undefined))
  })

  test(`posthorn learn: by a file, for the installation or a mailbox, and by the journal; and it is forgotten again (${engine})`, async (context) => {
    await using door = await Door.open({ ...(await databaseOption(context, engine)), mailboxes: [ann, bob], settings })
    await using imap = await imapClient(door.server, ann)
    await using other = await imapClient(door.server, bob)
    const files: string[] = []
    for (let n = 0; n < 8; n++) {
      const file = join(door.server.folder, `spam-${n}.eml`)
      await writeFile(file, `${watches()}\r\n`)
      files.push(file)
    }
    assert.match(await door.cli(['learn', 'spam', ...files, '--mailbox', bob]), /^8 learned, 0 known already/)
    assert.deepEqual(await learned(door, imap, ann), { mailbox: 0, installation: 0 })
    assert.ok((await learned(door, other, bob)).mailbox > 0)
    assert.match(await door.cli(['learn', 'spam', ...files]), /^8 learned/)
    assert.ok((await learned(door, imap, ann)).installation > 0)
    assert.match(await door.cli(['learn', 'forget', ...files]), /^8 learned/)
    assert.equal((await learned(door, imap, ann)).installation, 0)

    // Folders of both kinds, in the order in which they are best learned; what is sure already is no lesson.
    const folder = join(door.server.folder, 'collection')
    for (let n = 0; n < 6; n++) {
      for (const [kind, text] of [
        ['spam/cur', watches()],
        ['ham', mail(`Meeting ${n}`, `The meeting of group ${n} is on Friday in room ${n}.`)],
      ] as const) {
        await mkdir(join(folder, kind), { recursive: true })
        await writeFile(join(folder, kind, `${n}.eml`), `${text}\r\n`)
      }
    }
    await writeFile(join(folder, 'spam', '.index'), 'none')
    assert.equal((await door.tryCli(['learn', 'both', '--spam', join(folder, 'spam')])).code, 2)
    assert.match(
      await door.cli(['learn', 'both', '--spam', join(folder, 'spam'), '--ham', join(folder, 'ham')]),
      /^(?:\d|1\d|2[0-4]) learned, \d+ known already/,
    )
    assert.ok((await learned(door, imap, ann)).installation > 0)
    assert.match(await door.cli(['learn', 'forget', join(folder, 'spam'), join(folder, 'ham')]), /^12 learned/)
    assert.equal((await learned(door, imap, ann)).installation, 0)

    // *This was spam*, from the journal.
    assert.match(await door.send({ to: ann, text: watches() }), /^250/)
    const queueId = await eventually(
      'the journal has it',
      async () => /\s([0-9A-Z]{16})\s+ann@/.exec(await door.cli(`journal --address ${ann} --limit 1`))?.[1],
    )
    assert.match(await door.cli(['learn', 'spam', '--id', queueId]), /^1 learned, 0 known already/)
    assert.notEqual((await learned(door, imap, ann)).mailbox, 0)
    assert.equal((await door.tryCli(['learn', 'spam', '--id', '0D4KX5GH3J01ABCD'])).code, 1)
    assert.equal((await door.tryCli(['learn', 'maybe', 'x'])).code, 2)
    assert.equal((await door.tryCli(['learn', 'spam'])).code, 2)
    await door.server.stop()
    assert.match(await door.server.posthorn(['learn', 'spam', files[0] ?? '']), /^1 learned/)
  })
})
