import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { mailHostCertificate, mailHostKey, policyHostCertificate, trustAnchor } from '../harness/mail-host-certificates.ts'
import { Postfix, postfixMissing } from '../harness/sending/postfix.ts'
import { SignedDns, signedDnsMissing } from '../harness/sending/signed-dns.ts'
import { Sender } from '../harness/sending/submit.ts'
import { eventually, Server } from '../harness/server.ts'

/** Digests of public keys, as `3 1 1` and `2 1 1` have them. */
const [ownKey, issuersKey] = [mailHostCertificate, trustAnchor].map((pem) =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex'),
)
const othersKey = 'ab'.repeat(32)

const withTls = '127.0.0.1'
const withoutTls = '127.0.0.2'
const policyHost = '127.0.0.3'

/** `mx.b.example` is what the certificate says. */
const zone = (port: number) => `
ee.example. IN MX 10 mx.ee.example.
mx.ee.example. IN A ${withTls}
_${port}._tcp.mx.ee.example. IN TLSA 3 1 1 ${ownKey}
ta.example. IN MX 10 mx.b.example.
mx.b.example. IN A ${withTls}
_${port}._tcp.mx.b.example. IN TLSA 2 1 1 ${issuersKey}
alias.example. IN MX 10 mx.alias.example.
mx.alias.example. IN CNAME mx.b.example.
named.example. IN MX 10 mx.named.example.
mx.named.example. IN CNAME mx.b.example.
_${port}._tcp.mx.named.example. IN TLSA 3 1 1 ${othersKey}
stranger.example. IN MX 10 mx.stranger.example.
mx.stranger.example. IN A ${withTls}
_${port}._tcp.mx.stranger.example. IN TLSA 2 1 1 ${issuersKey}
stripped.example. IN MX 10 mx.stripped.example.
mx.stripped.example. IN A ${withoutTls}
_${port}._tcp.mx.stripped.example. IN TLSA 3 1 1 ${ownKey}
plain.example. IN MX 10 mx.plain.example.
mx.plain.example. IN A ${withoutTls}
b.example. IN MX 10 mx.plain.example.
_mta-sts.b.example. IN TXT "v=STSv1; id=1"
mta-sts.b.example. IN A ${policyHost}
forged.example. IN MX 10 mx.forged.example.
mx.forged.example. IN A ${withTls}
wrong.example. IN MX 10 mx.wrong.example.
mx.wrong.example. IN A ${withTls}
`
const wrong = (port: number) => `_${port}._tcp.mx.wrong.example. IN TLSA 3 1 1 ${othersKey}\n`
const mended = (port: number) => `_${port}._tcp.mx.wrong.example. IN TLSA 3 1 1 ${ownKey}\n`

/** Nobody has signed it, so its TLSA record says nothing. */
const unsigned = (port: number) => `
example.net. IN MX 10 mx.example.net.
mx.example.net. IN A ${withTls}
_${port}._tcp.mx.example.net. IN TLSA 3 1 1 ${othersKey}
`
const names = ['ee', 'ta', 'alias', 'named', 'stranger', 'stripped', 'plain', 'b', 'forged', 'wrong']

