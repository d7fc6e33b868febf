import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { gtube } from '../../src/spam/test-strings.ts'
import { imapClient, messagesOf } from '../harness/imap-client.ts'
import { startNameServer } from '../harness/name-server.ts'
import { sendMail } from '../harness/send-mail.ts'
import { RemoteMx } from '../harness/remote-mx.ts'
import { eventually, Server } from '../harness/server.ts'

/** Takes one message. */
const takes = `
  S: 220 mx.sender.example ESMTP
  C: EHLO *
  S: 250-mx.sender.example
  S: 250 SIZE
  C: MAIL FROM:<>*
  S: 250 ok
  C: RCPT TO:<*
  S: 250 ok
  C: DATA
  S: 354 go on
  C: <text>
  S: 250 taken
  S: <close>
`

function mail(subject: string, { to = 'ann@a.example', fields = '', text = 'Hello' } = {}): string {
  return `From: Sam <sam@sender.example>\r\nTo: ${to}\r\nSubject: ${subject}\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${subject}@sender.example>\r\n${fields}\r\n${text}\r\n`
}

test('an absent person answers: once, nobody who should not be, and people here in their inbox (SPEC B6, RFC 3834)', async () => {
  await using remote = await RemoteMx.start(takes)
  const names = await startNameServer({ 'sender.example': { MX: [[10, 'mx.sender.example']] }, 'mx.sender.example': { A: ['127.0.0.1'] } })
  await using closing = new AsyncDisposableStack()
  closing.defer(() => names.close())
  await using server = await Server.start({
    mailboxes: ['ann@a.example', 'bob@a.example'],
    config: 'hostname = "mx.a.example"',
    tables: `[sending]\nport = ${remote.port}`,
    dns: [names.address],
    settings: ['greeting.delay=0', 'reverse-lookup=off', 'greylisting=off'],
    addressSettings: ['spam-action=folder'],
  })
  await server.posthorn(['alias', 'add', 'info@a.example', '--to', 'ann@a.example'])
  for (const { name, strings } of (await server.json(['dkim', 'records', 'a.example'])) as { name: string; strings: string[] }[])
    names.zone[name] = { TXT: [strings] }
  await server.posthorn(['dkim', 'check', 'a.example'])
  const file = path.join(server.folder, 'away.txt')
  await writeFile(file, 'Bin im Süden.\n')
  const day = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 10)
  const set = ['autoresponder', 'set', 'ann@a.example', '--text-file', file, '--zone', 'UTC']
  await server.posthorn([...set, '--from', day(0), '--to', day(86_400_000)])
  assert.match(await server.posthorn(['address', 'show', 'ann@a.example']), new RegExp(`answers automatically from ${day(0)} to ${day(86_400_000)}\n`))
  await server.posthorn(['address', 'set', 'ann@a.example', 'display-name=Ann Müller'])

  /** Sends it over port 25. Resolves when the journal says this of it. */
  const journal = async (text: string, says: RegExp, from = 'sam@sender.example'): Promise<void> => {
    const answer = await sendMail(server, { from, to: 'ann@a.example', text, helo: 'mx.sender.example' })
    const id = /queued as (\w+)/.exec(answer)?.[1] ?? ''
    await eventually(`the journal says ${says.source}`, async () => (says.test(await server.posthorn(['journal', '--id', id])) ? true : undefined))
  }

  await journal(mail('first', { to: 'Info <info@a.example>' }), /the mailbox answers/)
  const answer = await eventually('the answer arrives', async () => remote.texts[0])
  assert.match(answer, /^DKIM-Signature: .*\r\n(?:\s.*\r\n)* d=a\.example; s=/m)
  assert.match(answer, /^From: =\?utf-8\?\S+ <ann@a\.example>\r\nTo: <sam@sender\.example>\r\nSubject: Auto: first\r$/im)
  assert.match(answer, /^In-Reply-To: <first@sender\.example>\r\nReferences: <first@sender\.example>\r\nAuto-Submitted: auto-replied\r$/m)
  assert.ok(answer.includes(Buffer.from('Bin im Süden.').toString('base64')), answer)
  await eventually('the journal has the answer', async () =>
    /this is the automatic answer of ann@a\.example/.test(await server.posthorn(['journal', '--address', 'sam@sender.example'])) ? true : undefined,
  )

  await journal(mail('second'), /the sender has had one lately/)
  await journal(mail('list', { fields: 'List-Id: <l.sender.example>\r\n' }), /no answer to mailing lists/, 'lea@sender.example')
  await journal(mail('spam', { text: gtube }), /no answer to spam/, 'eve@sender.example')
  await journal(mail('blind', { to: 'you@sender.example' }), /none of the mailbox’s addresses/, 'lea@sender.example')
  await server.stop()
  await server.start()
  await journal(mail('after-restart'), /the sender has had one lately/)

  {
    const lunch = 'From: bob@a.example\r\nTo: ann@a.example\r\nSubject: lunch\r\n\r\n'
    assert.match(await sendMail(server, { from: 'bob@a.example', to: 'ann@a.example', as: 'bob@a.example', text: lunch }), /^250 /)
    await using inbox = await imapClient(server, 'bob@a.example')
    const [text] = await eventually('bob has the answer', async () => {
      const texts = await messagesOf(inbox, 'INBOX')
      return texts.length > 0 ? texts : undefined
    })
    assert.match(text ?? '', /^Return-Path: <>\r\n/)
    assert.match(text ?? '', /^Subject: Auto: lunch\r$/m)
  }

  await server.posthorn([...set, '--from', '2020-01-01', '--to', day(-86_400_000)])
  await journal(mail('too-late'), /today is not among its days/, 'lea@sender.example')
  await server.posthorn(['autoresponder', 'off', 'ann@a.example'])
  await journal(mail('off'), /^(?![^]*autoresponder)[^]*Delivered/, 'lea@sender.example')
  assert.deepEqual([remote.texts.length, remote.faults], [1, []])
})
