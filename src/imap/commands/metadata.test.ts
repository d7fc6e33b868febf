import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { startImap } from '../../../test/harness/imap.ts'

withEachEngine((engine, open) => {
  test(`METADATA (${engine})`, async (t) => {
    const server = await startImap(t, { open })

    await t.test('entries of a mailbox: set, told, removed (RFC 5464 4.2, 4.3)', async () => {
      const client = await server.as('ann')
      await client.play(`
        C: a GETMETADATA INBOX /private/comment
        S: * METADATA "INBOX" (/private/comment NIL)
        S: a OK GETMETADATA completed
        C: b SETMETADATA inbox (/PRIVATE/Comment "My \\"new\\" comment" /shared/comment "This one is for you!")
        S: b OK SETMETADATA completed
        C: c GETMETADATA "INBOX" (/shared/comment /private/comment /private/none)
        S: * METADATA "INBOX" (/shared/comment "This one is for you!" /private/comment "My \\"new\\" comment" /private/none NIL)
        S: c OK *
        C: d SETMETADATA INBOX (/private/comment {33}
        S: + *
        C: My new comment across
        C: two lines.)
        S: d OK *
        C: e GETMETADATA INBOX /private/comment
        S: * METADATA "INBOX" (/private/comment {33}
        S: My new comment across
        S: two lines.)
        S: e OK *
        C> f SETMETADATA INBOX (/private/comment ~{3+}\\r\\na\\0b /shared/comment NIL "/private/a b" {0+}\\r\\n)\\r\\n
        S: f OK *
        C: g GETMETADATA (DEPTH infinity) INBOX (/private /shared)
        S: * METADATA "INBOX" ("/private/a b" "" /private/comment ~{3}
        S: a*b)
        S: g OK *
      `)
    })

    await t.test('MAXSIZE and DEPTH, before the mailbox or behind it (RFC 5464 4.2.1, 4.2.2)', async () => {
      const client = await server.as('bob')
      await client.play(`
        C: a SETMETADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM boss" /private/filters/values/boss/x y)
        S: a BAD *
        C: b SETMETADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM boss" /private/filters/values/boss/x "y")
        S: b OK *
        C: c GETMETADATA INBOX (DEPTH 1) (/private/filters/values)
        S: * METADATA "INBOX" (/private/filters/values/boss "FROM boss" /private/filters/values/small "SMALLER 5000")
        S: c OK GETMETADATA completed
        C: d GETMETADATA (depth 1 maxsize 10) INBOX /private/filters/values
        S: * METADATA "INBOX" (/private/filters/values/boss "FROM boss")
        S: d OK [METADATA LONGENTRIES 12] GETMETADATA completed
        C: e GETMETADATA INBOX (MAXSIZE 8) (/private/filters/values/small /private/filters/values/boss)
        S: e OK [METADATA LONGENTRIES 12] *
        C: f GETMETADATA INBOX (DEPTH infinity) /private/none
        S: f OK GETMETADATA completed
        C: g LIST "" % RETURN (METADATA ("/private/filters/values/boss" /shared/comment))
        S: * LIST (\\HasNoChildren) "/" "INBOX"
        S: * METADATA "INBOX" (/private/filters/values/boss "FROM boss" /shared/comment NIL)
        S: g OK *
      `)
    })

    await t.test('of the server: what the operator says, and private entries (RFC 5464 3.2.1.1)', async () => {
      const [client, other] = [await server.as('cat'), await server.as('dan')]
      await client.play('C: a GETMETADATA "" (/shared/comment /shared/admin)\nS: * METADATA "" (/shared/comment NIL /shared/admin NIL)\nS: a OK *')
      server.people.note({ comment: 'ours', admin: 'mailto:postmaster@a.example' })
      await client.play(`
        C: b GETMETADATA (DEPTH infinity) "" (/private /shared)
        S: * METADATA "" (/shared/comment "ours" /shared/admin "mailto:postmaster@a.example")
        S: b OK *
        C: c SETMETADATA "" (/private/vendor/x/y "1" /shared/admin "mine")
        S: c NO [NOPERM] *
        C: d GETMETADATA "" /private/vendor/x/y
        S: * METADATA "" (/private/vendor/x/y NIL)
        S: d OK *
        C: e SETMETADATA "" (/private/vendor/x/y "1")
        S: e OK *
        C: f GETMETADATA "" /private/vendor/x/y
        S: * METADATA "" (/private/vendor/x/y "1")
        S: f OK *
      `)
      await other.play('C: a GETMETADATA "" /private/vendor/x/y\nS: * METADATA "" (/private/vendor/x/y NIL)\nS: a OK *')
    })

    await t.test('too long, too many, too much: nothing is changed (RFC 5464 4.3)', async () => {
      const client = await server.as('eve')
      const large = 'x'.repeat(32_768)
      await client.play(`
        C> a SETMETADATA INBOX (/private/comment {32769+}\\r\\n${large}x)\\r\\n
        S: a NO [METADATA MAXSIZE 32768] *
        C: b SETMETADATA INBOX (/private/comment {100000}
        S: b NO [METADATA MAXSIZE 32768] *
        C> c SETMETADATA INBOX (/private/comment "${large}x")\\r\\n
        S: c NO [METADATA MAXSIZE 32768] *
        C> d SETMETADATA INBOX (/private/comment {32768+}\\r\\n${large})\\r\\n
        S: d OK *
      `)
      const hundred = Array.from({ length: 99 }, (_, i) => `/private/vendor/x/${i} "1"`).join(' ')
      await client.play(`
        C: e SETMETADATA INBOX (${hundred})
        S: e OK *
        C: f SETMETADATA INBOX (/private/comment "other" /private/more "1")
        S: f NO [METADATA TOOMANY] *
        C: g GETMETADATA INBOX (MAXSIZE 10) (/private/comment)
        S: g OK [METADATA LONGENTRIES 32768] *
      `)
      for (let i = 0; i < 31; i++) await client.play(`C: h SETMETADATA INBOX (/shared/vendor/x/${i} "${large}")\nS: h OK *`)
      await client.play(`C: i SETMETADATA INBOX (/shared/vendor/x/more "${large}")\nS: i NO [OVERQUOTA] *`)
    })

    await t.test('/private/specialuse is what the mailbox is for (RFC 6154 5.4)', async () => {
      const client = await server.as('fay')
      await client.play(`
        C: a CREATE MyDrafts (USE (\\Drafts))
        S: a OK *
        C: b CREATE SavedDrafts
        S: b OK *
        C: c GETMETADATA "MyDrafts" /private/specialuse
        S: * METADATA "MyDrafts" (/private/specialuse "\\\\Drafts")
        S: c OK *
        C: d SETMETADATA "SavedDrafts" (/private/specialuse "\\\\drafts" /private/comment "x")
        S: d OK *
        C: e LIST (SPECIAL-USE) "" *
        S: * LIST (\\HasNoChildren \\Drafts) "/" "SavedDrafts"
        S: e OK *
        C: f SETMETADATA "SavedDrafts" (/private/specialuse "\\\\Drafts \\\\Sent" /private/comment "y")
        S: f NO [USEATTR] *
        C: g SETMETADATA "SavedDrafts" (/private/specialuse "\\\\All")
        S: g NO [USEATTR] *
        C: h SETMETADATA INBOX (/private/specialuse "\\\\Junk")
        S: h NO [CANNOT] *
        C: i SETMETADATA "SavedDrafts" (/private/specialuse NIL)
        S: i OK *
        C: j GETMETADATA "SavedDrafts" (/private/specialuse /private/comment)
        S: * METADATA "SavedDrafts" (/private/specialuse NIL /private/comment "x")
        S: j OK *
      `)
    })

    assert.deepEqual(server.errors, [])
  })
})

