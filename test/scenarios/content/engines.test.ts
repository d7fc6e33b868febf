import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gtube } from '../../../src/spam/test-strings.ts'
import { Door } from '../../harness/door.ts'
import { FakeEngine } from '../../harness/fake-engine.ts'
import { imapClient, newest } from '../../harness/imap-client.ts'
import { Rspamd, rspamdMissing } from '../../harness/rspamd.ts'
import { sendMail } from '../../harness/send-mail.ts'
import { eventually } from '../../harness/server.ts'
import { Spamd, spamdMissing } from '../../harness/spamd.ts'

const ann = 'ann@a.example'
const mailboxes = [ann]
const settings = ['reverse-lookup=off', 'greylisting=off']
const ham = [
  'From: Dora <dora@sender.example>',
  'Subject: Friday',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  'Message-ID: <1@sender.example>',
  '',
  'Are you coming?',
].join('\r\n')
const noDate = ham.replace(/^Date:.*\r\n/m, '')
const scoreOf = (text: string) => Number(/^X-Spam-Score: (\S+)\r$/m.exec(text)?.[1])
const testsIn = (text: string) => (/tests=\[([^\]]*)\]/.exec(text.replaceAll(/\r\n\s/g, ''))?.[1] ?? '').split(/,\s*/).filter((each) => each !== '')

for (const [name, missing, start, prefix, key] of [
  ['rspamd', rspamdMissing, async () => ((real) => ({ real, table: `[rspamd]\nurl = "${real.url}"` }))(await Rspamd.start()), 'RSPAMD_', 'rspamd'],
  [
    'SpamAssassin',
    spamdMissing,
    async () => ((real) => ({ real, table: `[spamassassin]\nsocket = "${real.socket}"` }))(await Spamd.start()),
    'SA_',
    'spamassassin',
  ],
] as const) {
  test(`what ${name} finds counts and shows as what we find does; without it mail goes on, and the operator is told`, { skip: missing }, async () => {
    const { real, table } = await start()
    await using _ = real
    await using door = await Door.open({ mailboxes, settings, tables: table })
    await using imap = await imapClient(door.server, ann)
    const got = async (text: string, count: number) => {
      assert.match(await door.send({ to: ann, text }), /^250/)
      return newest(imap, 'INBOX', count)
    }
    assert.equal((await door.tryCli('health')).code, 0)
    const half = await got(noDate, 1)
    const points = (text: string) =>
      Number(
        testsIn(text)
          .find((each) => each.startsWith(`${prefix}MISSING_DATE=`))
          ?.split('=')[1],
      )
    assert.ok(points(half) > 0, half)
    assert.ok(
      testsIn(half).some((each) => !each.startsWith(prefix)),
      'ours are there, too',
    )
    const sum = testsIn(half).reduce((total, each) => total + Number(each.split('=')[1]), 0)
    assert.ok(Math.abs(sum - scoreOf(half)) < 0.01, half)
    const told = await door.cli(`journal --address ${ann} --limit 1`)
    assert.match(told, new RegExp(`${prefix}MISSING_DATE: Found by the filter ${name}, which is asked as well`))

    await door.cli(`setting set ${key}.weight=1 spam.own-tests=fallback`)
    const whole = await got(noDate, 2)
    assert.ok(Math.abs(points(whole) - 2 * points(half)) < 0.01)
    assert.ok(
      testsIn(whole).every((each) => each.startsWith(prefix)),
      whole,
    )
    assert.match(await door.send({ to: ann, text: `${ham}\r\n${gtube}` }), /^250/)
    assert.match(await newest(imap, 'spam', 1), /tests=\[.*GTUBE=1000/s)

    await real.daemon.kill()
    const without = await got(noDate, 3)
    assert.ok(testsIn(without).length > 0 && testsIn(without).every((each) => !each.startsWith(prefix)), without)
    await eventually('the log says so', async () => door.server.log.find(({ event }) => event.startsWith('engine does not answer')))
    const { code, out } = await door.tryCli('health')
    assert.equal(code, 1)
    assert.match(out, new RegExp(`${name} does not answer \\(.*\\): mail is judged without it`))
    await real.daemon.restart()
    assert.ok(testsIn(await got(noDate, 4)).some((each) => each.startsWith(prefix)))
    await eventually('the log says so', async () => door.server.log.find(({ event }) => event === 'engine answers again'))
  })
}

test('an engine that hangs holds a message no longer than spam.timeout', async () => {
  await using fake = await FakeEngine.start()
  await using door = await Door.open({ mailboxes, settings: [...settings, 'spam.timeout=1s'], tables: `[rspamd]\nurl = "http://${fake.address}"` })
  await using imap = await imapClient(door.server, ann)
  const began = performance.now()
  assert.match(await door.send({ to: ann, text: ham }), /^250/)
  assert.ok(performance.now() - began < 8000)
  assert.match(await newest(imap, 'INBOX', 1), /^X-Spam-Flag: NO\r$/m)
  assert.match(await door.cli(`journal --address ${ann} --limit 1`), / …/, 'the verdict is of what was known')
})

test('an engine’s points alone make a message spam', async () => {
  const reply = JSON.stringify({ score: 40, symbols: { 'EVIL\r\nX-Injected: yes': { score: 40 } } })
  await using fake = await FakeEngine.start((socket, heard) => {
    if (heard.includes('checkv2')) socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${reply.length}\r\n\r\n${reply}`)
  })
  await using door = await Door.open({ mailboxes, settings, tables: `[rspamd]\nurl = "http://${fake.address}"` })
  await using imap = await imapClient(door.server, ann)
  assert.match(await door.send({ to: ann, text: ham }), /^250/)
  const spam = await newest(imap, 'spam', 1)
  assert.match(spam, /RSPAMD_EVIL__X_INJECTED__YES=20/)
  assert.doesNotMatch(spam, /^X-Injected/m)
  await door.cli(`address set ${ann} spam-level=off`)
  const asked = fake.connections
  assert.match(await door.send({ to: ann, text: ham }), /^250/)
  assert.equal(fake.connections, asked, 'who does not want the filter is not asked about')
})

test('what people of ours send is judged by the engines, too, as mail of somebody who has signed in', async () => {
  const reply = JSON.stringify({ score: 40, symbols: { EVIL: { score: 40 } } })
  await using fake = await FakeEngine.start((socket, heard) => {
    if (heard.includes('checkv2')) socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${reply.length}\r\n\r\n${reply}`)
  })
  await using door = await Door.open({ mailboxes, settings, tables: `[rspamd]\nurl = "http://${fake.address}"` })
  const text = `From: ${ann}\r\nSubject: Friday\r\n\r\nAre you coming?\r\n`
  assert.match(await sendMail(door.server, { from: ann, to: 'x@away.example', as: ann, text }), /^550 5\.7\.1 /)
  assert.match(fake.heard, /^User: ann@a\.example\r$/m)
  assert.doesNotMatch(fake.heard, /^(?:IP|Helo):/m)
  await door.cli('setting set outgoing.spam-limit=off')
  const asked = fake.connections
  assert.match(await sendMail(door.server, { from: ann, to: 'x@away.example', as: ann, text }), /^250 /)
  assert.equal(fake.connections, asked)
})
