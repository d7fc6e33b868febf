import assert from 'node:assert/strict'
import test from 'node:test'
import { type ImapUnderTest, startImap } from '../../../test/harness/imap.ts'
import type { MailboxId } from '../../mail/ids.ts'
import { allRights } from '../../store/sharing.ts'

const mail = 'From: bob@b.example\r\nSubject: hello\r\n\r\nHello.\r\n'
const inbox = 1 as MailboxId

/** A mailbox of ann with one message in it, shared with ben. */
async function share(server: ImapUnderTest, name: string, rights: string, owner = 'ann', grantee = 'ben'): Promise<MailboxId> {
  const [accountId, granteeId] = [server.accountOf(owner), server.accountOf(grantee)]
  const mailboxId = (await server.store.createMailbox(accountId, name)).done?.mailboxId
  assert.ok(mailboxId)
  await server.store.append(accountId, mailboxId, {
    octets: [Buffer.from(mail)],
    messages: [{ sizeOctets: mail.length, flags: { system: 0, keywords: '' }, internalDateMs: 1 }],
  })
  await server.store.setGrant(accountId, mailboxId, { granteeId, rights })
  return mailboxId
}

test('GETACL, SETACL, DELETEACL, LISTRIGHTS, MYRIGHTS (RFC 4314 3)', async (t) => {
  const server = await startImap(t)
  const [ann, ben] = [await server.as('ann'), await server.as('ben')]
  for (const name of ['cat', 'eve@b.example', 'zoë', 'a/b%c']) await server.store.mailboxes(server.accountOf(name))

  await t.test('what is granted is listed, changed by + and -, and taken', async () => {
    await ann.play(`
      C: a CREATE Work
      S: a OK *
      C: b GETACL work
      S: b NO [NONEXISTENT] no such mailbox
      C: c GETACL Work
      S: * ACL "Work" "ann@a.example" lrswipkxteacd
      S: c OK *
      C: d SETACL Work ben@a.example lrsc
      S: d OK *
      C: e SETACL Work BEN@A.example +wd
      S: e OK *
      C: f SETACL Work ben@a.example -xk
      S: f OK *
      C: g SETACL Work cat@a.example l
      S: g OK *
      C: h GETACL Work
      S: * ACL "Work" "ann@a.example" lrswipkxteacd "ben@a.example" lrswted "cat@a.example" l
      S: h OK *
      C: i DELETEACL Work cat@a.example
      S: i OK *
      C: j SETACL Work ben@a.example ""
      S: j OK *
      C: k GETACL Work
      S: * ACL "Work" "ann@a.example" lrswipkxteacd
      S: k OK *
      C: l LISTRIGHTS Work ben@a.example
      S: * LISTRIGHTS "Work" "ben@a.example" "" l r s w i p k x t e a c d
      S: l OK *
      C: m LISTRIGHTS Work ann@a.example
      S: * LISTRIGHTS "Work" "ann@a.example" lrswipkxteacd
      S: m OK *
      C: n MYRIGHTS inbox
      S: * MYRIGHTS "INBOX" lrswipkxteacd
      S: n OK *
    `)
  })

  await t.test('nobody of another domain, nor "anyone", nor who is not there; and the owner keeps every right', async () => {
    const refused = 'NO [CANNOT] a mailbox can be shared with addresses of mailboxes of the same domain only'
    for (const name of [
      'eve@b.example',
      'anyone',
      'nobody@a.example',
      '-ben@a.example',
      'ben',
      'anonymous',
      '""',
      '"ben@a.example "',
      '$group',
      '@a.example',
    ]) {
      await ann.play(`
        C: a SETACL Work ${name} lr
        S: a ${refused}
        C: b DELETEACL Work ${name}
        S: b ${refused}
        C: c LISTRIGHTS Work ${name}
        S: c ${refused}
      `)
    }
    await ann.play(`
      C: a SETACL Work ann@a.example lr
      S: a NO [CANNOT] the owner of a mailbox has every right to it
      C: b DELETEACL Work ann@a.example
      S: b NO [CANNOT] *
      C: c SETACL Work ben@a.example lrZ
      S: c BAD *
      C: d SETACL Work ben@a.example LR
      S: d BAD *
      C: e SETACL Work ben@a.example
      S: e BAD *
      C: f GETACL Work
      S: * ACL "Work" "ann@a.example" lrswipkxteacd
      S: f OK *
    `)
  })

  await t.test('who administers without owning shares on, but takes nothing from the owner', async () => {
    await share(server, 'Team', 'lra')
    await ben.play(`
      C: a SETACL "Other Users/ann@a.example/Team" cat@a.example lr
      S: a OK *
      C: b SETACL "Other Users/ann@a.example/Team" ann@a.example ""
      S: b NO [CANNOT] *
      C: c SETACL "Other Users/ann@a.example/Team" eve@b.example lr
      S: c NO [CANNOT] *
      C: d GETACL "Other Users/ann@a.example/Team"
      S: * ACL "Other Users/ann@a.example/Team" "ann@a.example" lrswipkxteacd "ben@a.example" lra "cat@a.example" lr
      S: d OK *
      C: e MYRIGHTS "Other Users/ann@a.example/Team"
      S: * MYRIGHTS "Other Users/ann@a.example/Team" lra
      S: e OK *
    `)
  })

  await t.test('addresses that are more than ASCII, or would be levels and wildcards', async () => {
    await ann.play(`
      C> a SETACL Work "zo\\xc3\\xab@a.example" l\\r\\n
      S: a OK *
      C> b SETACL Work {14+}\\r\\nzo\\xc3\\xab@a.example l\\r\\n
      S: b OK *
      C: c SETACL Work "a/b%c@a.example" l
      S: c OK *
      C: d GETACL Work
      S: * ACL "Work" "ann@a.example" lrswipkxteacd {14}
      S: zo*@a.example l "a/b%c@a.example" l
      S: d OK *
    `)
    await share(server, 'Post', 'lr', 'a/b%c')
    await ben.play(`
      C: a LIST "" "Other Users/a=2F*"
      S: ...
      S: * LIST (\\HasNoChildren) "/" "Other Users/a=2Fb=25c@a.example/Post"
      S: a OK *
      C: b SELECT "Other Users/a=2Fb=25c@a.example/Post"
      S: ...
      S: b OK [READ-ONLY] *
    `)
  })
})