test('of shared mailboxes: who may look up and do anything sees them; who may change anything changes the shared ones (RFC 5464 3.3)', async (t) => {
  const server = await startImap(t)
  const [ann, ben] = [await server.as('ann'), await server.as('ben')]
  await ann.play('C: a CREATE Work\nS: a OK *\nC: b SETMETADATA Work (/shared/comment "ours" /private/comment "ann")\nS: b OK *')
  const work = '"Other Users/ann@a.example/Work"'
  const unknown = `
    C: a GETMETADATA ${work} /shared/comment
    S: a NO [NONEXISTENT] no such mailbox
    C: b SETMETADATA ${work} (/private/comment "x")
    S: b NO [NONEXISTENT] no such mailbox
  `
  await ben.play(unknown)
  await ann.play('C: c SETACL Work ben@a.example rwip\nS: c OK *')
  await ben.play(unknown)
  await ann.play('C: d SETACL Work ben@a.example lkxtea\nS: d OK *')
  await ben.play(`
    C: a GETMETADATA ${work} /shared/comment
    S: a NO [NOPERM] *
    C: b SETMETADATA ${work} (/private/comment "x")
    S: b NO [NOPERM] *
    C: c LIST "" Other*Work RETURN (METADATA /shared/comment)
    S: * LIST (\\HasNoChildren) "/" ${work}
    S: c OK *
  `)
  await ann.play('C: e SETACL Work ben@a.example lr\nS: e OK *')
  await ben.play(`
    C: d GETMETADATA ${work} (/shared/comment /private/comment /private/specialuse)
    S: * METADATA ${work} (/shared/comment "ours" /private/comment NIL /private/specialuse NIL)
    S: d OK *
    C: e SETMETADATA ${work} (/private/comment "ben" /shared/comment "mine")
    S: e NO [NOPERM] *
    C: f SETMETADATA ${work} (/private/comment "ben")
    S: f OK *
    C: g GETMETADATA ${work} (DEPTH infinity) (/private /shared)
    S: * METADATA ${work} (/private/comment "ben" /shared/comment "ours")
    S: g OK *
    C: h SETMETADATA ${work} (/private/specialuse "\\\\Sent")
    S: h NO [USEATTR] *
  `)
  await ann.play('C: f SETACL Work ben@a.example lrw\nS: f OK *')
  await ben.play(`C: i SETMETADATA ${work} (/shared/comment "everybody's")\nS: i OK *`)
  await ann.play(`
    C: g GETMETADATA Work (DEPTH infinity) (/private /shared)
    S: * METADATA "Work" (/private/comment "ann" /shared/comment "everybody's")
    S: g OK *
  `)
  assert.deepEqual(server.errors, [])
})

