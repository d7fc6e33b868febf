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
      policy: await danePolicy('mx.b.example', 25, resolver),
      broken: await danePolicy('broken.example', 25, resolver),
      absent: await danePolicy('absent.example', 25, resolver),
    }
  } finally {
    resolver.close()
  }
}

/** What becomes of a session with a server that has these records and sends its certificate, with its issuer's or not. */
async function tried(records: readonly Record[], { chain = true, at = nowMs, host = 'mx.b.example' } = {}): Promise<string> {
  const { policy } = await policyOf(records)
  assert.ok(policy.status === 'required')
  await using remote = await RemoteMx.start('S: 220 x\nC: EHLO *\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nT:\nC: EHLO *\nS: 250 x')
  remote.secureContext = createSecureContext({ cert: chain ? mailHostCertificate + trustAnchor : mailHostCertificate, key: mailHostKey })
  const refuse = (secure: Parameters<typeof daneRefusal>[1]) => daneRefusal({ ...policy, domain: host }, secure, at)
  const tls = { use: 'required', serverName: host, refuse } as const
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
  ['2 0 1, for another host', [record(2, 0, 1, anchor)], refusal.replace('mx.b', 'mx.c'), { host: 'mx.c.example' }],
  ['2 1 1 of the server itself, which is no authority', [record(2, 1, 1)], refusal],
  ['usages that are not for SMTP: TLS, unauthenticated', [record(0, 0, 1), record(1, 1, 1)], 'sent'],
  ['digests of a wrong length: the same', [[3, 1, 1, '00ff']], 'sent'],
] as readonly (readonly [string, readonly Record[], string, { chain?: boolean; at?: number; host?: string }?])[]) {
  test(`DANE (RFC 7672), TLSA ${what}: ${expected}`, async () => {
    assert.equal(await tried(records, how), expected)
  })
}

test('records that DNSSEC does not vouch for have no say; an answer that cannot be had holds mail back', async () => {
  const { policy, broken, absent } = await policyOf([record(3, 1, 1)], false)
  assert.deepEqual([policy.status, broken.status, absent.status], ['none', 'failed', 'none'])
})
