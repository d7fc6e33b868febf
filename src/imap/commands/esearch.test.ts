import assert from 'node:assert/strict'
import test from 'node:test'
import { startImap, type ImapUnderTest } from '../../../test/harness/imap.ts'
import type { Player } from '../../../test/harness/play.ts'

const message = (subject: string) => `{${Buffer.byteLength(`Subject: ${subject}\r\n\r\ntext\r\n`)}+}\nC> Subject: ${subject}\\r\\n\\r\\ntext\\r\\n\\r\\n`

async function append(player: Player, mailbox: string, subject: string): Promise<void> {
  await player.play(`C: A APPEND "${mailbox}" ${message(subject)}\nS: ...\nS: A OK *`)
}

/** INBOX has two messages, one of them a tree; Work, Work/Trees and Work/Trees/Old one each. */
async function withTrees(server: ImapUnderTest, name: string): Promise<Player> {
  const player = await server.as(name)
  for (const mailbox of ['Work', 'Work/Trees', 'Work/Trees/Old', 'Entw&APw-rfe']) await player.play(`C: c CREATE "${mailbox}"\nS: ...\nS: c OK *`)
  await append(player, 'INBOX', 'a tree')
  await append(player, 'INBOX', 'no such thing')
  for (const mailbox of ['Work', 'Work/Trees', 'Work/Trees/Old']) await append(player, mailbox, 'another tree')
  return player
}

const answer = (tag: string, mailbox: string, data: string) => `S: \\* ESEARCH (TAG "${tag}" MAILBOX "${mailbox}" UIDVALIDITY *) ${data}`

