import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { imapClient, messagesOf } from '../harness/imap-client.ts'
import { sendMail } from '../harness/send-mail.ts'
import { eventually, Server } from '../harness/server.ts'

describe('mail to people here that is to come later (FUTURERELEASE, RFC 4865)', () => {
  let server: Server
  before(async () => {
    server = await Server.start({ mailboxes: ['ann@a.example', 'bob@a.example', 'cat@a.example', 'dan@a.example'], settings: ['greylisting=off'] })
    await server.posthorn(['list', 'add', 'team@a.example', '--to', 'bob@a.example', '--to', 'cat@a.example'])
  })
  after(() => server[Symbol.asyncDispose]())

  const send = async (to: string, subject: string, { holdSeconds = 4, rcptParameters = '' } = {}) => {
    const text = `From: ann@a.example\r\nTo: ${to}\r\nBcc: eve@a.example\r\nSubject: ${subject}\r\n\r\nHello\r\n`
    const answer = await sendMail(server, { from: 'ann@a.example', to, as: 'ann@a.example', mailParameters: `HOLDFOR=${holdSeconds}`, rcptParameters, text })
    return /^250 .* queued as (\w+)/.exec(answer)?.[1] ?? assert.fail(answer)
  }
  const inbox = async (address: string, subject: string): Promise<string[]> => {
    await using client = await imapClient(server, address)
    return (await messagesOf(client, 'INBOX')).filter((text) => text.includes(`Subject: ${subject}\r\n`))
  }
  const arrived = (address: string, subject: string) =>
    eventually(
      `${subject} for ${address}`,
      async () => {
        const found = await inbox(address, subject)
        return found.length > 0 ? found : undefined
      },
      40_000,
    )

  // Each mostly waits: all at once.
  describe('while the server runs', { concurrency: true }, () => {
    test('it waits where everybody can see it, and comes once, when it is time', async () => {
      const id = await send('bob@a.example', 'later', { holdSeconds: 20, rcptParameters: 'NOTIFY=SUCCESS ORCPT=rfc822;Bob@a.example' })
      assert.match(await server.posthorn(['queue', 'list', '--mailbox', 'ann@a.example']), new RegExp(id))
      assert.deepEqual(await inbox('bob@a.example', 'later'), [])
      assert.match(
        await server.posthorn(['journal', '--sender', 'ann@a.example']),
        /Accepted, to be delivered at its time\.[^]*its sender wanted it delivered at 20\d\d-/,
      )
      const [text = '', ...more] = await arrived('bob@a.example', 'later')
      assert.equal(more.length, 0)
      assert.match(text, /^Return-Path: <ann@a\.example>\r\n/)
      assert.match(text, /\r\nReceived: from \S+ \(signed in\)\r\n[^]*\r\nFrom: ann@a\.example\r\nTo: bob@a\.example\r\nSubject: later\r\n\r\nHello\r\n$/)
      assert.doesNotMatch(text, /Bcc/)
      const [notice = ''] = await eventually('the notice of success', async () => {
        await using client = await imapClient(server, 'ann@a.example')
        const found = (await messagesOf(client, 'INBOX')).filter((one) => one.includes('Action: delivered'))
        return found.length > 0 ? found : undefined
      })
      assert.match(notice, /\r\nOriginal-Recipient: rfc822;Bob@a\.example\r\nFinal-Recipient: rfc822; bob@a\.example\r\nAction: delivered\r\n/)
      assert.match(await server.posthorn(['journal', '--address', 'bob@a.example']), /Delivered\.[^]*its sender wanted it delivered at 20\d\d-/)
      assert.doesNotMatch((await server.run(['queue', 'list', '--mailbox', 'ann@a.example'])).stdout, new RegExp(id))
    })

    test('each member of a list has it, with his own way to leave', async () => {
      await send('team@a.example', 'for all')
      const [[bobs = ''], [cats = '']] = await Promise.all([arrived('bob@a.example', 'for all'), arrived('cat@a.example', 'for all')])
      const way = /List-Unsubscribe: <mailto:(.*?)\?/
      assert.notEqual(way.exec(bobs)?.[1], undefined)
      assert.notEqual(way.exec(bobs)?.[1], way.exec(cats)?.[1])
    })

    test('an absent person answers when it comes, not before', async () => {
      const file = path.join(server.folder, 'away.txt')
      await writeFile(file, 'Away.\n')
      await server.posthorn(['autoresponder', 'set', 'cat@a.example', '--text-file', file])
      await send('cat@a.example', 'absent', { holdSeconds: 8 })
      assert.deepEqual(await inbox('ann@a.example', 'Auto: absent'), [])
      assert.equal((await arrived('ann@a.example', 'Auto: absent')).length, 1)
      assert.equal((await inbox('cat@a.example', 'absent')).length, 1)
    })

    test('held by hand it waits beyond its time', async () => {
      const id = await send('bob@a.example', 'held', { holdSeconds: 8 })
      await server.posthorn(['queue', 'hold', id, '--reason', 'looks odd'])
      await sleep(10_000)
      assert.deepEqual(await inbox('bob@a.example', 'held'), [])
      await server.posthorn(['queue', 'release', id])
      assert.equal((await arrived('bob@a.example', 'held')).length, 1)
    })

    test('a mailbox that is gone by then: the sender is told', async () => {
      await send('dan@a.example', 'to dan')
      await server.posthorn(['mailbox', 'remove', 'dan@a.example', '--yes'])
      const notice = await eventually('the failure notice', async () => {
        await using client = await imapClient(server, 'ann@a.example')
        return (await messagesOf(client, 'INBOX')).find((one) => one.includes('Final-Recipient: rfc822; dan@a.example'))
      })
      assert.match(notice, /\r\nAction: failed\r\nStatus: 5\.1\.1\r\n/)
    })
  })

  test('a server that dies meanwhile delivers it, once, and a rebuild gives the same', async () => {
    await send('bob@a.example', 'through it all')
    process.kill(server.pid, 'SIGKILL')
    await server.stop()
    await server.start()
    assert.equal((await arrived('bob@a.example', 'through it all')).length, 1)
    await server.stop()
    assert.equal((await server.run(['verify'])).code, 0)
    const before = await server.run(['rebuild'])
    assert.equal(before.code, 0, before.stderr)
    await server.start()
    assert.equal((await inbox('bob@a.example', 'through it all')).length, 1)
    assert.equal((await inbox('bob@a.example', 'later')).length, 1)
  })
})
