import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import type { JournalShown } from '../../../src/api/contract/journal.ts'
import { firstIdOf } from '../../../src/journal/entry-id.ts'
import { Door, type Try } from '../../harness/door.ts'
import { eventually } from '../../harness/server.ts'

const named = '127.60.0.1'
const helo = 'helo.example'
const listed = '550 5.7.1 Spam message rejected'
const dayMs = 86_400_000

interface Case {
  readonly mail: Partial<Try> & { readonly size?: number }
  readonly outcome: 'refused' | 'deferred'
  readonly reply: string
  readonly checks: readonly string[]
}

/** Each by a sender of its own: `s0@sender.example`, … */
const cases: readonly Case[] = [
  {
    mail: { to: 'Nobody@a.example' },
    outcome: 'refused',
    reply: '550 5.1.1 <Nobody@a.example>: Recipient address rejected: User unknown',
    checks: ['address fail: no such address'],
  },
  { mail: { to: 'ann@b.example' }, outcome: 'refused', reply: '550 5.7.1 <ann@b.example>: Relaying denied', checks: ['relay fail: foreign domain'] },
  {
    mail: { to: 'ann@a.example', size: 2_000_000 },
    outcome: 'deferred',
    reply: '452 4.2.2 <ann@a.example>: Recipient address rejected: Mailbox full',
    checks: ['address pass: mailbox', 'quota wait: mailbox full'],
  },
  {
    mail: { to: 'office@a.example', client: '127.60.1.1' },
    outcome: 'refused',
    reply: listed,
    checks: ['address pass: forward (ann@a.example)', 'lists fail: listed (127.60.1.0/24)'],
  },
  {
    mail: { to: 'team@a.example', client: '127.60.2.1' },
    outcome: 'refused',
    reply: '550 5.7.25 Client host rejected: cannot find your hostname, [127.60.2.1]',
    checks: ['address pass: list (ann@a.example, bob@a.example)', 'reverse-lookup fail: no name'],
  },
  {
    mail: { to: 'team@a.example', client: '127.60.3.1' },
    outcome: 'deferred',
    reply: '450 4.7.25 Client host rejected: cannot find your hostname, [127.60.3.1]',
    checks: ['address pass: list (ann@a.example, bob@a.example)', 'reverse-lookup temperror: DNS failed (server failure)'],
  },
  {
    mail: { to: 'ann+tag@a.example' },
    outcome: 'deferred',
    reply: '450 4.7.1 <ann+tag@a.example>: Recipient address rejected: You have been greylisted, please try later',
    checks: ['address pass: mailbox (ann@a.example)', 'reverse-lookup pass: verified (mail.sender.example)', 'greylisting wait: first seen'],
  },
]

