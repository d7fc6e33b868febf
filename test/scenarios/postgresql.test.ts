import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { makeMessage } from '../harness/corpus.ts'
import { imapClient, statusOf } from '../harness/imap-client.ts'
import { administer, postgresqlMissing, sharedServer, stopSharedServer } from '../harness/postgresql.ts'
import { needs } from '../harness/program.ts'
import { eventually, Server } from '../harness/server.ts'
import { swaks } from '../harness/swaks.ts'

const user = 'ann@a.example'

describe('the whole server over PostgreSQL', { skip: postgresqlMissing ?? needs('swaks') }, () => {
  after(stopSharedServer)

  test('takes mail, shows it, remembers it over a restart and makes its index anew', async () => {
    const postgresql = await sharedServer()
    await administer(postgresql, 'CREATE DATABASE whole')
    // pg takes the user as a parameter too; a URL with a user and no host is none to URL.
    const database = postgresql.url('whole').replace('//postgres@', '//').concat('&user=postgres')
    const options = { database, mailboxes: [user], settings: ['greylisting.delay=1s', 'greeting.delay=0'] }
    await using server = await Server.start(options)

    const send = async (subject: string) => await swaks({ port: server.port('smtp'), from: 'carl@sender.example', to: user, subject })
    const first = await send('greylisted')
    assert.match(first.refusals[0] ?? '', /^450 4\.7\.1 .*greylisted/)
    await eventually('the retry is accepted', async () => ((await send('greylisted')).code === 0 ? true : undefined))

    const look = async () => {
      await using client = await imapClient(server, user)
      await client.mailboxOpen('INBOX')
      return (await client.fetchAll('1:*', { envelope: true, flags: true, uid: true })).map(({ uid, envelope, flags }) => {
        const kept = [...(flags ?? [])].filter((flag) => flag !== '\\Recent')
        return [uid, envelope?.subject, kept.sort().join(' ')]
      })
    }
    {
      await using client = await imapClient(server, user)
      await client.append('INBOX', makeMessage(1), ['\\Seen'])
      await client.mailboxOpen('INBOX')
      await client.messageFlagsAdd('1', ['\\Flagged'])
      await client.messageCopy('1', 'Archive')
      assert.equal((await statusOf(client, 'Archive')).messages, 1)
    }
    const before = await look()
    assert.deepEqual(before, [
      [1, 'greylisted', '\\Flagged'],
      [2, 'Message 1 für you', '\\Seen'],
    ])

    assert.equal(await server.stop(), 0)
    assert.equal((await server.run(['verify'])).code, 0)
    await server.posthorn(['rebuild'])
    await server.start()
    assert.deepEqual(await look(), before)
    assert.equal((await send('after the restart')).code, 0, 'the greylist was kept')
    assert.deepEqual(server.complaints(), [])
    assert.equal(await server.stop(), 0)
  })
})
