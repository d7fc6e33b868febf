import assert from 'node:assert/strict'
import test from 'node:test'
import { imapClient, statusOf } from '../harness/imap-client.ts'
import { needs, runProgram } from '../harness/program.ts'
import { eventually, Server } from '../harness/server.ts'

const count = 2000

test(`smtp-source sends ${count} messages over ten connections; each is there once`, { skip: needs('postfix') }, async () => {
  const user = 'ann@a.example'
  const options = { mailboxes: [user], addressSettings: ['greylisting=off'], settings: ['connection-limits=off', 'greeting.delay=0'] }
  await using server = await Server.start(options)
  const load = ['-s', '10', '-m', String(count), '-l', '2000', '-d', '-f', 'load@sender.example', '-t', user, `127.0.0.1:${server.port('smtp')}`]
  const { code, stderr } = await runProgram('/usr/sbin/smtp-source', load, { limitMs: 120_000 })
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, server.said())

  await using client = await imapClient(server, user)
  const status = await eventually('all are in the index', async () => {
    const found = await statusOf(client, 'INBOX')
    return found.messages === count ? found : undefined
  })
  assert.deepEqual(status, { messages: count, uidNext: count + 1 })
  // Each got a queue id of its own, which its Received field names.
  await client.mailboxOpen('INBOX', { readOnly: true })
  const messages = await client.fetchAll('1:*', { headers: ['received'] })
  const ids = new Set(messages.map(({ headers }) => /\bid (\S+?)[;\s]/.exec(headers?.toString('latin1') ?? '')?.[1]))
  assert.equal(ids.size, count)
  await client.logout()

  // The limits are off, and it says so.
  assert.deepEqual(
    server.complaints().map(({ event, setting }) => [event, setting]),
    [['a protection is switched off', 'connection-limits']],
  )
  assert.equal(await server.stop(), 0)
  assert.equal((await server.run(['verify'])).code, 0)
})