describe('the journal (SPEC A12)', () => {
  let door: Door

  before(async () => {
    door = await Door.open({
      zone: { [`ptr:${named}`]: { PTR: ['mail.sender.example'] }, 'mail.sender.example': { A: [named] }, 'ptr:127.60.3.1': { fault: 'servfail' } },
      mailboxes: ['ann@a.example', 'bob@a.example'],
      settings: ['greylisting.delay=1s', 'connection-limits=off', 'spam-level=off', 'dmarc=score'],
      commands: [
        'mailbox quota ann@a.example 1M',
        'address let-through bob@a.example friend@sender.example',
        'forward add office@a.example --to ann@a.example',
        'address block office@a.example 127.60.1.0/24 bad.example',
        'address set office@a.example greylisting=off',
        'list add team@a.example --to ann@a.example --to bob@a.example',
      ],
    })
  })
  after(async () => await door[Symbol.asyncDispose]())

  const find = async (filters: string): Promise<readonly JournalShown[]> => {
    const { code, out } = await door.tryCli(`journal --json ${filters}`)
    const entries = JSON.parse(out) as readonly JournalShown[]
    assert.equal(code, entries.length === 0 ? 1 : 0)
    return entries
  }
  /** Newest first. */
  const found = async (filters: string, count = 1): Promise<readonly JournalShown[]> =>
    await eventually(`${count} entries for ${filters}`, async () => {
      const entries = await find(filters)
      return entries.length === count ? entries : undefined
    })
  const checksOf = ({ checks }: JournalShown) =>
    checks.map(({ check, result, reason, detail }) => `${check} ${result}: ${reason}${detail === undefined ? '' : ` (${detail})`}`)

  describe('refused recipients', { concurrency: true }, () => {
    for (const [index, { mail, outcome, reply, checks }] of cases.entries()) {
      test(`refused: ${checks.at(-1)}`, async () => {
        const { to = '', client = named, size } = mail
        const sender = `s${index}@sender.example`
        const sentAtMs = Date.now()
        using smtp = await door.connect({ client, helo })
        await smtp.mail(sender, size === undefined ? '' : ` SIZE=${size}`)
        assert.equal(await smtp.rcpt(to), reply)
        const [entry] = await found(`--sender ${sender}`)
        assert.ok(entry)
        assert.deepEqual([entry.outcome, entry.reply, entry.clientIp, entry.helo, entry.recipient, entry.sizeBytes], [outcome, reply, client, helo, to, size])
        assert.deepEqual(checksOf(entry), checks)
        for (const { micros } of entry.checks) assert.ok(Number.isInteger(micros) && micros >= 0 && micros < 10_000_000)
        assert.ok(Math.abs(Date.parse(entry.at) - sentAtMs) < 10_000, entry.at)
        assert.match(entry.queueId ?? '', /^[0-9A-Z]{16}$/)
      })
    }
  })

  test('a message: one entry for each recipient, refused ones too, under one queue id', async () => {
    using smtp = await door.connect({ client: named, helo })
    await smtp.mail('friend@sender.example')
    const replies = [
      await smtp.rcpt('bob@a.example'),
      await smtp.rcpt('nobody@a.example'),
      await smtp.rcpt('team@a.example'),
      await smtp.rcpt('office@a.example'),
    ]
    assert.deepEqual(
      replies.map((reply) => reply.slice(0, 9)),
      ['250 2.1.5', '550 5.1.1', '450 4.7.1', '452 4.5.3'],
    )
    const [, queueId = ''] = /queued as (\S+)$/.exec(await smtp.data('Message-ID: <one@sender.example>\r\nFrom: a@bad.example')) ?? []
    const entries = await found(`--id ${queueId.toLowerCase()}`, 4)
    const told = Object.fromEntries(entries.map((entry): [string, string] => [entry.recipient ?? '', `${entry.outcome}, ${checksOf(entry).join(', ')}`]))
    assert.deepEqual(told, {
      'bob@a.example':
        'delivered, address pass: mailbox, lists pass: let through (friend@sender.example), reverse-lookup pass: verified (mail.sender.example), greylisting skip: let through',
      'nobody@a.example': 'refused, address fail: no such address',
      'team@a.example':
        'deferred, address pass: list (ann@a.example, bob@a.example), reverse-lookup pass: verified (mail.sender.example), greylisting wait: first seen',
      'office@a.example': 'deferred, address pass: forward (ann@a.example), lists pass: not listed, lists wait: different policy',
    })
    const [delivered] = await found('--id <one@sender.example>')
    assert.deepEqual([delivered?.queueId, delivered?.messageId, delivered?.clientName], [queueId, 'one@sender.example', 'mail.sender.example'])
    assert.ok((delivered?.sizeBytes ?? 0) > 60)
  })

  test('a message that was refused after DATA', async () => {
    const mail = { client: named, helo, to: 'office@a.example' }
    assert.equal(await door.send({ ...mail, from: 'late@sender.example', header: 'Message-ID: <late@x.example>\r\nFrom: a@bad.example' }), listed)
    const [entry] = await found('--id late@x.example')
    assert.deepEqual([entry?.outcome, entry?.recipient, entry?.reply], ['refused', mail.to, listed])
    assert.equal(entry && checksOf(entry).at(-1), 'lists fail: listed (bad.example)')
    assert.equal(await door.send({ ...mail, from: 'nul@sender.example', header: 'From: \0@bad.example' }), '550 5.6.0 Message refused: NUL in it')
    await found('--sender nul@sender.example')
    assert.match(
      (await door.tryCli('journal --sender nul@sender.example', { language: 'de' })).out,
      /Abgelehnt: die Nachricht enthält ein NUL \(Form der Nachricht\)\./,
    )
  })

  test('filters: address, sender, time, id, all together', async () => {
    assert.equal((await find('--address NOBODY@A.example')).length, 2)
    assert.equal((await find('--address nobody@a.example --sender S0@sender.example')).length, 1)
    assert.equal((await find('--sender s0@sender.example --since 1h')).length, 1)
    assert.equal((await find('--sender s0@sender.example --since 2099-01-01')).length, 0)
    assert.equal((await find('--limit 3')).length, 3)
    await door.try({ to: 'nobody@a.example', from: '', client: named })
    assert.equal((await found('--sender <>'))[0]?.sender, '')
  })

  test('more than 100 alike in an hour count in one row', async () => {
    using smtp = await door.connect({ client: '127.61.0.1' })
    await smtp.mail('guesser@sender.example')
    for (let at = 0; at < 130; at++) assert.match(await smtp.rcpt(`guess${at}@a.example`), /^550 5\.1\.1 /)
    const entries = await eventually('130 are counted', async () => {
      const rows = await find('--sender guesser@sender.example --limit 1000')
      return rows.reduce((sum, { repeats }) => sum + repeats, 0) === 130 ? rows : undefined
    })
    assert.deepEqual([entries.length, Math.max(...entries.map(({ repeats }) => repeats))], [101, 30])
  })

  test('the story of a greylisted message, in English and German', async () => {
    const mail = { to: 'team@a.example', from: 'story@sender.example', client: named, helo }
    assert.match(await door.send(mail), /^450 4\.7\.1 /)
    await sleep(1600)
    assert.match(await door.send({ ...mail, header: 'Message-ID: <story@sender.example>' }), /^250 /)
    await found('--sender story@sender.example', 2)
    const story = (text: string) =>
      text
        .replaceAll(/^\S+Z {2}[0-9A-Z]{16} {2}/gm, 'WHEN ')
        .replaceAll(/\([\d.,]+ (µs|ms)\)/g, '(TIME)')
        .replaceAll(/\d+ B$/gm, 'SIZE')
    const english = await door.cli('journal --sender story@sender.example')
    const address = 'the address is a distribution list (ann@a.example, bob@a.example)'
    const name = `the address ${named} has the host name mail.sender.example, which leads back to it`
    assert.equal(
      story(english),
      `WHEN team@a.example
  from story@sender.example by mail.sender.example [${named}]
  Deferred: the sender was seen for the first time (greylisting). The sending server may try again, and will do so by itself.
  answer: 450 4.7.1 <team@a.example>: Recipient address rejected: You have been greylisted, please try later
    address: passed, ${address} (TIME)
    reverse lookup: passed, ${name} (TIME)
    greylisting: must wait, the sender was seen for the first time (TIME)

WHEN team@a.example
  from story@sender.example by mail.sender.example [${named}]
  message <story@sender.example>, SIZE
  Delivered.
    address: passed, ${address} (TIME)
    reverse lookup: passed, ${name} (TIME)
    greylisting: passed, the sender came back after the wait (TIME)
`,
    )
    const { out } = await door.tryCli('journal --sender story@sender.example', { language: 'de' })
    assert.match(
      out,
      /^ {2}Aufgeschoben: der Absender wurde zum ersten Mal gesehen \(Greylisting\)\. Der sendende Server darf es wieder versuchen und tut das von selbst\.$/m,
    )
    assert.match(out, /^ {2}Zugestellt\.$/m)
    assert.match(out, /^ {4}Adresse: bestanden, die Adresse ist ein Verteiler \(ann@a\.example, bob@a\.example\) \([\d.,]+ (µs|ms)\)$/m)
  })

  test('it outlives the server, is read without one, and goes back as far as journal.days says', async () => {
    await door.try({ to: 'nobody@a.example', from: 'last@sender.example', client: named })
    assert.equal(await door.server.stop(), 0)
    assert.equal(
      (JSON.parse(await door.server.posthorn(['journal', '--sender', 'last@sender.example', '--json'])) as unknown[]).length,
      1,
      'written at the end',
    )
    age(path.join(door.server.data, 'posthorn.db'), 2 * dayMs)
    await door.server.start()
    assert.equal((await find('--sender last@sender.example')).length, 1)
    assert.equal((await find('--since 1d')).length, 0)
    await door.try({ to: 'nobody@a.example', from: 'new@sender.example', client: named })
    await found('--sender new@sender.example')
    await door.cli('setting set journal.days=1')
    assert.deepEqual(
      (await found('--limit 1000', 1)).map(({ sender }) => sender),
      ['new@sender.example'],
    )
  })
})

/** Makes every entry older: its time is part of its number. */
function age(file: string, ms: number): void {
  const nowMs = Date.now()
  const older = firstIdOf(nowMs) - firstIdOf(nowMs - ms)
  const database = new Sqlite(file)
  database.prepare('UPDATE journal SET entry_id = entry_id - ?').run(older)
  database.prepare('UPDATE journal_run SET first_id = first_id - ?, last_id = last_id - ?').run(older, older)
  database.close()
}
