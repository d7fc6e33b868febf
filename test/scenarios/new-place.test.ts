import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { imapClient, messagesOf } from '../harness/imap-client.ts'
import { eventually, password, Server } from '../harness/server.ts'
import { WebClient } from '../harness/web.ts'

const ann = 'ann@a.example'
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

test('a sign-in from a new place is told once, by mail in their language or in the panel, the server killed in between', async () => {
  await using server = await Server.start({ mailboxes: [ann], addressSettings: ['language=de'] })
  await server.posthorn(['operator', 'add', 'otto', '--password-stdin'], `${password}\n`)
  const enter = async (name: string, headers: Readonly<Record<string, string>> = {}) => {
    const body = JSON.stringify({ name, password })
    const { status, text } = await new WebClient(server).request('POST', '/api/session', body, { 'sec-fetch-site': 'same-origin', ...headers })
    assert.equal(status, 200, text)
  }
  const mail = async () => {
    await using client = await imapClient(server, ann)
    return await messagesOf(client, 'INBOX')
  }
  for (const name of [ann, 'otto']) {
    await enter(name)
    await enter(name, { 'user-agent': firefox })
  }
  await server.stop('SIGKILL')
  await server.start()
  const told = await eventually('ann is told', async () => ((await mail()).length > 0 ? (await mail())[0] : undefined))
  assert.match(told ?? '', /^Subject: Neue Anmeldung an Ihrem Konto\r$/m)
  assert.match(told ?? '', /^Auto-Submitted: auto-generated\r$/m)
  const text = Buffer.from((told ?? '').split('\r\n\r\n')[1] ?? '', 'base64').toString()
  assert.match(
    text,
    /als ann@a\.example angemeldet[^]*Browser: +Firefox \(Windows\)\r\n +Adresse: +127\.0\.0\.1[^]*https:\/\/mx\.example\.org:\d+\/panel\/security/,
  )

  // Nobody knows an address of otto's: the panel tells.
  const otto = await WebClient.signIn(server, 'otto', password)
  const shown = (await otto.call('place.list', {})).json as {
    readonly places: readonly { value: string }[]
    readonly notices: readonly { id: string; browser: string }[]
  }
  assert.deepEqual(
    [shown.notices.map(({ browser }) => browser), shown.places.map(({ value }) => value).toSorted()],
    [['Firefox (Windows)'], ['127.0.0.0/24', '?', 'Firefox (Windows)']],
  )
  const id = shown.notices[0]?.id ?? ''
  const client = await WebClient.signIn(server, ann, password)
  assert.deepEqual([(await client.call('place.seen', { id })).status, (await otto.call('place.seen', { id })).status], [404, 200])
  assert.match(await server.posthorn(['session', 'places', '--operator', 'otto']), /network +127\.0\.0\.0\/24/)

  // Died after the message was named: what is there is not told again, what is not is.
  const queueId = /^Message-ID: <([0-9A-Z]+)\.place@/im.exec(told ?? '')?.[1] ?? ''
  await server.stop()
  const database = new Database(path.join(server.data, 'posthorn.db'))
  const { account_id: accountId } = database.prepare('SELECT account_id FROM account').get() as { account_id: number }
  const insert = database.prepare("INSERT INTO place_notice VALUES (?, 'account', ?, 'taken', '192.0.2.7', ?, 'en', 1700000000000, 1, ?)")
  insert.run('a', accountId, 'Safari (macOS)', queueId)
  insert.run('b', accountId, 'Opera (Linux)', `${queueId.slice(0, -4)}ZZZZ`)
  database.close()
  await server.start()
  const [, second] = await eventually('the other is told', async () => {
    const all = await mail()
    return all.length > 1 ? all : undefined
  })
  assert.match(Buffer.from((second ?? '').split('\r\n\r\n')[1] ?? '', 'base64').toString(), /Opera \(Linux\)/)
  await enter(ann, { 'user-agent': firefox })
  await server.stop()
  await server.start()
  assert.equal((await mail()).length, 2)
  assert.deepEqual(server.complaints(), [])
})