test('what others share, by name (RFC 2342, RFC 4314 4)', async (t) => {
  const server = await startImap(t)
  const ben = await server.as('ben')

  await t.test('LIST, LSUB and STATUS show it, as far as it may be looked up', async () => {
    await share(server, 'Work', 'lr')
    await share(server, 'Work/2026', 'lr')
    await share(server, 'Hidden', 'rswipkxtea')
    await share(server, 'Known', 'l')
    await server.store.createMailbox(server.accountOf('ann'), 'Private')
    await server.store.createMailbox(server.accountOf('ann'), 'Sent', '\\Sent')
    await server.store.setGrant(server.accountOf('ann'), inbox, { granteeId: server.accountOf('ben'), rights: 'lr' })
    await ben.play(`
      C: a LIST "" *
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: * LIST (\\Noselect \\HasChildren) "/" "Other Users"
      S: * LIST (\\Noselect \\HasChildren) "/" "Other Users/ann@a.example"
      S: * LIST (\\HasNoChildren) "/" "Other Users/ann@a.example/INBOX"
      S: * LIST (\\HasNoChildren) "/" "Other Users/ann@a.example/Known"
      S: * LIST (\\HasChildren) "/" "Other Users/ann@a.example/Work"
      S: * LIST (\\HasNoChildren) "/" "Other Users/ann@a.example/Work/2026"
      S: a OK *
      C: b LIST "" %
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: * LIST (\\Noselect \\HasChildren) "/" "Other Users"
      S: b OK *
      C: c LIST "Other Users/" %/W%
      S: * LIST (\\HasChildren) "/" "Other Users/ann@a.example/Work"
      S: c OK *
      C: d LIST "" "Other Users/ann@a.example/%" RETURN (STATUS (MESSAGES))
      S: * LIST * "Other Users/ann@a.example/INBOX"
      S: * STATUS "Other Users/ann@a.example/INBOX" (MESSAGES 0)
      S: * LIST * "Other Users/ann@a.example/Known"
      S: * LIST * "Other Users/ann@a.example/Work"
      S: * STATUS "Other Users/ann@a.example/Work" (MESSAGES 1)
      S: d OK *
      C: e SUBSCRIBE "Other Users/ann@a.example/Work"
      S: e OK *
      C: f SUBSCRIBE "Other Users/ann@a.example/Private"
      S: f OK *
      C: g SUBSCRIBE "Other Users/ann@a.example/Nothing"
      S: g OK *
      C: h LSUB "" "Other*W*"
      S: * LSUB () "/" "Other Users/ann@a.example/Work"
      S: h OK *
      C: i LIST (SUBSCRIBED) "" Other*
      S: * LIST (\\NonExistent \\Subscribed \\HasNoChildren) "/" "Other Users/ann@a.example/Nothing"
      S: * LIST (\\NonExistent \\Subscribed \\HasNoChildren) "/" "Other Users/ann@a.example/Private"
      S: * LIST (\\Subscribed \\HasChildren) "/" "Other Users/ann@a.example/Work"
      S: i OK *
      C: j STATUS "Other Users/ann@a.example/inbox" (MESSAGES)
      S: * STATUS "Other Users/ann@a.example/INBOX" (MESSAGES 0)
      S: j OK *
      C: k SELECT "Other Users"
      S: k NO [NONEXISTENT] *
      C: l CREATE "Other Users/x"
      S: l NO [NOPERM] *
      C: m CREATE "Other Users"
      S: m NO [NOPERM] *
      C: n RENAME INBOX "Other Users/ben@a.example/Mine"
      S: n NO [NOPERM] *
    `)
    await (await server.as('cat')).play(`
      C: a LIST "" *
      S: * LIST (\\HasNoChildren) "/" "INBOX"
      S: a OK *
    `)
  })

  await t.test('a mailbox stays with its owner, and who makes one below has it too', async () => {
    await share(server, 'Project', 'lrkxi')
    const project = '"Other Users/ann@a.example/Project'
    await ben.play(`
      C: a CREATE ${project}/Plan/Mai"
      S: a OK *
      C: b CREATE ${project}/Plan"
      S: b NO [ALREADYEXISTS] *
      C: c CREATE ${project}/Sent" (USE (\\Sent))
      S: c NO [USEATTR] *
      C: d RENAME ${project}/Plan" ${project}/Plans"
      S: d OK *
      C: e LIST "" "Other Users/ann@a.example/Project/*"
      S: * LIST (\\HasChildren) "/" ${project}/Plans"
      S: * LIST (\\HasNoChildren) "/" ${project}/Plans/Mai"
      S: e OK *
      C: f RENAME ${project}/Plans" Mine
      S: f NO [CANNOT] *
      C: g CREATE Mine
      S: g OK *
      C: h RENAME Mine ${project}/Mine"
      S: h NO [CANNOT] *
      C: i RENAME ${project}" "Other Users/ann@a.example/Renamed"
      S: i NO [NOPERM] *
      C: j DELETE ${project}/Plans/Mai"
      S: j OK *
    `)
    const hidden = (await server.store.createMailbox(server.accountOf('ann'), 'Project/Secret/Deep')).done
    assert.ok(hidden)
    for (const name of ['Project/Secret', 'Project/Secret/Deep']) {
      const mailbox = await server.store.mailbox(server.accountOf('ann'), name)
      assert.ok(mailbox)
      await server.store.setGrant(server.accountOf('ann'), mailbox.mailboxId, { granteeId: server.accountOf('ben'), rights: '' })
    }
    await ben.play(`
      C: a CREATE ${project}/Secret"
      S: a NO [NOPERM] *
      C: b CREATE ${project}/Secret/x"
      S: b NO [NOPERM] *
      C: c RENAME ${project}/Plans" ${project}/Secret"
      S: c NO [NOPERM] *
    `)
  })

  await t.test('nothing of who moved to another domain or is locked, and it is back when he is', async () => {
    const dan = await server.as('dan')
    await share(server, 'Box', 'lr', 'eli', 'dan')
    await dan.play('C: a STATUS "Other Users/eli@a.example/Box" (MESSAGES)\nS: * STATUS *\nS: a OK *')
    server.people.rename(server.accountOf('eli'), 'eli@b.example')
    for (const name of ['eli@a.example', 'eli@b.example']) {
      await dan.play(`C: a STATUS "Other Users/${name}/Box" (MESSAGES)\nS: a NO [NONEXISTENT] no such mailbox`)
    }
    await dan.play('C: a LIST "" Other*\nS: a OK *')
    server.people.rename(server.accountOf('eli'), 'elias@a.example')
    await dan.play('C: a STATUS "Other Users/elias@a.example/Box" (MESSAGES)\nS: * STATUS *\nS: a OK *')
    server.people.lock(server.accountOf('eli'))
    await dan.play('C: a STATUS "Other Users/elias@a.example/Box" (MESSAGES)\nS: a NO [NONEXISTENT] no such mailbox')
  })
})

