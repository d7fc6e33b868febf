import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import test, { type TestContext } from 'node:test'
import { mailHostCertificate, mailHostKey } from '../../test/harness/mail-host-certificates.ts'
import { type NameServer, startNameServer } from '../../test/harness/name-server.ts'
import { loopbackOutside } from '../../test/harness/outside.ts'
import { Resolver } from '../dns/resolver.ts'
import { parseIp } from '../mail/ip.ts'
import { Outside, OutsideFailed, type OutsideRequest } from './outside.ts'
import { isPublic } from './public-address.ts'

for (const [texts, expected] of [
  ['1.1.1.1 9.9.9.9 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 223.255.255.255 2606:4700::1111 2a00::1 64:ff9b::808:808 ::ffff:8.8.8.8', true],
  ['0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255', false],
  [
    '192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255',
    false,
  ],
  [':: ::1 ::ffff:127.0.0.1 ::ffff:a00:1 ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808', false],
  ['fe80::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 3fff::1 4000::1', false],
] as const) {
  for (const text of texts.split(' ')) {
    test(`${text} is ${expected ? 'public' : 'not public'} (RFC 6890)`, () => {
      const ip = parseIp(text)
      assert(ip)
      assert.equal(isPublic(ip), expected)
    })
  }
}

const quick = { timeoutMs: 5_000, maxOctets: 1_000 } satisfies OutsideRequest

/** Somebody's server on loopback, for mx.b.example. */
async function startWeb(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void, at: { host?: string; port?: number } = {}) {
  const server: Server = createServer({ cert: mailHostCertificate, key: mailHostKey }, answer).listen(at.port ?? 0, at.host ?? '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function startNames(t: TestContext, zone: Parameters<typeof startNameServer>[0]): Promise<{ names: NameServer; resolver: Resolver }> {
  const names = await startNameServer(zone)
  const resolver = new Resolver({ clock: { now: () => Date.now() }, servers: [names.address] })
  t.after(async () => {
    resolver.close()
    await names.close()
  })
  return { names, resolver }
}

function failing(failure: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof OutsideFailed && (assert.equal(`${thrown.failure}: ${thrown.message}`.startsWith(failure), true, String(thrown)), true)
}

test('what somebody names is asked as they say, and answers', async (t) => {
  const port = await startWeb(t, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece))
    request.on('end', () => response.writeHead(201, { 'x-was': 'there' }).end(`${request.method} ${request.url} ${String(request.headers['x-our'])} ${body}`))
  })
  const { resolver } = await startNames(t, { 'mx.b.example': { A: ['127.0.0.1'] } })
  const outside = loopbackOutside(t, resolver)
  const url = new URL(`https://mx.b.example:${port}/a?b=c`)
  const { status, headers, octets } = await outside.request(url, { ...quick, method: 'POST', headers: { 'x-our': 'field' }, body: 'grüße' })
  assert.deepEqual([status, headers['x-was'], octets.toString()], [201, 'there', 'POST /a?b=c field grüße'])
  const unread = await outside.request(url, { ...quick, maxOctets: 0 })
  assert.deepEqual([unread.status, unread.octets.length], [201, 0])
})

for (const host of [
  'localhost',
  '127.0.0.1',
  '0x7f.1',
  '2130706433',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '169.254.169.254',
  '10.1.2.3',
  '0.0.0.0',
  '[::]',
]) {
  test(`nobody is asked at ${host}`, async (t) => {
    let asked = 0
    const port = await startWeb(t, (_, response) => (asked++, response.end()))
    const resolver = new Resolver({ clock: { now: () => Date.now() }, servers: [] })
    t.after(() => resolver.close())
    await assert.rejects(loopbackOutside(t, resolver, '').request(new URL(`https://${host}:${port}/`), quick), failing('not-public'))
    assert.equal(asked, 0)
  })
}

for (const [what, records] of [
  ['loopback', { A: ['127.0.0.1'] }],
  ['the metadata of a cloud', { A: ['169.254.169.254'], AAAA: ['fd00:ec2::254'] }],
  ['loopback in a mapped address', { AAAA: ['::ffff:127.0.0.1'] }],
  ['loopback behind a translator', { AAAA: ['64:ff9b::7f00:1'] }],
  ['loopback by an alias', { CNAME: 'loopback.example' }],
] as const) {
  test(`a name that leads to ${what} is not asked`, async (t) => {
    const { resolver } = await startNames(t, { 'mx.b.example': records, 'loopback.example': { A: ['127.0.0.1'] } })
    await assert.rejects(loopbackOutside(t, resolver, '').request(new URL('https://mx.b.example/'), quick), failing('not-public'))
  })
}

test('this machine’s own addresses are no others’', async (t) => {
  const own = Object.values(networkInterfaces())
    .flatMap((some) => some ?? [])
    .filter(({ scopeid }) => scopeid === undefined || scopeid === 0)
  const { resolver } = await startNames(t, { 'mx.b.example': { A: own.filter(({ family }) => family === 'IPv4').map(({ address }) => address) } })
  await assert.rejects(loopbackOutside(t, resolver, '').request(new URL('https://mx.b.example/'), quick), failing('not-public'))
})

