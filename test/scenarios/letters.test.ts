import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { request } from 'node:https'
import { imapClient, messagesOf } from '../harness/imap-client.ts'
import { eventually, Server } from '../harness/server.ts'

const mailboxes = ['ann', 'ben', 'cai', 'dov', 'eva', 'fay'].map((name) => `${name}@a.example`)

test('a letter reaches each mailbox once, the server killed in between, and news can be declined by one click (SPEC E5)', async () => {
  await using server = await Server.start({ mailboxes })
  const file = path.join(server.folder, 'letter.txt')
  await writeFile(file, 'We move\n\nOn Monday, {address}.\n')
  await server.posthorn(['letter', 'send', '--en', file, '--all', '--news'])
  await server.stop('SIGKILL')
  await server.start()
  const state = async () => JSON.parse((await server.run(['letter', 'show', '1', '--json'])).stdout) as { state: string; recipients: { sent: number } }
  await eventually('all have it', async () => ((await state()).state === 'sent' ? true : undefined))
  assert.equal((await state()).recipients.sent, mailboxes.length)
  let link = ''
  for (const address of mailboxes) {
    await using client = await imapClient(server, address)
    const [text = '', ...more] = await messagesOf(client, 'INBOX')
    assert.deepEqual(more, [], address)
    assert.match(text, /^Message-ID: <letter\.1\.\d+@/m)
    link = /^List-Unsubscribe: <([^>]+)>/m.exec(text)?.[1] ?? ''
  }
  const { pathname } = new URL(link)
  assert.equal(await post(server.port('https'), pathname), 200)
  assert.equal(await post(server.port('https'), pathname.replace(/-[0-9a-f]{4}/, '-0000')), 404)
  const preview = await server.run(['letter', 'preview', '--all', '--news', '--en', file])
  assert.match(preview.stdout, /^5 mailboxes; 1 want no news\n\nWe move\n\nOn Monday, (ann|ben)@a\.example\.\n\n-- \nNo more news like this: https:\/\/…\n$/)
})

function post(port: number, pathname: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const asked = request({ host: '127.0.0.1', port, path: pathname, method: 'POST', headers, rejectUnauthorized: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    asked.on('error', reject).end('List-Unsubscribe=One-Click')
  })
}