/**
 * RFC 4314 4: what each command needs, beside "l". `base` is there already, for commands that need a selected mailbox. `before` comes
 * before the command; SHARED is the mailbox.
 */
const table: readonly { readonly command: string; readonly needs: string; readonly base?: string; readonly before?: string; readonly done?: string }[] = [
  { command: 'SELECT "SHARED"', needs: 'r' },
  { command: 'EXAMINE "SHARED"', needs: 'r' },
  { command: 'STATUS "SHARED" (MESSAGES)', needs: 'r' },
  { command: 'SUBSCRIBE "SHARED"', needs: '' },
  { command: 'UNSUBSCRIBE "SHARED"', needs: '' },
  { command: 'LIST "" "SHARED"', needs: '' },
  { command: 'CREATE "SHARED/below"', needs: 'k' },
  { command: 'DELETE "SHARED"', needs: 'x' },
  { command: 'RENAME "SHARED" "SHARED2"', needs: 'x' },
  { command: 'APPEND "SHARED" {10+}\r\nSubject: x', needs: 'i' },
  { command: 'APPEND INBOX CATENATE (URL "/ENCODED/;UID=1")', needs: 'r' },
  { command: 'REPLACE 1 "SHARED" {10+}\r\nSubject: x', needs: 'ite', base: 'r' },
  { command: 'COPY 1 "SHARED"', needs: 'i', before: 'SELECT INBOX' },
  { command: 'MOVE 1 "SHARED"', needs: 'i', before: 'SELECT INBOX' },
  { command: 'GETACL "SHARED"', needs: 'a' },
  { command: 'SETACL "SHARED" cat@a.example l', needs: 'a' },
  { command: 'DELETEACL "SHARED" cat@a.example', needs: 'a' },
  { command: 'LISTRIGHTS "SHARED" cat@a.example', needs: 'a' },
  { command: 'MYRIGHTS "SHARED"', needs: '' },
  { command: 'FETCH 1 (BODY[])', needs: '', base: 'r' },
  { command: 'SEARCH ALL', needs: '', base: 'r' },
  { command: 'COPY 1 INBOX', needs: '', base: 'r' },
  { command: 'MOVE 1 INBOX', needs: 'te', base: 'r' },
  { command: 'STORE 1 +FLAGS (\\Seen)', needs: 's', base: 'r' },
  { command: 'STORE 1 -FLAGS (\\Deleted)', needs: 't', base: 'r' },
  { command: 'STORE 1 FLAGS (\\Flagged)', needs: 'w', base: 'r' },
  { command: 'STORE 1 +FLAGS (Work)', needs: 'w', base: 'r' },
  { command: 'EXPUNGE', needs: 'e', base: 'r' },
  { command: 'UID EXPUNGE 1', needs: 'e', base: 'r' },
  { command: 'CLOSE', needs: '', base: 'r' },
]

