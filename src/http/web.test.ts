import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { silent } from '../base/log.ts'
import { listen } from '../wire/listen.ts'
import { httpServer } from './server.ts'
import { webRoutes } from './web.ts'

interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A server over a folder with these files. Asks for a path as it is: fetch would tidy it up. */
async function open(context: TestContext, files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'web-'))
  await mkdir(path.join(folder, 'assets'))
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text)
  const server = await httpServer([webRoutes(folder)], { log: silent })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
  context.after(async () => {
    await listener.close()
    await server.close()
    await rm(folder, { recursive: true })
  })
  return (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: listener.address.port, path, headers, agent: new Agent() }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }))
      })
        .on('error', reject)
        .end()
    })
}

const built = {
  'index.html': '<p>page</p>',
  'assets/main-aaaa.js': 'script',
  'assets/main-aaaa.js.br': 'as brotli',
  'assets/main-aaaa.js.gz': 'as gzip',
  'secret.txt': 'x',
}

test('every path below /panel/ is the page, which nobody keeps, and which may use what comes from here alone', async (context) => {
  const get = await open(context, built)
  for (const path of ['/panel/', '/panel/domains/a.example', '/panel/addresses/ann%40a.example?x=1']) {
    const { status, headers, body } = await get(path)
    assert.equal(status, 200)
    assert.equal(body, '<p>page</p>')
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(
      headers['content-security-policy'],
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    )
  }
})

test('the root leads to the panel', async (context) => {
  const get = await open(context, built)
  for (const path of ['/', '/panel']) {
    const { status, headers } = await get(path)
    assert.deepEqual([status, headers['location']], [302, '/panel/'])
  }
})

for (const [accepted, coding, body] of [
  ['gzip, deflate, br', 'br', 'as brotli'],
  ['gzip;q=1.0, br;q=0', 'gzip', 'as gzip'],
  ['identity', undefined, 'script'],
] as const) {
  test(`a file that never changes, for a browser that takes ${accepted}`, async (context) => {
    const get = await open(context, built)
    const answer = await get('/panel/assets/main-aaaa.js', { 'accept-encoding': accepted })
    assert.equal(answer.body, body)
    assert.equal(answer.headers['content-encoding'], coding)
    assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(answer.headers['vary'], 'accept-encoding')
    const again = await get('/panel/assets/main-aaaa.js', { 'accept-encoding': accepted, 'if-none-match': String(answer.headers['etag']) })
    assert.deepEqual([again.status, again.body], [304, ''])
  })
}

test('nothing else is handed out', async (context) => {
  const get = await open(context, built)
  for (const path of ['/panel/assets/none-aaaa.js', '/panel/assets/..%2Fsecret.txt', '/panel/assets/%2e%2e%2findex.html', '/panel/assets/main-aaaa.js.br']) {
    const { status, body } = await get(path)
    assert.equal(status, 404, path)
    assert.match(body, /there is nothing at/)
  }
})

test('a server without a built web application says so', async (context) => {
  const get = await open(context, {})
  assert.equal((await get('/panel/')).status, 503)
})