test('what GETMETADATA and SETMETADATA do not take', async (t) => {
  const server = await startImap(t)
  const client = await server.as('bad')
  for (const command of [
    'GETMETADATA',
    'GETMETADATA INBOX',
    'GETMETADATA INBOX ()',
    'GETMETADATA INBOX (/private/comment',
    'GETMETADATA INBOX comment',
    'GETMETADATA INBOX /comment',
    'GETMETADATA INBOX /other/comment',
    'GETMETADATA INBOX /private//comment',
    'GETMETADATA INBOX /private/comment/',
    'GETMETADATA INBOX "/private/*"',
    'GETMETADATA INBOX "/private/%"',
    'GETMETADATA INBOX "/private/a\tb"',
    `GETMETADATA INBOX /private/${'x'.repeat(255)}`,
    `GETMETADATA INBOX (${'/private/x '.repeat(101).trim()})`,
    'GETMETADATA (DEPTH 2) INBOX /private/comment',
    'GETMETADATA (DEPTH) INBOX /private/comment',
    'GETMETADATA (MAXSIZE x) INBOX /private/comment',
    'GETMETADATA (COLOUR red) INBOX /private/comment',
    'GETMETADATA () INBOX /private/comment',
    'GETMETADATA (DEPTH 1) INBOX (DEPTH 1) /private/comment',
    'SETMETADATA INBOX',
    'SETMETADATA INBOX ()',
    'SETMETADATA INBOX (/private/comment)',
    'SETMETADATA INBOX (/private/comment x)',
    'SETMETADATA INBOX /private/comment "x"',
    'SETMETADATA INBOX (/private "x")',
    'SETMETADATA INBOX (/private/vendor "x")',
    'SETMETADATA INBOX (/shared/vendor/x "x")',
    'SETMETADATA INBOX (/private/comment "x") more',
    'LIST "" % RETURN (METADATA)',
    'LIST "" % RETURN (METADATA ())',
  ]) {
    await client.play(`C: a ${command}\nS: a BAD *\nC: b NOOP\nS: b OK *`)
  }
  await client.play(`
    C> b SETMETADATA INBOX (/private/comment {3+}\\r\\na\\0b)\\r\\n
    S: b BAD *
    C: c GETMETADATA none /private/comment
    S: c NO [NONEXISTENT] *
    C: d SETMETADATA none (/private/comment "x")
    S: d NO [NONEXISTENT] *
  `)
  assert.deepEqual(server.errors, [])
})