test('Debian’s Postfix receives, with the DNS of nsd and unbound', { skip: postfixMissing || signedDnsMissing }, async (context) => {
  await using postfix = await Postfix.start({
    listeners: [{ ip: withTls }, { ip: withoutTls, options: { smtpd_tls_security_level: 'none' } }],
    domains: [...names.map((name) => `${name}.example`), 'example.net'],
    chain: `${mailHostCertificate}${trustAnchor}`,
    key: mailHostKey,
  })
  const { port } = postfix
  await using dns = await SignedDns.start(`${zone(port)}${wrong(port)}`, unsigned(port))
  await using policies = await servePolicy()
  await using server = await Server.prepare({
    mailboxes: ['ann@a.example'],
    dns: [dns.address],
    tables: `[sending]\nport = ${port}`,
    settings: ['sending.first-wait=1s', 'outside.allow-networks=127.0.0.0/8', `outside.authorities=${policies.authority}`],
  })
  await server.start()
  const sender = await Sender.signIn(server, 'ann@a.example')

  /** What the journal says of this recipient, once it says such a thing. */
  const told = (to: string, pattern: RegExp) =>
    eventually(`the journal says ${pattern} of ${to}`, async () => pattern.exec(await server.posthorn(['journal', '--address', to]))?.[0])
  const arrived = async (to: string) => (await postfix.mails()).filter((mail) => mail.includes(`\nDelivered-To: ${to}\n`))
  const delivers = async (to: string, way: string) => {
    await sender.send(to, to)
    await took(to, way)
  }
  /** Once. */
  const took = async (to: string, way: string) => {
    await told(to, new RegExp(`Sent to \\S+ \\[\\S+\\] ${way}`))
    const [mail, ...more] = await eventually(`Postfix has delivered to ${to}`, async () => {
      const mails = await arrived(to)
      return mails.length > 0 ? mails : undefined
    })
    assert.deepEqual(more, [])
    assert.equal(/\n\t\(using TLSv1\.3 /.test(mail ?? ''), way !== 'without encryption')
  }
  /** What waited goes now. */
  const leaves = async (to: string, way: string) => {
    await eventually(`${to} leaves`, async () => {
      await server.posthorn(['queue', 'retry', '--destination', to.slice(to.indexOf('@') + 1)])
      return (await arrived(to)).length > 0 ? true : undefined
    })
    await took(to, way)
  }
  const waits = async (to: string, pattern: RegExp) => {
    await sender.send(to, to)
    await told(to, pattern)
    assert.deepEqual(await arrived(to), [])
  }
  await context.test('by DANE: the key of the server, whatever names its certificate has (3 1 1)', () => delivers('u@ee.example', 'over TLS \\(DANE\\)'))
  await context.test('by DANE: the key of who issued the certificate (2 1 1)', () => delivers('u@ta.example', 'over TLS \\(DANE\\)'))
  await context.test('by DANE, where the name of the MX record is an alias: what stands where it leads to counts, not what stands at it', async () => {
    await delivers('u@alias.example', 'over TLS \\(DANE\\)')
    await delivers('u@named.example', 'over TLS \\(DANE\\)')
  })
  await context.test('an issuer does not vouch for other names', () => waits('u@stranger.example', /DANE: no TLSA record of mx\.stranger\.example matches/))
  await context.test('without STARTTLS no mail goes where DANE wants it, nor where MTA-STS does', async () => {
    await waits('u@stripped.example', /mx\.stripped\.example: .*STARTTLS/)
    await waits('u@b.example', /mx\.plain\.example: .*STARTTLS/)
  })
  await context.test('without STARTTLS mail goes where nothing wants it', () => delivers('u@plain.example', 'without encryption'))
  await context.test('records that nobody has signed want nothing', () => delivers('u@example.net', 'over TLS by'))
  await context.test('a wrong record makes mail wait; when it is mended, it leaves', async () => {
    await waits('u@wrong.example', /DANE: no TLSA record of mx\.wrong\.example matches/)
    await dns.publish(`${zone(port)}${mended(port)}`)
    await leaves('u@wrong.example', 'over TLS \\(DANE\\)')
  })
  await context.test('what was forged after it was signed is not believed', async () => {
    await dns.publish(`${zone(port)}${mended(port)}`, ['mx.forged.example.\t1\tIN\tA\t127.0.0.1', 'mx.forged.example.\t1\tIN\tA\t127.0.0.2'])
    await waits('u@forged.example', /Not sent yet: it could not be found out which server[^]*forged\.example: server failure/)
    await dns.publish(`${zone(port)}${mended(port)}`)
    await leaves('u@forged.example', 'over TLS by')
  })
  sender.close()
  assert.deepEqual(server.complaints(), [])
})

/** The policy of b.example, where RFC 8461 3.3 has it. `authority`: the file with the certificate of who vouches for it. */
async function servePolicy(): Promise<AsyncDisposable & { readonly authority: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'policy-'))
  const authority = path.join(folder, 'authority.pem')
  await writeFile(authority, trustAnchor)
  const server = createServer({ cert: policyHostCertificate, key: mailHostKey }, (_, response) => {
    response.setHeader('content-type', 'text/plain').end('version: STSv1\r\nmode: enforce\r\nmx: mx.plain.example\r\nmax_age: 86400\r\n')
  })
  server.listen(443, policyHost)
  await once(server, 'listening')
  return {
    authority,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}
