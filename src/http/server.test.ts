import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { silent } from '../base/log.ts'
import { listen } from '../wire/listen.ts'
import { healthRoutes } from './health.ts'
import { httpServer, type Routes } from './server.ts'

async function open(context: TestContext, routes: readonly Routes[], proxyFrom: readonly string[] = [], forwardedFrom: readonly string[] = []) {
  const server = await httpServer(routes, { log: silent, forwardedFrom })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom, onPeer: (peer) => server.serve(peer) })
  context.after(async () => {
    await listener.close()
    await server.close()
  })
  const { port } = listener.address
  return { port, listener, url: `http://127.0.0.1:${port}` }
}

/** All that the server says until it closes. */
async function say(port: number, text: string): Promise<{ readonly socket: Socket; readonly all: Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {})
  const all = new Promise<string>((resolve) => socket.on('close', () => resolve(Buffer.concat(chunks).toString())))
  socket.write(text)
  return { socket, all }
}

const echo: Routes = (app) => {
  app.post('/echo', (request, reply) => reply.send(request.body))
  app.get('/who', (request, reply) => reply.type('text/plain').send(`${request.client.ip}${request.client.tls ? ' TLS' : ''}`))
  app.get('/fault', () => {
    throw new Error('a secret of the installation')
  })
}

const problemOf = async (response: Response) => {
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  return (await response.json()) as { readonly status: number; readonly detail?: string }
}

test('bodies go in and out, answers protect themselves', async (context) => {
  const { url } = await open(context, [echo])
  const response = await fetch(`${url}/echo`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":["ä"]}' })
  assert.deepEqual([response.status, await response.json()], [200, { a: ['ä'] }])
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(response.headers.get('cache-control'), 'no-store')
})

test('what is wrong with a request is a problem in words', async (context) => {
  const { url } = await open(context, [echo])
  const post = (body: string, type = 'application/json') => fetch(`${url}/echo`, { method: 'POST', headers: { 'content-type': type }, body })
  assert.deepEqual(await problemOf(await fetch(`${url}/nothing`)), {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'there is nothing at /nothing',
  })
  assert.equal((await problemOf(await post('{"a":'))).status, 400)
  assert.equal((await problemOf(await post('<a/>', 'application/xml'))).status, 415)
  assert.equal((await problemOf(await post(`"${'x'.repeat(1024 * 1024)}"`))).status, 413)
})

test('a fault of ours tells nothing', async (context) => {
  const { url } = await open(context, [echo])
  const { status, detail } = await problemOf(await fetch(`${url}/fault`))
  assert.equal(status, 500)
  assert.match(detail ?? '', /^request [0-9A-Z]{16}$/)
})

test('the client is the one that the PROXY header names, and nobody else', async (context) => {
  const { port } = await open(context, [echo], ['127.0.0.0/8'])
  const ask = 'GET /who HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n'
  const { all } = await say(port, `PROXY TCP4 192.0.2.7 127.0.0.1 4000 80\r\n${ask}`)
  assert.match(await all, /\r\n\r\n192\.0\.2\.7$/)
})

test('the client is the one that a balancer’s fields name, and nobody else’s', async (context) => {
  const ask = async (url: string) => (await fetch(`${url}/who`, { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' } })).text()
  assert.equal(await ask((await open(context, [echo], [], ['127.0.0.1'])).url), '203.0.113.9 TLS')
  assert.equal(await ask((await open(context, [echo], [], ['10.0.0.0/8'])).url), '0.0.0.0')
})

test('requests one after another on one connection, in pieces', async (context) => {
  const { port } = await open(context, [echo])
  const { socket, all } = await say(port, 'GET /who HTTP/1.1\r\nHo')
  socket.write('st: x\r\n\r\nGET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  assert.equal((await all).match(/HTTP\/1\.1 200 OK/g)?.length, 2)
})

test('who asks on and on without waiting for an answer is shown the door', async (context) => {
  let [atOnce, most] = [0, 0]
  const slow: Routes = (app) => {
    app.get('/slow', async (_, reply) => {
      most = Math.max(most, ++atOnce)
      await new Promise((resolve) => setTimeout(resolve, 100))
      atOnce--
      return reply.type('text/plain').send('done')
    })
  }
  const { port } = await open(context, [slow])
  const { all } = await say(port, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(500))
  const answers = (await all).match(/HTTP\/1\.1 \d+/g) ?? []
  assert.deepEqual([most, new Set(answers), answers.length < 40], [32, new Set(['HTTP/1.1 200', 'HTTP/1.1 429']), true])
})

test('nonsense and header sections without end get an answer and the door', async (context) => {
  const { port } = await open(context, [echo])
  for (const [text, answer] of [
    ['EHLO x\r\n\r\n', /^HTTP\/1\.1 400 /],
    [`GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['GET /who HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n', /^HTTP\/1\.1 400 /],
  ] as const) {
    const { all } = await say(port, text)
    assert.match(await all, answer, text.slice(0, 40))
  }
})

test('a server that stops ends idle connections, and lets a request come to its end', async (context) => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<string>()
  const slow: Routes = (app) => {
    app.get('/slow', async (_, reply) => {
      asked.resolve()
      return reply.type('text/plain').send(await answer.promise)
    })
  }
  const { port, listener } = await open(context, [slow])
  const idle = await say(port, 'GET /none HTTP/1.1\r\nHost: x\r\n\r\n')
  const busy = await say(port, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
  await asked.promise
  const closed = listener.close(10_000)
  assert.match(await idle.all, /^HTTP\/1\.1 404 /)
  answer.resolve('done')
  assert.match(await busy.all, /done$/)
  await closed
})

for (const [what, look, expected] of [
  ['answers', () => Promise.resolve(), 200],
  ['is away', () => Promise.reject(new Error('away')), 503],
  ['says nothing', () => new Promise(() => {}), 503],
] as const) {
  test(`ready when the database ${what}: ${expected}`, async (context) => {
    const { url } = await open(context, [healthRoutes(look)])
    assert.equal((await fetch(`${url}/health/ready`)).status, expected)
    assert.equal((await fetch(`${url}/health/live`)).status, 200)
  })
}