test('each command with each right (RFC 4314 4)', async (t) => {
  const server = await startImap(t)
  const ben = await server.as('ben')
  await server.store.mailboxes(server.accountOf('cat'))
  let boxes = 0
  const runs = async (row: (typeof table)[number], rights: string): Promise<string> => {
    const name = `p${++boxes}/box`
    await server.deliver(mail, server.accountOf('ben'))
    await share(server, name, [...new Set(`l${row.base ?? ''}${rights}`)].join(''))
    const parent = await server.store.mailbox(server.accountOf('ann'), `p${boxes}`)
    assert.ok(parent)
    await server.store.setGrant(server.accountOf('ann'), parent.mailboxId, { granteeId: server.accountOf('ben'), rights: 'lk' })
    const before = row.before ?? (row.base === undefined ? undefined : 'SELECT "SHARED"')
    const put = (line: string) => line.replaceAll('SHARED', `Other Users/ann@a.example/${name}`).replaceAll('ENCODED', `Other%20Users/ann@a.example/${name}`)
    if (before !== undefined) await ben.play(`C: b ${put(before)}\nS: ...\nS: b OK *`)
    await ben.play(`C> c ${put(row.command).replaceAll('\\', '\\\\').replaceAll('\r\n', '\\r\\n')}\\r\\n`)
    let answer: string | undefined = ''
    do answer = await ben.line()
    while (answer !== undefined && !answer.startsWith('c '))
    await ben.play('C: u NOOP\nS: ...\nS: u OK *')
    return (answer ?? '').split(' ')[1] ?? ''
  }
  for (const row of table) {
    await t.test(row.command.split('\r\n')[0] ?? '', async () => {
      for (const right of ['', ...allRights]) {
        const expected = [...row.needs].every((needed) => needed === right) ? 'OK' : 'NO'
        assert.equal(await runs(row, right), expected, `with "l${row.base ?? ''}" and "${right}"`)
      }
      assert.equal(await runs(row, row.needs), 'OK', `with "${row.needs}"`)
      for (const needed of row.needs) {
        const others = [...allRights].filter((right) => right !== needed).join('')
        assert.equal(await runs(row, others), 'NO', `with everything but "${needed}"`)
      }
    })
  }
})

