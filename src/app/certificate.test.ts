import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { type Certificate, makeTicketKeys, openCertificate, secureContextOf } from './certificate.ts'

const nowMs = Date.UTC(2026, 10, 22)
const dayMs = 86_400_000
const hostname = 'mx.example.org'

async function folder(t: TestContext): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'certificate-'))
  t.after(async () => await rm(data, { recursive: true }))
  return data
}

async function selfSigned(data: string, at = nowMs, name = hostname): Promise<Certificate> {
  return await openCertificate({ hostname: name, data, files: undefined, nowMs: at })
}

test('a self-signed certificate names the host, this machine, and lasts ten years', async (t) => {
  const data = await folder(t)
  const { chain, notAfterMs, warnings } = await selfSigned(data)
  const certificate = new X509Certificate(chain)
  assert.equal(certificate.subjectAltName, 'DNS:mx.example.org, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
  assert.equal(certificate.validToDate.getTime(), notAfterMs)
  assert.equal(notAfterMs, nowMs + 3650 * dayMs)
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  assert.equal(certificate.ca, false)
  assert.ok(certificate.verify(certificate.publicKey))
  assert.deepEqual(warnings, [])
})

test('nobody else may read its key', async (t) => {
  const data = await folder(t)
  await selfSigned(data)
  assert.equal((await stat(join(data, 'tls/key.pem'))).mode & 0o777, 0o600)
  assert.equal((await stat(join(data, 'tls'))).mode & 0o777, 0o700)
})

test('it is kept as long as it serves', async (t) => {
  const data = await folder(t)
  const first = await selfSigned(data)
  assert.equal((await selfSigned(data, nowMs + 3000 * dayMs)).chain, first.chain)
  assert.notEqual((await selfSigned(data, nowMs + 3625 * dayMs)).chain, first.chain, 'expires within 30 days')
  const other = await selfSigned(data, nowMs, 'mail.example.org')
  assert.notEqual(other.chain, first.chain, 'another host name')
  await writeFile(join(data, 'tls/key.pem'), first.key)
  assert.notEqual((await selfSigned(data, nowMs, 'mail.example.org')).chain, other.chain, 'a key that does not fit')
  await writeFile(join(data, 'tls/certificate.pem'), '')
  assert.ok((await selfSigned(data)).chain.includes('BEGIN CERTIFICATE'), 'a file cut short')
})

test('a client that trusts it connects by TLS 1.3 and 1.2, and not by 1.1', async (t) => {
  const certificate = await selfSigned(await folder(t), Date.now())
  const server = createServer(
    { SNICallback: (_name, done) => done(null, secureContextOf({ ...certificate, clientCa: undefined, ticketKeys: makeTicketKeys() })), minVersion: 'TLSv1' },
    (socket) => socket.end(),
  )
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const connected = async (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<TLSSocket> => {
    const options = {
      port,
      host: '127.0.0.1',
      servername: hostname,
      ca: certificate.chain,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT:@SECLEVEL=0',
    }
    const socket = connect(options)
    await once(socket, 'secureConnect')
    socket.destroy()
    return socket
  }
  assert.equal((await connected('TLSv1.3')).authorized, true)
  assert.equal((await connected('TLSv1.2')).authorized, true)
  await assert.rejects(connected('TLSv1.1'))
})

test('the operator’s files are taken as they are', async (t) => {
  const data = await folder(t)
  const made = await selfSigned(data)
  const files = { certificate: join(data, 'tls/certificate.pem'), key: join(data, 'tls/key.pem') }
  assert.deepEqual(await openCertificate({ hostname, data, files, nowMs }), made)
})

test('what is wrong with the operator’s files is said exactly', async (t) => {
  const data = await folder(t)
  const a = await selfSigned(join(data, 'a'))
  const b = await selfSigned(join(data, 'b'))
  const encrypted = a.key.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY')
  const damaged = (pem: string) => pem.replace(/\n.{30}/, '\nAAAA')
  const cases: readonly [name: string, chain: string | undefined, key: string | undefined, message: string][] = [
    ['no certificate file', undefined, a.key, 'C: there is no such file'],
    ['no key file', a.chain, undefined, 'K: there is no such file'],
    ['swapped', a.key, a.chain, 'C: it holds a key; right would be PEM: -----BEGIN CERTIFICATE-----'],
    ['no PEM', 'hello', a.key, 'C: it holds no certificate; right would be PEM: -----BEGIN CERTIFICATE-----'],
    ['no key in it', a.chain, a.chain, 'K: it holds no key; right would be PEM: -----BEGIN PRIVATE KEY-----'],
    ['a damaged certificate', damaged(a.chain), a.key, 'C: its certificate is damaged'],
    ['a damaged key', a.chain, damaged(a.key), 'K: its key is damaged'],
    [
      'an encrypted key',
      a.chain,
      encrypted,
      'K: its key is encrypted, and a server that starts by itself has no passphrase; "openssl pkey -in FILE -out NEW" takes it off',
    ],
    ['another key', a.chain, b.key, 'K: this key does not belong to the certificate in C'],
    ['a chain the wrong way round', b.chain + a.chain, a.key, "C: the server's own certificate does not come first; put it before those of the authority"],
  ]
  for (const [name, chain, key, message] of cases) {
    const files = { certificate: join(data, 'c.pem'), key: join(data, 'k.pem') }
    for (const [file, text] of [
      [files.certificate, chain],
      [files.key, key],
    ] as const) {
      if (text === undefined) await rm(file, { force: true })
      else await writeFile(file, text)
    }
    const expected = message.replaceAll(/\b[CK]\b(?=:|$)/g, (letter) => (letter === 'C' ? files.certificate : files.key))
    await assert.rejects(openCertificate({ hostname, data, files, nowMs }), { name: 'CertificateUnusable', message: expected }, name)
  }
})

test('a file that may not be read is named', async (t) => {
  const data = await folder(t)
  await selfSigned(data)
  const files = { certificate: join(data, 'tls/certificate.pem'), key: join(data, 'tls/key.pem') }
  await chmod(data, 0o755)
  await chmod(join(data, 'tls'), 0o755)
  await chmod(files.key, 0)
  // Root may read everything, so the test looks as somebody else.
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(65_534)
  try {
    await assert.rejects(openCertificate({ hostname, data, files, nowMs }), /key\.pem: Posthorn may not read it/)
  } finally {
    if (root) process.seteuid?.(0)
  }
})

test('what a server can run with is a warning', async (t) => {
  const data = await folder(t)
  await selfSigned(data)
  const files = { certificate: join(data, 'tls/certificate.pem'), key: join(data, 'tls/key.pem') }
  const warned = async (name: string, at: number) => (await openCertificate({ hostname: name, data, files, nowMs: at })).warnings.map(({ en }) => en)
  assert.deepEqual(await warned(hostname, nowMs + 4000 * dayMs), [`${files.certificate}: this certificate expired on 2036-11-19`])
  assert.deepEqual(await warned(hostname, nowMs - 2 * dayMs), [`${files.certificate}: this certificate is valid from 2026-11-21 only`])
  const [other] = await warned('mx.example.net', nowMs)
  assert.match(other ?? '', /is for DNS:mx\.example\.org, .* not for mx\.example\.net$/)
})
