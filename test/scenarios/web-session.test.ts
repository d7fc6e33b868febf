import assert from 'node:assert/strict'
import test from 'node:test'
import { password, Server } from '../harness/server.ts'
import { askOverTls, type WebAnswer } from '../harness/web.ts'

function ask(port: number, method: string, path: string, { cookie = '', body = '' } = {}): Promise<WebAnswer> {
  const headers = { 'sec-fetch-site': 'same-origin', cookie, ...(body !== '' && { 'content-type': 'application/json' }) }
  return askOverTls(port, { method, path, headers, body })
}

for (const processes of [1, 2]) {
  test(`over TLS a session has a cookie of this host alone, and ${processes} processes know it`, async () => {
    const name = 'ann@a.example'
    await using server = await Server.start({ processes, mailboxes: [name] })
    const port = server.port('https')
    const entered = await ask(port, 'POST', '/api/session', { body: JSON.stringify({ name, password }) })
    assert.equal(entered.status, 200, entered.text)
    const setCookie = String(entered.headers['set-cookie']?.[0])
    assert.match(setCookie, /^__Host-posthorn=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/)
    const cookie = setCookie.split(';')[0] ?? ''
    const times = [1, 2, 3, 4]
    for (const { text } of await Promise.all(times.map(() => ask(port, 'GET', '/api/me', { cookie })))) assert.match(text, /"name":"ann@a\.example"/)
    await server.posthorn(['mailbox', 'password', name, '--password-stdin'], 'another password of hers\n')
    for (const { status } of await Promise.all(times.map(() => ask(port, 'GET', '/api/me', { cookie })))) assert.equal(status, 401)
    const plain = await fetch(`http://127.0.0.1:${server.port('http')}/api/session`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      body: JSON.stringify({ name, password: 'another password of hers' }),
    })
    assert.equal(plain.status, 403)
    assert.deepEqual(server.complaints(), [])
    for (const secret of [password, 'another password', cookie.slice(16)]) assert.ok(!JSON.stringify(server.log).includes(secret))
  })
}