test('what rights make of a selected mailbox (RFC 4314 4, 5.2)', async (t) => {
  const server = await startImap(t)
  const ben = await server.as('ben')
  const select = async (name: string, rights: string, expected: string) => {
    await share(server, name, rights)
    await ben.play(`C: a SELECT "Other Users/ann@a.example/${name}"\nS: ...\n${expected}`)
  }

  await t.test('PERMANENTFLAGS and READ-ONLY', async () => {
    const behind = 'S: ...\nS: a OK'
    await select('one', 'lr', `S: * OK [PERMANENTFLAGS ()] read-only\n${behind} [READ-ONLY] SELECT *`)
    await select('two', 'lrs', `S: * OK [PERMANENTFLAGS (\\Seen)] kept\n${behind} [READ-WRITE] *`)
    await select('three', 'lrt', `S: * OK [PERMANENTFLAGS (\\Deleted)] kept\n${behind} [READ-WRITE] *`)
    await select('four', 'lrw', `S: * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Draft *)] kept\n${behind} [READ-WRITE] *`)
    await select('five', 'lri', `S: * OK [PERMANENTFLAGS ()] kept\n${behind} [READ-WRITE] *`)
    await select('six', 'lrkxap', `S: * OK [PERMANENTFLAGS ()] read-only\n${behind} [READ-ONLY] *`)
  })

  await t.test('STORE changes what it may of several flags, and leaves the others alone', async () => {
    const mailboxId = await share(server, 'flags', 'lrw')
    const ann = server.accountOf('ann')
    await server.store.setFlags(ann, mailboxId, [[1, 1]], 'add', { system: 1, keywords: 'Old' })
    await ben.play(`
      C: a SELECT "Other Users/ann@a.example/flags"
      S: ...
      S: a OK *
      C: b STORE 1 FLAGS (\\Flagged \\Deleted New)
      S: ...
      S: * 1 FETCH (FLAGS (*\\Seen \\Flagged New))
      S: b OK *
      C: c STORE 1 -FLAGS (\\Seen \\Flagged)
      S: * 1 FETCH (FLAGS (*\\Seen New))
      S: c OK *
      C: d STORE 1 -FLAGS (\\Seen)
      S: d NO [NOPERM] *
      C: e FETCH 1 (BODY[])
      S: ...
      S: e OK *
    `)
  })

  await t.test('who may only read marks nothing as seen; a copy keeps the flags that may be set there', async () => {
    const mailboxId = await share(server, 'unread', 'lr')
    await ben.play(`
      C: a SELECT "Other Users/ann@a.example/unread"
      S: ...
      S: a OK [READ-ONLY] *
      C: b FETCH 1 (FLAGS BODY[TEXT])
      S: * 1 FETCH (FLAGS (\\Recent) BODY[TEXT] {8}
      S: Hello.
      S: )
      S: b OK *
      C: c STATUS "Other Users/ann@a.example/unread" (UNSEEN)
      S: * STATUS * (UNSEEN 1)
      S: c OK *
    `)
    await server.store.setFlags(server.accountOf('ann'), mailboxId, [[1, 1]], 'add', { system: 1 | 4 | 8, keywords: 'Work' })
    await share(server, 'drop', 'lis')
    await ben.play(`
      C: a COPY 1 "Other Users/ann@a.example/drop"
      S: ...
      S: a OK [COPYUID * 1 2] *
      C: b COPY 1 INBOX
      S: b OK [COPYUID * 1 1] *
      C> c APPEND "Other Users/ann@a.example/drop" (\\Seen \\Flagged New) {10+}\\r\\nSubject: x\\r\\n
      S: c OK [APPENDUID * 3] *
      C: d SELECT INBOX
      S: ...
      S: d OK *
      C: e FETCH 1 FLAGS
      S: * 1 FETCH (FLAGS (\\Recent \\Seen \\Flagged \\Deleted Work))
      S: e OK *
    `)
    const drop = (await server.store.mailbox(server.accountOf('ann'), 'drop'))?.mailboxId
    const flags: string[] = []
    for await (const page of server.store.messages(server.accountOf('ann'), drop as MailboxId, [[1, 9]], {}))
      for (const { uid, system, keywords } of page) flags.push(`${uid} ${system} ${keywords}`)
    assert.deepEqual(flags, ['1 0 ', '2 1 ', '3 1 '])
  })

  await t.test('MOVE between own and shared; CLOSE removes only with "e"', async () => {
    const mailboxId = await share(server, 'moving', 'lrite')
    await ben.play(`
      C: a SELECT "Other Users/ann@a.example/moving"
      S: ...
      S: a OK *
      C: b MOVE 1 INBOX
      S: * OK [COPYUID * 1 2] moved
      S: * 1 EXPUNGE
      S: b OK *
      C: c SELECT INBOX
      S: ...
      S: c OK *
      C: d MOVE 2 "Other Users/ann@a.example/moving"
      S: * OK [COPYUID * 2 2] moved
      S: * 2 EXPUNGE
      S: d OK *
      C: e SELECT "Other Users/ann@a.example/moving"
      S: ...
      S: * 1 EXISTS
      S: ...
      S: e OK *
      C: f STORE 1 +FLAGS (\\Deleted)
      S: ...
      S: f OK *
    `)
    await server.store.setGrant(server.accountOf('ann'), mailboxId, { granteeId: server.accountOf('ben'), rights: 'lrit' })
    await ben.play('C: a CLOSE\nS: a OK *\nC: b STATUS "Other Users/ann@a.example/moving" (MESSAGES)\nS: * STATUS * (MESSAGES 1)\nS: b OK *')
  })
})

