import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { startImap, type ImapUnderTest } from '../../../test/harness/imap.ts'
import type { Player } from '../../../test/harness/play.ts'

const enabled = `
  C: q ENABLE QRESYNC
  S: * ENABLED QRESYNC
  S: q OK *
`
const selected = `
  C: s SELECT INBOX
  S: ...
  S: s OK *
`

/** `count` messages with the UIDs 1 … and the modSeqs 2 …. */
async function mailboxOf(server: ImapUnderTest, name: string, count: number): Promise<Player> {
  for (let i = 1; i <= count; i++) await server.deliver(`Subject: ${i}\r\n\r\nx\r\n`, server.accountOf(name))
  return await server.as(name)
}

async function removeUids(server: ImapUnderTest, name: string, ...ranges: readonly (readonly [number, number])[]): Promise<void> {
  const account = server.accountOf(name)
  const inbox = await server.store.mailbox(account, 'INBOX')
  assert.ok(inbox !== undefined)
  for (const range of ranges) await server.store.expunge(account, inbox.mailboxId, [range], { deletedOnly: false })
}

test('QRESYNC', async (t) => {
  const server = await startImap(t)

  await t.test('VANISHED instead of EXPUNGE, and HIGHESTMODSEQ at the end (RFC 7162 3.2.7 to 3.2.10)', async () => {
    const client = await mailboxOf(server, 'vanished', 8)
    const other = await server.as('vanished')
    await other.play(selected)
    await client.play(`
      ${enabled}
      ${selected}
      C: a STORE 2,3,5 +FLAGS.SILENT (\\Deleted)
      S: * 2 FETCH (UID 2 MODSEQ (10))
      S: * 3 FETCH (UID 3 MODSEQ (10))
      S: * 5 FETCH (UID 5 MODSEQ (10))
      S: a OK *
      C: b EXPUNGE
      S: * VANISHED 2:3,5
      S: b OK [HIGHESTMODSEQ 11] EXPUNGE completed
      C: c EXPUNGE
      S: c OK EXPUNGE completed
      C: d STORE 2 +FLAGS.SILENT (\\Deleted)
      S: * 2 FETCH (UID 4 MODSEQ (12))
      S: d OK *
      C: e UID EXPUNGE 1:*
      S: * VANISHED 4
      S: e OK [HIGHESTMODSEQ 13] UID EXPUNGE completed
      C: f CREATE target
      S: f OK *
      C: g UID MOVE 6 target
      S: * OK [COPYUID * 6 1] moved
      S: * VANISHED 6
      S: g OK [HIGHESTMODSEQ 15] UID MOVE completed
      C: h STORE 1 +FLAGS.SILENT (\\Deleted)
      S: * 1 FETCH (UID 1 MODSEQ (16))
      S: h OK *
      # Others have not been told, so nothing is said of modSeqs (3.2.8).
      C: i CLOSE
      S: i OK CLOSE completed
    `)
    await other.play(`
      C: a NOOP
      S: * 6 EXPUNGE
      S: * 5 EXPUNGE
      S: * 4 EXPUNGE
      S: * 3 EXPUNGE
      S: * 2 EXPUNGE
      S: * 1 EXPUNGE
      S: a OK *
    `)
  })

  await t.test('what others remove vanishes when that may be told; until then the client is told how far it knows (RFC 7162 3.2)', async () => {
    const client = await mailboxOf(server, 'others', 4)
    await client.play(`${enabled}${selected}`)
    await removeUids(server, 'others', [1, 1], [3, 3])
    await client.play(`
      C: a STORE 4 +FLAGS (\\Seen)
      S: * 4 FETCH (UID 4 FLAGS (\\Recent \\Seen) MODSEQ (8))
      S: * OK [HIGHESTMODSEQ 5] *
      S: a OK *
      C: b NOOP
      S: * VANISHED 1,3
      S: b OK *
      C: c FETCH 1:2 UID
      S: * 1 FETCH (UID 2)
      S: * 2 FETCH (UID 4)
      S: c OK *
    `)
    await client.play('C: d IDLE\nS: + idling')
    await removeUids(server, 'others', [2, 2])
    await client.play('S: * VANISHED 2\nC: DONE\nS: d OK *')
  })

  await t.test('a message that came and went in between was never there', async () => {
    const client = await mailboxOf(server, 'between', 1)
    await client.play(`${enabled}${selected}`)
    await server.deliver('Subject: short\r\n\r\n', server.accountOf('between'))
    await removeUids(server, 'between', [2, 2])
    await client.play('C: a NOOP\nS: a OK *')
  })

  await t.test('UID FETCH … (CHANGEDSINCE … VANISHED) (RFC 7162 3.2.6)', async () => {
    const client = await mailboxOf(server, 'fetch', 6)
    await client.play(`${enabled}${selected}`)
    await removeUids(server, 'fetch', [2, 3], [5, 6])
    await client.play(`
      # Those of this session first, then those of before, then flags.
      C: a UID FETCH 1:* (FLAGS) (CHANGEDSINCE 4 VANISHED)
      S: * VANISHED 2:3,5:6
      S: * VANISHED (EARLIER) 2:3,5:6
      S: * 2 FETCH (UID 4 FLAGS (\\Recent) MODSEQ (5))
      S: a OK *
      C: b UID FETCH 3:5 (FLAGS) (CHANGEDSINCE 8 VANISHED)
      S: * VANISHED (EARLIER) 5
      S: b OK *
      C: c UID FETCH 1:* (FLAGS) (VANISHED CHANGEDSINCE 9)
      S: c OK *
      C: d UID FETCH 1:* (FLAGS) (VANISHED)
      S: d BAD *
      C: e FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)
      S: e BAD *
      C: f UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED VANISHED)
      S: f BAD *
    `)
  })

  await t.test('SELECT (QRESYNC (…)) tells what was missed (RFC 7162 3.2.5)', async () => {
    const first = await mailboxOf(server, 'select', 10)
    await first.play(`${selected}
      C: a STORE 4,7 +FLAGS.SILENT (\\Seen)
      S: a OK *
    `)
    await removeUids(server, 'select', [1, 2], [6, 6], [10, 10])
    const client = await server.as('select')
    await client.play(`
      C: a SELECT INBOX (QRESYNC (1700000000 11))
      S: a BAD QRESYNC needs *
      ${enabled}
      C: b SELECT INBOX (QRESYNC (1700000000 11))
      S: * 6 EXISTS
      S: * 0 RECENT
      S: ...
      S: * OK [HIGHESTMODSEQ 15] *
      S: * VANISHED (EARLIER) 1:2,6,10
      S: * 2 FETCH (UID 4 FLAGS (\\Seen) MODSEQ (12))
      S: * 4 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (12))
      S: b OK [READ-WRITE] *
      # Only of what it knows
      C: c SELECT INBOX (QRESYNC (1700000000 11 2:4,9:400))
      S: * OK [CLOSED] *
      S: ...
      S: * VANISHED (EARLIER) 2,10
      S: * 2 FETCH (UID 4 FLAGS (\\Seen) MODSEQ (12))
      S: c OK *
      # UID 5 is the third message, and was for the client: it knows what went below. UID 8 was its seventh, and is the fifth.
      C: d SELECT INBOX (QRESYNC (1700000000 11 1:10 (1,3,7 3,5,8)))
      S: ...
      S: * VANISHED (EARLIER) 6,10
      S: * 2 FETCH (UID 4 FLAGS (\\Seen) MODSEQ (12))
      S: * 4 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (12))
      S: d OK *
      C: e EXAMINE INBOX (CONDSTORE QRESYNC (1700000000 13 (1:99 1:99)))
      S: ...
      S: * VANISHED (EARLIER) 6,10
      S: e OK [READ-ONLY] *
      # Nothing was missed, or is missing from the future
      C: f SELECT INBOX (QRESYNC (1700000000 15))
      S: ...
      S: * OK [HIGHESTMODSEQ 15] *
      S: f OK *
      C: g SELECT INBOX (QRESYNC (1700000000 99 1:*))
      S: g BAD *
      C: h SELECT INBOX (QRESYNC (1700000000 99 1:10))
      S: ...
      S: * OK [HIGHESTMODSEQ 15] *
      S: h OK *
      # Another mailbox under the same name (UIDVALIDITY)
      C: i SELECT INBOX (QRESYNC (1699999999 1 1:10))
      S: ...
      S: * OK [HIGHESTMODSEQ 15] *
      S: i OK *
    `)
  })

  await t.test('what SELECT (QRESYNC …) does not take', async () => {
    const client = await mailboxOf(server, 'bad', 1)
    await client.play(enabled)
    for (const parameter of [
      '()',
      '(QRESYNC)',
      '(QRESYNC ())',
      '(QRESYNC (1))',
      '(QRESYNC (0 1))',
      '(QRESYNC (1 1 *))',
      '(QRESYNC (1 1 $))',
      '(QRESYNC (1 1 1:2 ()))',
      '(QRESYNC (1 1 1:2 (1:2)))',
      '(QRESYNC (1 1 1:2 (1:2 1:3)))',
      '(QRESYNC (1 1 1:2 (2,1 1:2)))',
      '(QRESYNC (1 1 1:2 (2:1 1:2)))',
      '(QRESYNC (1 1 1:2 (1:2 1:*)))',
      '(QRESYNC (1 1 1:2 (1 1) 1))',
      '(QRESYNC (1 1) QRESYNC (1 1))',
      '(QRESYNC (1 99999999999999999999))',
      '(QRESYNC (1 1)',
    ]) {
      await client.play(`C: a SELECT INBOX ${parameter}\nS: a BAD *\nC: r NOOP\nS: r OK *`)
    }
  })

  await t.test('sets without end cost what there is', async () => {
    const client = await mailboxOf(server, 'endless', 3)
    await removeUids(server, 'endless', [1, 1])
    await client.play(`
      ${enabled}
      C: a SELECT INBOX (QRESYNC (1700000000 2 1:4294967295 (1:4294967295 1:4294967295)))
      S: ...
      S: * VANISHED (EARLIER) 1
      S: * 1 FETCH (UID 2 *
      S: * 2 FETCH (UID 3 *
      S: a OK *
      C: b UID FETCH 1:4294967295 UID (CHANGEDSINCE 1 VANISHED)
      S: * VANISHED (EARLIER) 1
      S: * 1 FETCH (UID 2 *
      S: * 2 FETCH (UID 3 *
      S: b OK *
    `)
  })

  assert.deepEqual(server.errors, [])
})

