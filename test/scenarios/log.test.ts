import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNameServer } from '../harness/name-server.ts'
import { RemoteMx } from '../harness/remote-mx.ts'
import { sendMail } from '../harness/send-mail.ts'
import { eventually, Server } from '../harness/server.ts'

const knowsNobody = `
  S: 220 mx.away.example ESMTP
  C: EHLO *
  S: 250-mx.away.example
  S: 250 SIZE
  C: MAIL FROM:<*
  S: 250 ok
  C: RCPT TO:<*
  S: 550 5.1.1 nobody here
  S: <close>
`

test('the log tells the whole way of a message under one id (SPEC E7)', async () => {
  await using remote = await RemoteMx.start(knowsNobody)
  await using names = await startNameServer({ 'away.example': { MX: [[10, 'mx.away.example']] }, 'mx.away.example': { A: ['127.0.0.1'] } })
  await using server = await Server.start({
    mailboxes: ['ann@a.example'],
    env: { POSTHORN_LOG: 'debug' },
    tables: `[sending]\nport = ${remote.port}`,
    dns: [names.address],
    settings: ['greeting.delay=0', 'reverse-lookup=off', 'greylisting=off', 'dmarc=score'],
  })
  const text = 'From: <ann@a.example>\r\nTo: <x@away.example>\r\nMessage-ID: <1@a.example>\r\n\r\nHello\r\n'
  const answer = await sendMail(server, { from: 'ann@a.example', to: 'x@away.example', text, as: 'ann@a.example' })
  const queueId = /queued as (\w+)/.exec(answer)?.[1]
  const events = () => server.log.filter((line) => line['queueId'] === queueId).map(({ event }) => event)
  await eventually('the way of the message', async () => (events().includes('message tried elsewhere') ? true : undefined))
  assert.deepEqual(events(), ['message judged', 'message accepted', 'message tried elsewhere'])

  assert.match(await sendMail(server, { from: 'sam@sender.example', to: 'nobody@a.example', text }), /^550 /)
  const refused = await eventually('a line about it', async () => server.log.find(({ event }) => event === 'message not taken'))
  assert.match(String(refused['queueId']), /^[0-9A-Z]{16}$/)
})