test('changes reach everybody who has the mailbox open, and end with the right to it', async (t) => {
  const server = await startImap(t)
  const [annId, benId] = [server.accountOf('ann'), server.accountOf('ben')]
  const mailboxId = await share(server, 'Work', 'lrswite')
  const idle = async () => {
    const ben = await server.as('ben')
    await ben.play('C: a SELECT "Other Users/ann@a.example/Work"\nS: ...\nS: a OK *\nC: i IDLE\nS: + idling')
    return ben
  }
  const gone = 'S: \\* BYE [UNAVAILABLE] the selected mailbox was deleted\nS: <closed>'

  await t.test('IDLE, both ways', async () => {
    const [ann, ben] = [await server.as('ann'), await idle()]
    await ann.play('C: a SELECT Work\nS: ...\nS: a OK *\nC: b STORE 1 +FLAGS (\\Flagged)\nS: ...\nS: b OK *')
    await ben.play('S: * 1 FETCH (FLAGS (*\\Flagged))')
    await ann.play('C> c APPEND Work {10+}\\r\\nSubject: x\\r\\n\nS: ...\nS: c OK *')
    await ben.play('S: * 2 EXISTS\nC: DONE\nS: ...\nS: i OK *\nC: d STORE 2 +FLAGS (\\Answered)\nS: ...\nS: d OK *')
    await ann.play('C: e NOOP\nS: * 2 FETCH (FLAGS (*\\Answered))\nS: e OK *')
  })

  await t.test('a right that is taken ends IDLE, and the next command of who is not in it', async () => {
    const [ben, other] = [await idle(), await server.as('ben')]
    await other.play('C: a SELECT "Other Users/ann@a.example/Work"\nS: ...\nS: a OK *')
    await server.store.setGrant(annId, mailboxId, { granteeId: benId, rights: 'l' })
    await ben.play(gone)
    await other.play(`C: b FETCH 1 BODY[]\n${gone}`)
    await server.store.setGrant(annId, mailboxId, { granteeId: benId, rights: 'lrs' })
  })

  await t.test('a session goes on with the rights that are left', async () => {
    const ben = await server.as('ben')
    await ben.play('C: a SELECT "Other Users/ann@a.example/Work"\nS: ...\nS: a OK [READ-WRITE] *\nC: b STORE 1 +FLAGS (\\Seen)\nS: ...\nS: b OK *')
    await server.store.setGrant(annId, mailboxId, { granteeId: benId, rights: 'lr' })
    await ben.play('C: c STORE 1 -FLAGS (\\Seen)\nS: c NO [NOPERM] *\nC: d LOGOUT\nS: ...\nS: d OK *')
  })

  await t.test('one’s own INBOX is watched beside that of another, which has the same number', async () => {
    await server.store.setGrant(annId, inbox, { granteeId: benId, rights: 'lr' })
    const ben = await server.as('ben')
    await ben.play(
      'C: a SELECT "Other Users/ann@a.example/INBOX"\nS: ...\nS: a OK *\nC: b NOTIFY SET (personal (MessageNew MessageExpunge))\nS: ...\nS: b OK *',
    )
    await server.deliver(mail, benId)
    await ben.play('S: * STATUS "INBOX" (*MESSAGES 1 *)\nC: c LOGOUT\nS: ...\nS: c OK *')
    await server.store.setGrant(annId, mailboxId, { granteeId: benId, rights: 'lr' })
  })

  await t.test('so does another domain, and a lock', async () => {
    const ben = await idle()
    server.people.rename(annId, 'ann@b.example')
    await ben.play(gone)
    server.people.rename(annId, 'ann@a.example')
    const again = await idle()
    server.people.lock(annId)
    await again.play(gone)
  })
  assert.deepEqual(server.errors, [])
})