test('what the name says later does not matter: the connection goes to the address that was looked at (DNS rebinding)', async (t) => {
  const told: string[] = []
  const port = await startWeb(t, (_, response) => (told.push('allowed'), response.end()), { host: '127.0.0.2' })
  await startWeb(t, (_, response) => (told.push('forbidden'), response.end()), { host: '127.0.0.1', port })
  let asked = 0
  // Another answer each time, as from a server with a TTL of 0.
  const lookup = (async (_: string, type: string) => {
    if (type !== 'A') return { status: 'none', why: 'no such record', expiresAtMs: 0, authenticated: false }
    asked++
    return { status: 'found', records: [asked === 1 ? '127.0.0.2' : '127.0.0.1'], expiresAtMs: 0, authenticated: false }
  }) as unknown as Resolver['lookup']
  const outside = loopbackOutside(t, { lookup }, '127.0.0.2/32')
  const url = new URL(`https://mx.b.example:${port}/`)
  assert.equal((await outside.request(url, quick)).status, 200)
  assert.equal(asked, 1)
  await assert.rejects(outside.request(url, quick), failing('not-public'))
  assert.deepEqual(told, ['allowed'])
})

test('of several addresses only those are asked that may be', async (t) => {
  const told: string[] = []
  const port = await startWeb(t, (_, response) => (told.push('forbidden'), response.end()))
  await startWeb(t, (_, response) => (told.push('allowed'), response.end()), { host: '127.0.0.2', port })
  const { resolver } = await startNames(t, { 'mx.b.example': { A: ['127.0.0.1', '127.0.0.2', '127.0.0.1'], AAAA: ['::1'] } })
  await loopbackOutside(t, resolver, '127.0.0.2/32').request(new URL(`https://mx.b.example:${port}/`), quick)
  assert.deepEqual(told, ['allowed'])
})

for (const [what, url, failure] of [
  ['without TLS', 'http://mx.b.example/', 'address'],
  ['another scheme', 'file:///etc/passwd', 'address'],
  ['with a password', 'https://ann:secret@mx.b.example/', 'address'],
  ['a name without an address', 'https://nowhere.example/', 'name: no address of nowhere.example'],
  ['a name that cannot be looked up', 'https://broken.example/', 'name: the address of broken.example cannot be found out'],
] as const) {
  test(`not asked: ${what}`, async (t) => {
    const { resolver } = await startNames(t, { 'mx.b.example': { A: ['127.0.0.1'] }, 'broken.example': { fault: 'servfail' } })
    await assert.rejects(loopbackOutside(t, resolver).request(new URL(url), quick), failing(failure))
  })
}

test('a redirect is an answer, and is not followed', async (t) => {
  let asked = 0
  const port = await startWeb(t, (_, response) => (asked++, response.writeHead(302, { location: '/secret' }).end()))
  const { resolver } = await startNames(t, { 'mx.b.example': { A: ['127.0.0.1'] } })
  const { status } = await loopbackOutside(t, resolver).request(new URL(`https://mx.b.example:${port}/`), quick)
  assert.deepEqual([status, asked], [302, 1])
})

test('a certificate for another name, or from nobody who is trusted, ends it', async (t) => {
  let asked = 0
  const port = await startWeb(t, (_, response) => (asked++, response.end()))
  const { resolver } = await startNames(t, { 'mx.b.example': { A: ['127.0.0.1'] }, 'c.example': { A: ['127.0.0.1'] } })
  await assert.rejects(loopbackOutside(t, resolver).request(new URL(`https://c.example:${port}/`), quick), failing('certificate: ERR_TLS_CERT_ALTNAME_INVALID'))
  const strict = (authorities: string) =>
    new Outside({ resolver, settings: () => ({ 'outside.allow-networks': '127.0.0.0/8', 'outside.authorities': authorities }) })
  const url = new URL(`https://mx.b.example:${port}/`)
  await assert.rejects(strict('').request(url, quick), failing('certificate: UNABLE_TO_VERIFY_LEAF_SIGNATURE'))
  await assert.rejects(strict('/nowhere.pem').request(url, quick), failing('certificate: /nowhere.pem'))
  assert.equal(asked, 0)
})

for (const [what, answer, failure] of [
  ['says nothing', () => {}, 'time: no answer within 300 ms'],
  ['never comes to its end', (response: ServerResponse) => void response.writeHead(200).write('x'), 'time: no answer within 300 ms'],
  ['sends too much', (response: ServerResponse) => void response.end('x'.repeat(2_000)), 'size: more than 1000 octets'],
  ['breaks off', (response: ServerResponse) => void response.writeHead(200, { 'content-length': '9' }).write('x', () => response.destroy()), 'connection'],
  ['would speak something else', (response: ServerResponse) => void response.writeHead(101, { upgrade: 'x', connection: 'upgrade' }).end(), 'connection'],
  ['sends an endless header', (response: ServerResponse) => void response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`), 'connection'],
] as const) {
  test(`a server that ${what} is left`, async (t) => {
    const port = await startWeb(t, (_, response) => answer(response))
    const { resolver } = await startNames(t, { 'mx.b.example': { A: ['127.0.0.1'] } })
    const request = loopbackOutside(t, resolver).request(new URL(`https://mx.b.example:${port}/`), { ...quick, timeoutMs: 300 })
    await assert.rejects(request, failing(failure))
  })
}

test('nobody listens', async (t) => {
  const { resolver } = await startNames(t, { 'mx.b.example': { A: ['127.0.0.1'] } })
  await assert.rejects(loopbackOutside(t, resolver).request(new URL('https://mx.b.example:1/'), quick), failing('connection'))
})

test('who asked may give up', async (t) => {
  const port = await startWeb(t, () => {})
  const { resolver } = await startNames(t, { 'mx.b.example': { A: ['127.0.0.1'] } })
  const request = loopbackOutside(t, resolver).request(new URL(`https://mx.b.example:${port}/`), { ...quick, signal: AbortSignal.timeout(50) })
  await assert.rejects(request, failing('time: given up'))
})