withEachEngine((engine, open) => {
  test(`what went in hundreds of commands is told page by page, all of it once (${engine})`, async (t) => {
    const server = await startImap(t, { open })
    const account = server.accountOf('many')
    const count = 900
    for (let i = 0; i < count; i++) void server.store.deliver(...mail(account))
    await server.store.settled()
    const client = await server.as('many')
    const inbox = await server.store.mailbox(account, 'INBOX')
    assert.equal(inbox?.uidNext, count + 1)
    // Every second one, each by a command of its own.
    const removals: Promise<unknown>[] = []
    for (let uid = 2; uid <= count; uid += 2) removals.push(server.store.expunge(account, inbox.mailboxId, [[uid, uid]], { deletedOnly: false }))
    await Promise.all(removals)
    await client.play(`${enabled}
      C: a SELECT INBOX (QRESYNC (1700000000 ${inbox.highestModSeq}))
      S: ...
      S: * OK [HIGHESTMODSEQ ${inbox.highestModSeq + count / 2}] *
    `)
    const gone: string[] = []
    for (let line = (await client.line()) ?? ''; !line.startsWith('a OK'); line = (await client.line()) ?? '') {
      assert.match(line, /^\* VANISHED \(EARLIER\) [\d,]+$/)
      gone.push(...line.slice('* VANISHED (EARLIER) '.length).split(','))
    }
    assert.deepEqual(
      gone,
      Array.from({ length: count / 2 }, (_, i) => `${2 * i + 2}`),
    )
  })
})

function mail(account: number): Parameters<ImapUnderTest['store']['deliver']> {
  const octets = Buffer.from('Subject: x\r\n\r\n')
  const destinations = [{ accountId: account as never, prefixStart: 0, prefixLength: 0 }]
  const record = {
    kind: 'mail',
    queueId: 'q' as never,
    atMs: 1_700_000_000_000,
    reversePath: '',
    clientIp: '',
    helo: undefined,
    recipients: [],
    octetsStart: 0,
  } as const
  return [{ ...record, destinations }, [octets]]
}