/** Ways to write the name of a mailbox of ann that is not shared: `name` is it, or one that is not there at all. */
const forms: readonly ((name: string) => string)[] = [
  (name) => `Other Users/ann@a.example/${name}`,
  (name) => `Other Users/ann@a.example/${name}/`,
  (name) => `Other Users/ann@a.example/${name}/below`,
  (name) => `Other Users/ann@a.example//${name}`,
  (name) => `/Other Users/ann@a.example/${name}`,
  (name) => `other users/ann@a.example/${name}`,
  (name) => `OTHER USERS/ANN@A.EXAMPLE/${name}`,
  (name) => `Other Users/ANN@A.EXAMPLE/${name}`,
  (name) => `Other Users/ann/${name}`,
  (name) => `Other Users/ann@b.example/${name}`,
  (name) => `Other Users/1/${name}`,
  (name) => `Other Users/ann@a.example/shared/../${name}`,
  (name) => `Other Users/ben@a.example/../ann@a.example/${name}`,
  (name) => `Other Users/../Other Users/ann@a.example/${name}`,
  (name) => `../ann@a.example/${name}`,
  (name) => `../${name}`,
  (name) => `INBOX/../${name}`,
  (name) => `./Other Users/ann@a.example/${name}`,
  (name) => `Other Users\\\\ann@a.example\\\\${name}`,
  (name) => `Other Users/ann&AEA-a.example/${name}`,
  (name) => `&AE8-ther Users/ann@a.example/${name}`,
  (name) => `Other Users&AC8-ann@a.example&AC8-${name}`,
  (name) => `Other Users&,w8-ann@a.example&,w8-${name}`,
  (name) => `Other Users/ann@a.example/${name}&AAA-`,
  (name) => `Other Users/ann@a.example/&AAg-${name}`,
  (name) => `Other Users/ann@a.example/${name.toUpperCase()}`,
  (name) => `Other Users/ann@a.example/${name} `,
  (name) => `Other Users/ann=40a.example/${name}`,
  (name) => `Other Users/"ann"@a.example/${name}`.replaceAll('"', '\\"'),
  (name) => `~ann/${name}`,
  (name) => `~ann@a.example/${name}`,
  (name) => `#user/ann@a.example/${name}`,
  (name) => `user.ann.${name}`,
  (name) => `Shared/ann@a.example/${name}`,
  (name) => `Other Users.ann@a.example.${name}`,
]

