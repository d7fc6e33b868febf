import assert from 'node:assert/strict'
import { request } from 'node:http'
import test, { type TestContext } from 'node:test'
import { silent } from '../base/log.ts'
import { listen } from '../wire/listen.ts'
import { httpServer } from './server.ts'
import { wellKnownRoutes } from './well-known.ts'

interface Options {
  readonly policy?: string
  readonly contact?: string
}

async function open(context: TestContext, { policy, contact = '' }: Options): Promise<number> {
  const isOurs = async (domain: string) => domain === 'a.example'
  const routes = wellKnownRoutes({ isOurs, stsPolicy: () => policy, securityContact: () => contact, nowMs: () => Date.UTC(2026, 4, 1) })
  const server = await httpServer([routes], { log: silent })
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
  context.after(async () => {
    await listener.close()
    await server.close()
  })
  return listener.address.port
}

/** `fetch` lets nobody choose the Host. */
function get(port: number, host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => resolve([response.statusCode, response.headers['content-type'], response.headers.location, body].join('|')))
    })
    asked.on('error', reject).end()
  })
}

const policy = 'version: STSv1\r\nmode: testing\r\nmx: mx.host.example\r\nmax_age: 1209600\r\n'

for (const [what, host, options, expected] of [
  ['of a domain of ours', 'mta-sts.a.example', { policy }, `200|text/plain||${policy}`],
  ['in any case, with a port', 'MTA-STS.A.example:443', { policy }, `200|text/plain||${policy}`],
  ['of another domain', 'mta-sts.b.example', { policy }, '404|'],
  ['of a host that is no policy host', 'a.example', { policy }, '404|'],
  ['of what is no domain', 'mta-sts.', { policy }, '404|'],
  ['where none is served', 'mta-sts.a.example', {}, '404|'],
] as const) {
  test(`the MTA-STS policy ${what} (RFC 8461 3.3)`, async (context) => {
    const answer = await get(await open(context, options), host, '/.well-known/mta-sts.txt')
    assert.equal(answer.slice(0, expected.length), expected)
  })
}

test('security.txt only where the operator says whom to tell (RFC 9116)', async (context) => {
  assert.match(await get(await open(context, {}), 'a.example', '/.well-known/security.txt'), /^404/)
  const answer = await get(await open(context, { contact: 'mailto:security@a.example' }), 'a.example', '/.well-known/security.txt')
  assert.match(answer, /^200.*Contact: mailto:security@a\.example\r\nExpires: 2026-05-31T00:00:00\.000Z\r\n/s)
})

test('a password manager is led to where passwords are changed', async (context) => {
  assert.match(await get(await open(context, {}), 'a.example', '/.well-known/change-password'), /^302\|.*\|\/panel\/security\|/)
})
