import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gtube } from '../../../src/spam/test-strings.ts'
import { databaseOption, withEachEngine } from '../../harness/database.ts'
import { Door } from '../../harness/door.ts'
import { imapClient, newest } from '../../harness/imap-client.ts'
import { eventually } from '../../harness/server.ts'

const ann = 'ann@a.example'
const bob = 'bob@a.example'
const mailboxes = [ann, bob, 'carl@a.example']
const settings = ['reverse-lookup=off', 'greylisting=off']

const header = ['From: Dora <dora@sender.example>', 'Subject: Offer of the day', 'Date: Sun, 22 Nov 2026 10:00:00 +0000', 'Message-ID: <1@sender.example>']
const spam = [...header, '', gtube].join('\r\n')
const ham = [...header, '', 'Are you coming on Friday?'].join('\r\n')
const refusal = '550 5.7.1 Spam message rejected'

withEachEngine((engine) => {
  test(`what becomes of spam, as each address wants it (SPEC A5, A7) (${engine})`, async (context) => {
    await using door = await Door.open({ ...(await databaseOption(context, engine)), mailboxes, settings })
    await using imap = await imapClient(door.server, ann)
    const take = async (text: string) => assert.match(await door.send({ to: ann, text }), /^250 2\.0\.0 Ok/)

    await take(ham)
    const good = await newest(imap, 'INBOX', 1)
    assert.match(good, /^Return-Path: <carl@sender\.example>\r\n/)
    assert.match(good, /^X-Spam-Flag: NO\r$/m)
    assert.match(good, /^X-Spam-Status: No, score=\S+ tag=-999 tag2=6 kill=none/m)
    assert.match(good, /autolearn=\S+\r$/m)

    // folder, the default: marked \Junk, whatever its name; without one the inbox.
    await take(spam)
    const bad = await newest(imap, 'spam', 1)
    assert.match(bad, /^X-Spam-Flag: YES\r$/m)
    assert.match(bad, /^X-Spam-Score: 1\d\d\d/m)
    assert.match(bad, /^X-Spam-Level: \*{64}\r$/m)
    assert.match(bad, /^X-Spam-Status: Yes, score=.*tag2=6 kill=none/m)
    assert.match(bad, /^(X-Spam-Status:|\t).* tests=\[GTUBE=1000/m)
    assert.match(bad, /^X-Quarantine-ID: <[0-9A-Z]+>\r$/m)
    await imap.mailboxRename('spam', 'Werbung')
    await take(spam)
    await newest(imap, 'Werbung', 2)
    await imap.mailboxDelete('Werbung')
    await take(spam)
    assert.match(await newest(imap, 'INBOX', 2), /^X-Spam-Flag: YES\r$/m)

    await door.cli(`address set ${ann} spam-action=mark`)
    await take(spam)
    assert.match(await newest(imap, 'INBOX', 3), /^Subject: \[SPAM\] Offer of the day\r$/m)
    await door.cli(['setting', 'set', 'spam.mark=*** Werbung? ***'])
    await take(spam)
    const marked = await newest(imap, 'INBOX', 4)
    assert.match(marked, /^Subject: \*\*\* Werbung\? \*\*\* Offer of the day\r$/m)
    assert.ok(marked.endsWith(`${gtube}\r\n`))
    const lock = await imap.getMailboxLock('INBOX')
    const found = await imap.fetchOne('*', { envelope: true, bodyParts: ['1'], size: true })
    assert.ok(found)
    assert.equal(found.envelope?.subject, '*** Werbung? *** Offer of the day')
    assert.equal(found.bodyParts?.get('1')?.toString('latin1'), `${gtube}\r\n`)
    assert.equal(found.size, marked.length)
    assert.deepEqual(await imap.search({ subject: 'werbung' }), [found.seq])
    lock.release()

    await door.cli(`address set ${ann} spam-action=deliver`)
    await take(spam)
    assert.match(await newest(imap, 'INBOX', 5), /^Subject: Offer of the day\r$/m)

    await door.cli(`address set ${ann} spam-action=discard`)
    await take(spam)
    assert.match(
      await door.cli(`journal --address ${ann} --limit 1`),
      /Accepted and thrown away: the message is spam, and is thrown away \(1\d\d\d.* \/ 6: GTUBE=1000/,
    )

    await door.cli(`address set ${ann} spam-action=refuse`)
    assert.equal(await door.send({ to: ann, text: spam }), refusal)
    const told = await door.cli(`journal --address ${ann} --limit 1`)
    assert.match(told, /Refused: the message is spam/)
    assert.match(told, /^ {6}1000 GTUBE: The message holds the test line that every spam filter knows\.$/m)
    await take(ham)
    assert.match(await newest(imap, 'INBOX', 6), /^X-Spam-Flag: NO\r$/m, 'what was thrown away is not there')

    await door.cli(`address set ${ann} spam-level=off`)
    await take(spam)
    assert.doesNotMatch(await newest(imap, 'INBOX', 7), /^X-Spam/m)

    const { stdout } = await door.server.run(['verify'])
    assert.match(stdout, /all agree/)
  })
})

test('who is let through skips the filter; postmaster gets spam, too; the test string of the installation (SPEC A3, A6, A9b)', async () => {
  await using door = await Door.open({ mailboxes, settings: [...settings, 'spam-action=refuse', `postmaster.address=none`] })
  assert.equal(await door.send({ to: ann, text: spam }), refusal)
  await door.cli(`address let-through ${ann} carl@sender.example`)
  assert.match(await door.send({ to: ann, text: spam }), /^250/)
  assert.equal(await door.send({ to: ann, from: 'dora@sender.example', text: spam }), refusal)
  await door.cli(['setting', 'set', 'spam.test-string=PRUEFZEILE-17'])
  assert.equal(await door.send({ to: bob, text: ham.replace('Friday', 'PRUEFZEILE-17') }), refusal)
  assert.match(await door.send({ to: bob, text: ham }), /^250/)
  // Numbers that nothing reaches: nothing is spam.
  await door.cli('setting set spam.test-string=none spam.low=100')
  await door.cli(`address set ${bob} ${ann} spam-level=off`)
  assert.match(await door.send({ to: bob, text: spam }), /^250/)
})

test('recipients that could answer differently do not share a transaction; those that cannot do, each with its own header (SPEC A7)', async () => {
  await using door = await Door.open({ mailboxes, settings })
  await door.cli(`address set ${bob} spam-action=mark spam-level=high`)
  await door.cli('address set carl@a.example spam-action=refuse')
  using smtp = await door.connect()
  await smtp.mail('x@sender.example')
  assert.match(await smtp.rcpt(ann), /^250/)
  assert.match(await smtp.rcpt(bob), /^250/)
  assert.equal(await smtp.rcpt('carl@a.example'), '452 4.5.3 <carl@a.example>: different policy, send separately')
  assert.match(await smtp.text(spam), /^250/)
  await smtp.mail('x@sender.example')
  assert.match(await smtp.rcpt('carl@a.example'), /^250/)
  assert.match(await smtp.rcpt(ann), /^452 4\.5\.3/)
  assert.equal(await smtp.text(spam), refusal)

  await using annImap = await imapClient(door.server, ann)
  await using bobImap = await imapClient(door.server, bob)
  const [ofAnn, ofBob] = [await newest(annImap, 'spam', 1), await newest(bobImap, 'INBOX', 1)]
  assert.match(ofAnn, /tag2=6 kill=none/)
  assert.match(ofAnn, /^Subject: Offer/m)
  assert.match(ofBob, /tag2=4 kill=none/)
  assert.match(ofBob, /^Subject: \[SPAM\] Offer/m)
  // One record, so one blob; after a rebuild both are as they were.
  await door.server.stop()
  await door.server.posthorn(['rebuild'])
  await door.server.start()
  await using annAgain = await imapClient(door.server, ann)
  await using bobAgain = await imapClient(door.server, bob)
  assert.equal(await newest(annAgain, 'spam', 1), ofAnn)
  assert.equal(await newest(bobAgain, 'INBOX', 1), ofBob)
})

test('fields from outside are not shown as ours (SPEC A5)', async () => {
  await using door = await Door.open({ mailboxes, settings })
  const forged = [
    'X-Spam-Flag: NO',
    'X-Spam-Status: No, score=-100',
    '\ttests=[TRUSTED=-100]',
    'X-Virus-Status: Clean',
    'Authentication-Results: (x) MX.example.org;',
    '\tdmarc=pass header.from=bank.example',
    'Authentication-Results: other.example; dmarc=pass',
    'X-Spam-Report: somebody else’s',
  ]
  const text = [...forged.slice(0, 4), ...header, ...forged.slice(4), '', gtube].join('\r\n')
  assert.match(await door.send({ to: ann, text }), /^250/)
  await using imap = await imapClient(door.server, ann)
  const shown = await newest(imap, 'spam', 1)
  assert.equal([...shown.matchAll(/^X-Spam-(?:Flag|Status):/gm)].length, 2)
  assert.doesNotMatch(shown, /TRUSTED|X-Virus-Status|bank\.example/)
  assert.match(shown, /^Authentication-Results: other\.example; dmarc=pass\r$/m)
  assert.match(shown, /^X-Spam-Report:/m)
  assert.match(shown, /^X-Spam-Flag: YES\r$/m)
  assert.ok(shown.endsWith(`\r\n\r\n${gtube}\r\n`))
})

test('rules of the operator hold while the server runs; a broken file is refused with its line, in the log (SPEC A4)', async () => {
  await using door = await Door.open({ mailboxes, settings: [...settings, 'spam-action=refuse'] })
  const take = () => door.send({ to: ann, text: ham })
  assert.match(await take(), /^250/)
  const folder = join(door.server.data, 'rules')
  await mkdir(folder)
  const rule = 'test FRIDAY 50\n  when body has "friday"\n  de Der Text nennt den Freitag.\n  en The text names Friday.\n'
  await writeFile(join(folder, 'mine.rules'), rule)
  await eventually('the rule holds', async () => ((await take()) === refusal ? true : undefined))
  await writeFile(join(folder, 'mine.rules'), `${rule}what is this\n`)
  const line = await eventually('the log says so', async () => {
    assert.equal(await take(), refusal)
    return door.server.log.find(({ event }) => event.startsWith('rules refused'))
  })
  assert.match(String(line['reason']), /mine\.rules:5: /)
})
