import assert from 'node:assert/strict'
import { Agent, get } from 'node:https'
import test from 'node:test'
import { Player } from '../harness/play.ts'
import { eventually, Server } from '../harness/server.ts'

function overTls(port: number, path: string): Promise<{ readonly status: number | undefined; readonly hsts: string | undefined }> {
  return new Promise((resolve, reject) => {
    const agent = new Agent({ rejectUnauthorized: false, maxSockets: 1 })
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode, hsts: response.headers['strict-transport-security'] }))
    }).on('error', reject)
  })
}

test('balancers ask whether the server lives and is ready, with and without TLS', async () => {
  await using server = await Server.start()
  for (const path of ['/health/live', '/health/ready']) {
    assert.equal((await fetch(`http://127.0.0.1:${server.port('http')}${path}`)).status, 200, path)
    assert.deepEqual(await overTls(server.port('https'), path), { status: 200, hsts: 'max-age=31536000' }, path)
  }
  assert.deepEqual(server.complaints(), [])
  assert.equal(await server.stop(), 0)
})

for (const processes of [1, 2]) {
  test(`Prometheus is told what became of mail, whichever of ${processes} processes it asks`, async () => {
    const user = 'ann@a.example'
    await using server = await Server.start({
      processes,
      mailboxes: [user],
      addressSettings: ['greylisting=off', 'spam-level=off'],
      settings: ['greeting.delay=0'],
    })
    using client = await Player.connect(server.port('smtp'))
    await client.play(`
      S: 220 *
      C: EHLO client.example
      S: ...
      S: 250 *
      C: MAIL FROM:<carl@sender.example>
      S: 250 *
      C: RCPT TO:<nobody@a.example>
      S: 550 *
      C: RCPT TO:<${user}>
      S: 250 *
      C: DATA
      S: 354 *
      C: Subject: counted
      C:
      C: Hello.
      C: .
      S: 250 *
    `)
    const wanted = [
      'posthorn_recipients_total{outcome="delivered"} 1',
      'posthorn_recipients_total{outcome="refused"} 1',
      'posthorn_refusals_total{check="address"} 1',
      'posthorn_connections{kind="mail"} 1',
      'posthorn_queue_recipients 0',
      'posthorn_relay_open{relay="default"} 1',
    ]
    await eventually('all is counted', async () => {
      const text = await (await fetch(`http://127.0.0.1:${server.port('http')}/metrics`, { headers: { connection: 'close' } })).text()
      return wanted.every((line) => text.includes(`${line}\n`)) ? true : undefined
    })
  })
}