test('a mailbox that may not be looked up answers as one that is not there', async (t) => {
  const calls: string[] = []
  const server = await startImap(t, { before: (method) => void calls.push(method) })
  const ben = await server.as('ben')
  await share(server, 'shared', 'lrk')
  await share(server, 'secret', '')
  await share(server, 'blind', 'rswipkxtea')
  await server.deliver(mail, server.accountOf('ben'))
  await ben.play('C: s SELECT INBOX\nS: ...\nS: s OK *')
  const commands: readonly ((name: string) => string)[] = [
    (name) => `SELECT "${name}"`,
    (name) => `EXAMINE "${name}"`,
    (name) => `STATUS "${name}" (MESSAGES)`,
    (name) => `DELETE "${name}"`,
    (name) => `RENAME "${name}" elsewhere`,
    (name) => `GETACL "${name}"`,
    (name) => `SETACL "${name}" ben@a.example lr`,
    (name) => `DELETEACL "${name}" ben@a.example`,
    (name) => `LISTRIGHTS "${name}" ben@a.example`,
    (name) => `MYRIGHTS "${name}"`,
    (name) => `LIST "" "${name}"`,
    (name) => `APPEND "${name}" {10+}\r\nSubject: x`,
    (name) => `COPY 1 "${name}"`,
    (name) => `MOVE 1 "${name}"`,
  ]
  const answers = async (form: (name: string) => string, name: string): Promise<string[]> => {
    const lines: string[] = []
    for (const command of commands) {
      await ben.play('C: s SELECT INBOX\nS: ...\nS: s OK *')
      calls.length = 0
      await ben.play(`C> c ${command(form(name)).replaceAll('\\', '\\\\').replaceAll('\r\n', '\\r\\n')}\\r\\n`)
      let line: string | undefined
      do lines.push((line = await ben.line()) ?? '')
      while (line !== undefined && !line.startsWith('c '))
      // What is asked of the store is the same, and with it the time that it takes.
      lines.push(calls.join(' '))
    }
    return lines
  }
  for (const form of forms) {
    await t.test(form('secret'), async () => {
      const nothing = await answers(form, 'nobody')
      assert.ok(
        nothing.filter((line) => line.startsWith('c ')).every((line) => /^c (NO|BAD) /.test(line) || line === 'c OK LIST completed'),
        nothing.join('\n'),
      )
      assert.deepEqual(await answers(form, 'secret'), nothing)
      assert.deepEqual(await answers(form, 'blind'), nothing)
    })
  }
  assert.deepEqual(server.errors, [])
})
