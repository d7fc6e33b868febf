import assert from 'node:assert/strict'
import { Agent, get } from 'node:https'
import test from 'node:test'
import { Server } from '../harness/server.ts'

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
