import assert from 'node:assert/strict'
import { once } from 'node:events'
import test, { type TestContext } from 'node:test'
import { connect, createSecureContext, type SecureVersion, type TLSSocket } from 'node:tls'
import { certificateA, keyA } from '../../test/harness/certificate.ts'
import { clientCa, clientCertificates } from '../../test/harness/client-certificates.ts'
import { addressesIn } from './client-certificate.ts'
import { listen } from './listen.ts'

/** A server that says which addresses the client has proved. */
async function asking(context: TestContext, requestCertificate = true): Promise<number> {
  const secure = createSecureContext({ cert: certificateA, key: keyA, ca: clientCa, sessionIdContext: 'test' })
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    proxyFrom: [],
    requestCertificate,
    async onPeer(peer) {
      await peer.acceptTls(secure)
      peer.end(`<${peer.clientAddresses.join(' ')}>`)
    },
  })
  context.after(() => listener.close())
  return listener.address.port
}

async function answer(socket: TLSSocket): Promise<string> {
  let text = ''
  socket.on('data', (octets: Buffer) => (text += octets.toString()))
  await once(socket, 'end')
  return text
}

for (const [name, expected] of [
  ['ann', '<ann@a.example>'],
  ['two', '<ann@a.example bob@a.example>'],
  ['hidden', '<>'],
  ['stranger', '<>'],
  ['nameless', '<>'],
  ['server', '<>'],
  [undefined, '<>'],
] as const) {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as readonly SecureVersion[]) {
    test(`a client with ${name === undefined ? 'no certificate' : `the certificate "${name}"`} over ${maxVersion}: ${expected}`, async (context) => {
      const port = await asking(context)
      const options = name === undefined ? {} : clientCertificates[name]
      assert.equal(await answer(connect({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion, ...options })), expected)
    })
  }
}

test('a resumed session has the certificate of the first', async (context) => {
  const port = await asking(context)
  const options = { port, host: '127.0.0.1', rejectUnauthorized: false, ...clientCertificates.ann }
  const first = connect(options)
  const session = once(first, 'session') as Promise<[Buffer]>
  assert.equal(await answer(first), '<ann@a.example>')
  const second = connect({ ...options, cert: undefined, key: undefined, session: (await session)[0] })
  assert.equal(await answer(second), '<ann@a.example>')
  assert.equal(second.isSessionReused(), true)
})

test('a listener that asks for no certificate believes none', async (context) => {
  const port = await asking(context, false)
  assert.equal(await answer(connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...clientCertificates.ann })), '<>')
})

for (const [names, expected] of [
  ['', []],
  ['email:ann@a.example', ['ann@a.example']],
  ['DNS:a.example, email:ann@a.example, IP Address:192.0.2.1, email:bob@a.example', ['ann@a.example', 'bob@a.example']],
  ['DNS:"x, email:ann@a.example", email:bob@a.example', ['bob@a.example']],
  [String.raw`DNS:"x\", email:ann@a.example", email:bob@a.example`, ['bob@a.example']],
  ['email:"ann@a.example, DNS:x"', []],
  ['email:ann@a.example, garbage', []],
  ['email:ann"@a.example', []],
] as const) {
  test(`names ${JSON.stringify(names)}`, () => assert.deepEqual(addressesIn(names), expected))
}