test('ESEARCH (RFC 7377)', async (t) => {
  const server = await startImap(t)

  await t.test('where it searches', async () => {
    const player = await withTrees(server, 'sources')
    const all = ['INBOX', 'Work', 'Work/Trees', 'Work/Trees/Old']
    const table = [
      ['personal', all],
      ['inboxes', all],
      ['subtree Work', all.slice(1)],
      ['subtree-one Work', ['Work', 'Work/Trees']],
      ['subtree (INBOX Work/Trees)', ['INBOX', 'Work/Trees', 'Work/Trees/Old']],
      ['mailboxes (Work/Trees inbox nothing)', ['INBOX', 'Work/Trees']],
      ['mailboxes Work subtree Work', all.slice(1)],
      ['mailboxes nothing', []],
    ] as const
    for (const [source, mailboxes] of table) {
      const expected = mailboxes.map((mailbox) => answer('s', mailbox, 'UID ALL 1'))
      await player.play([`C: s ESEARCH IN (${source}) SUBJECT tree`, ...expected, 'S: s OK ESEARCH completed'].join('\n'))
    }
    await player.play(`C: u SUBSCRIBE Work\nS: u OK *\nC: v UNSUBSCRIBE INBOX\nS: v OK *`)
    await player.play(`C: t ESEARCH IN (subscribed) RETURN (COUNT MIN) ALL\n${answer('t', 'Work', 'UID MIN 1 COUNT 1')}\nS: t OK *`)
  })

  await t.test('the selected mailbox, and others beside it', async () => {
    const player = await withTrees(server, 'selected')
    await player.play(`
      C: a ESEARCH SUBJECT tree
      S: a BAD *
      C: b ESEARCH IN (selected personal) SUBJECT tree
      S: b BAD *
      C: c SELECT Work
      S: ...
      S: c OK *
      C: d ESEARCH SUBJECT tree
      ${answer('d', 'Work', 'UID ALL 1')}
      S: d OK *
      C: e ESEARCH IN (mailboxes INBOX selected) RETURN (ALL) CHARSET UTF-8 FUZZY SUBJECT trees
      ${answer('e', 'INBOX', 'UID ALL 1')}
      ${answer('e', 'Work', 'UID ALL 1')}
      S: e OK *
      C: f ESEARCH RETURN (SAVE) 1
      S: f OK *
      C: g SEARCH $
      S: * SEARCH 1
      S: g OK *
      C: h ESEARCH IN (mailboxes INBOX) RETURN (COUNT PARTIAL -1:-1 RELEVANCY) FUZZY SUBJECT a
      ${answer('h', 'INBOX', 'UID PARTIAL (-1:-1 1) RELEVANCY (100) COUNT 1')}
      S: h OK *
    `)
  })

  await t.test('only what is found in the selected mailbox is kept up to date (RFC 7377 2.2)', async () => {
    const player = await withTrees(server, 'update')
    await player.play(`
      C: a SELECT "Entw&APw-rfe"
      S: ...
      S: a OK *
      C: b ESEARCH IN (selected mailboxes INBOX) RETURN (UPDATE COUNT) UNSEEN
      ${answer('b', 'Entw&APw-rfe', 'UID COUNT 0')}
      ${answer('b', 'INBOX', 'UID COUNT 2')}
      S: b OK *
      C: c ESEARCH IN (mailboxes INBOX) RETURN (UPDATE COUNT) UNSEEN
      ${answer('c', 'INBOX', 'UID COUNT 2')}
      S: * NO [NOUPDATE "c"] *
      S: c OK *
      C: b ESEARCH IN (mailboxes INBOX) RETURN (UPDATE COUNT) UNSEEN
      S: b BAD *
    `)
    await player.play(`C: A APPEND "Entw&APw-rfe" ${message('x')}\nS: ...\n${answer('b', 'Entw&APw-rfe', 'UID ADDTO (0 1)')}\nS: A OK *`)
  })

  await t.test('what others share, as far as one may read it (RFC 4314 2.1)', async () => {
    const ann = await withTrees(server, 'owner')
    const ben = await server.as('guest')
    await ann.play(`
      C: a SETACL Work guest@a.example lr
      S: a OK *
      C: b SETACL Work/Trees guest@a.example l
      S: b OK *
      C: c SETACL INBOX guest@a.example lr
      S: c OK *
    `)
    const shared = 'Other Users/owner@a.example/Work'
    await ben.play(`
      C: c ESEARCH IN (personal) SUBJECT tree
      S: c OK *
      C: d ESEARCH IN (subtree "Other Users") SUBJECT tree
      ${answer('d', 'Other Users/owner@a.example/INBOX', 'UID ALL 1')}
      ${answer('d', shared, 'UID ALL 1')}
      S: d OK *
      C: e ESEARCH IN (mailboxes ("${shared}" "${shared}/Trees" "${shared}/Trees/Old")) ALL
      ${answer('e', shared, 'UID ALL 1')}
      S: e OK *
      C: p ESEARCH IN (mailboxes "Other Users/owner@a.example/inbox") SUBJECT tree
      ${answer('p', 'Other Users/owner@a.example/INBOX', 'UID ALL 1')}
      S: p OK *
      C: f SUBSCRIBE "${shared}"
      S: f OK *
      C: g ESEARCH IN (subscribed) SUBJECT tree
      ${answer('g', shared, 'UID ALL 1')}
      S: g OK *
    `)
    await ann.play('C: h DELETEACL Work guest@a.example\nS: h OK *\nC: i DELETEACL INBOX guest@a.example\nS: i OK *')
    await ben.play(`C: i ESEARCH IN (subtree "Other Users" subscribed) SUBJECT tree\nS: i OK *`)
  })

  await t.test('what is not understood is BAD', async () => {
    const player = await server.as('bad')
    await player.play('C: a SELECT INBOX\nS: ...\nS: a OK *')
    for (const bad of [
      '',
      'IN () ALL',
      'IN (mailboxes) ALL',
      'IN (nowhere) ALL',
      'IN (personal (depth 1)) ALL',
      'IN (selected-delayed) ALL',
      'IN (personal) 1:2',
      'IN (personal) UID $',
      'IN (personal) RETURN (SAVE) ALL',
      'RETURN (RELEVANCY) ALL',
    ]) {
      await player.play(`C: b ESEARCH ${bad}\nS: b BAD *`)
    }
    await player.play('C: c ESEARCH IN (mailboxes "&Jjo!") ALL\nS: c NO [CANNOT] *')
  })
  assert.deepEqual(server.errors, [])
})
