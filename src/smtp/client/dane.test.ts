import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import test from 'node:test'
import { createSecureContext } from 'node:tls'
import { mailHostCertificate, mailHostKey, trustAnchor } from '../../../test/harness/mail-host-certificates.ts'
import { startNameServer } from '../../../test/harness/name-server.ts'
import { RemoteMx } from '../../../test/harness/remote-mx.ts'
import { systemClock } from '../../base/clock.ts'
import { Resolver } from '../../dns/resolver.ts'
import { danePolicy, daneRefusal } from './dane.ts'
import { timeouts } from './limits.ts'
import { openSession } from './session.ts'

const leaf = new X509Certificate(mailHostCertificate)
const anchor = new X509Certificate(trustAnchor)

type Record = readonly [usage: number, selector: number, matchingType: number, hex: string]

function record(usage: number, selector: number, matchingType: number, certificate = leaf): Record {
  const octets = selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' })
  if (matchingType === 0) return [usage, selector, matchingType, octets.toString('hex')]
  return [
    usage,
    selector,
    matchingType,
    createHash(matchingType === 1 ? 'sha256' : 'sha512')
      .update(octets)
      .digest('hex'),
  ]
}

const other: Record = [3, 1, 1, '00'.repeat(32)]
const nowMs = Date.UTC(2030, 0, 1)

async function policyOf(records: readonly Record[], authenticated = true) {
  await using server = await startNameServer({ '_25._tcp.mx.b.example': { TLSA: records }, '_25._tcp.broken.example': { fault: 'servfail' } })
  server.authenticated = authenticated
  const resolver = new Resolver({ clock: systemClock, servers: [server.address] })
  try {
    return {
      policy: await danePolicy({ name: 'mx.b.example', port: 25, mailDomain: undefined }, resolver),
      broken: await danePolicy({ name: 'broken.example', port: 25, mailDomain: undefined }, resolver),
      absent: await danePolicy({ name: 'absent.example', port: 25, mailDomain: undefined }, resolver),
    }
  } finally {
    resolver.close()
  }
}

type Names = readonly [domain: string, ...others: string[]]

interface How {
  readonly chain?: boolean
  readonly at?: number
  /** Those that the certificate may be for. */
  readonly names?: Names
}

/** What becomes of a session with a server that has these records and sends its certificate, with its issuer's or not. */
async function tried(records: readonly Record[], { chain = true, at = nowMs, names = ['mx.b.example'] as Names }: How = {}): Promise<string> {
  const { policy } = await policyOf(records)
  assert.ok(policy.status === 'required')
  await using remote = await RemoteMx.start('S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nT:\nC: EHLO *\nS: 250 x')
  remote.secureContext = createSecureContext({ cert: chain ? mailHostCertificate + trustAnchor : mailHostCertificate, key: mailHostKey })
  const refuse = (secure: Parameters<typeof daneRefusal>[1]) => daneRefusal({ ...policy, domain: names[0], names }, secure, at)
  const tls = { use: 'required', serverName: names[0], refuse } as const
  try {
    const session = await openSession({ ip: '127.0.0.1', port: remote.port, localIp: undefined, helloName: 'mx.a.example', tls, timeouts })
    session.connection.close()
    return 'sent'
  } catch (error) {
    return (error as Error).message
  }
}

const refusal = "DANE: no TLSA record of mx.b.example matches the server's certificate"

for (const [what, records, expected, how] of [
  ['3 1 1', [record(3, 1, 1)], 'sent'],
  ['3 0 1', [record(3, 0, 1)], 'sent'],
  ['3 1 2', [record(3, 1, 2)], 'sent'],
  ['3 0 0', [record(3, 0, 0)], 'sent'],
  ['3 1 1 without the issuer', [record(3, 1, 1)], 'sent', { chain: false }],
  ['3 1 1 long after the certificate expired', [record(3, 1, 1)], 'sent', { at: Date.UTC(2300, 0, 1) }],
  ['one that matches beside one that does not', [other, record(3, 1, 1)], 'sent'],
  ['one that does not match', [other], refusal],
  ['2 0 1', [record(2, 0, 1, anchor)], 'sent'],
  ['2 1 2', [record(2, 1, 2, anchor)], 'sent'],
  ['2 0 1, the issuer not sent', [record(2, 0, 1, anchor)], refusal, { chain: false }],
  ['2 0 1, expired', [record(2, 0, 1, anchor)], refusal, { at: Date.UTC(2300, 0, 1) }],
  ['2 0 1, for another host', [record(2, 0, 1, anchor)], refusal.replace('mx.b', 'mx.c'), { names: ['mx.c.example', 'c.example'] }],
  ['2 0 1, for the mail domain', [record(2, 0, 1, anchor)], 'sent', { names: ['mx.c.example', 'mx.b.example'] }],
  ['2 1 1 of the server itself, which is no authority', [record(2, 1, 1)], refusal],
  ['usages that are not for SMTP: TLS, unauthenticated', [record(0, 0, 1), record(1, 1, 1)], 'sent'],
  ['digests of a wrong length: the same', [[3, 1, 1, '00ff']], 'sent'],
] as readonly (readonly [string, readonly Record[], string, How?])[]) {
  test(`DANE (RFC 7672), TLSA ${what}: ${expected}`, async () => {
    assert.equal(await tried(records, how), expected)
  })
}

test('records that DNSSEC does not vouch for have no say; an answer that cannot be had holds mail back', async () => {
  const { policy, broken, absent } = await policyOf([record(3, 1, 1)], false)
  assert.deepEqual([policy.status, broken.status, absent.status], ['none', 'failed', 'none'])
})

for (const [what, atAlias, domain, names] of [
  ['first where the alias leads to', true, 'mx.real.example', ['mx.real.example', 'mx.b.example', 'b.example']],
  ['then at the name of the MX record', false, 'mx.b.example', ['mx.b.example', 'mx.b.example', 'b.example']],
] as const) {
  test(`the records of a host with an alias are looked for ${what} (RFC 7672 2.2.2, 3.2.2)`, async () => {
    await using server = await startNameServer({
      ...(atAlias && { '_25._tcp.mx.real.example': { TLSA: [other] } }),
      '_25._tcp.mx.b.example': { TLSA: [other] },
    })
    server.authenticated = true
    const resolver = new Resolver({ clock: systemClock, servers: [server.address] })
    try {
      const policy = await danePolicy({ name: 'mx.b.example', alias: 'mx.real.example', port: 25, mailDomain: 'b.example' }, resolver)
      assert.ok(policy.status === 'required')
      assert.deepEqual([policy.domain, policy.names], [domain, names])
    } finally {
      resolver.close()
    }
  })
}
