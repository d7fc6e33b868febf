import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import test from 'node:test'
import { createSecureContext, type SecureContext } from 'node:tls'
import { contextA } from '../../test/harness/certificate.ts'
import { mailHostCertificate, mailHostKey } from '../../test/harness/mail-host-certificates.ts'
import { RemoteMx } from '../../test/harness/remote-mx.ts'
import { startSending } from '../../test/harness/sending/start-sending.ts'
import type { MtaStsPolicy } from '../smtp/client/mta-sts-policy.ts'

const hello = (...offers: string[]) => `
  S: 220 mx.b.example
  C: EHLO mx.a.example
  S: 250-mx.b.example
  ${offers.map((offer) => `S: 250-${offer}\n`).join('')}
  S: 250 PIPELINING`
const took = `
  C: MAIL FROM:<*
  C: RCPT TO:<*
  C: DATA
  S: 250 ok
  S: 250 ok
  S: 354 go on
  C: <text>
  S: 250 taken`
const secure = `${hello('STARTTLS')}
  C: STARTTLS
  S: 220 go
  T:`
const inTls = (...offers: string[]) => `${secure}
  C: EHLO mx.a.example
  S: 250-mx.b.example
  ${offers.map((offer) => `S: 250-${offer}\n`).join('')}
  S: 250 PIPELINING
  ${took}`
const inClear = `${hello()}${took}`
/** The handshake is answered with what is none. */
const broken = `${hello('STARTTLS')}
  C: STARTTLS
  S: 220 go
  S: what?
  S: <close>`
const refusesTls = `${hello('STARTTLS')}
  C: STARTTLS
  S: 454 4.7.0 not now`

const good = createSecureContext({ cert: mailHostCertificate, key: mailHostKey })
const digest = createHash('sha256').update(new X509Certificate(mailHostCertificate).raw).digest('hex')
const enforce = (mx: string): MtaStsPolicy => ({ mode: 'enforce', mx: [mx], maxAgeSeconds: 86_400 })

interface Row {
  readonly what: string
  readonly scripts: readonly string[]
  readonly certificate?: SecureContext
  readonly sts?: MtaStsPolicy
  readonly tlsa?: string
  readonly requireTls?: boolean
  /** What the queue is told, up to the reply, and by which kind of TLS. */
  readonly expected: string
  /** What TLS-RPT counts: policy and failure. */
  readonly noted: readonly string[]
}

const rows: readonly Row[] = [
  { what: 'no TLS offered', scripts: [inClear], expected: 'delivered none', noted: ['opportunistic starttls-not-supported'] },
  { what: 'any certificate will do', scripts: [inTls()], expected: 'delivered opportunistic', noted: ['opportunistic ok'] },
  {
    what: 'a broken handshake: in the clear',
    scripts: [broken, `${hello('STARTTLS')}${took}`],
    expected: 'delivered none',
    noted: ['opportunistic validation-failure'],
  },
  {
    what: 'STARTTLS refused: in the clear',
    scripts: [refusesTls, `${hello('STARTTLS')}${took}`],
    expected: 'delivered none',
    noted: ['opportunistic validation-failure'],
  },
  { what: 'MTA-STS, good', scripts: [inTls()], certificate: good, sts: enforce('mx.b.example'), expected: 'delivered sts', noted: ['sts ok'] },
  { what: 'MTA-STS, wrong certificate', scripts: [secure], sts: enforce('mx.b.example'), expected: 'waits tls 4.7.5', noted: ['sts validation-failure'] },
  { what: 'MTA-STS, no TLS offered', scripts: [hello()], sts: enforce('mx.b.example'), expected: 'waits tls 4.7.5', noted: ['sts starttls-not-supported'] },
  {
    what: 'MTA-STS, broken handshake: not in the clear',
    scripts: [broken],
    sts: enforce('mx.b.example'),
    expected: 'waits tls 4.7.5',
    noted: ['sts validation-failure'],
  },
  {
    what: 'MTA-STS, another host',
    scripts: [inTls()],
    certificate: good,
    sts: enforce('mx.c.example'),
    expected: 'waits tls 4.7.5',
    noted: ['sts validation-failure'],
  },
  {
    what: 'MTA-STS in testing: goes, and is counted',
    scripts: [inTls()],
    sts: { ...enforce('mx.b.example'), mode: 'testing' },
    expected: 'delivered opportunistic',
    noted: ['opportunistic certificate-not-trusted'],
  },
  { what: 'DANE, good', scripts: [inTls()], certificate: good, tlsa: digest, expected: 'delivered tlsa', noted: ['tlsa ok'] },
  {
    what: 'DANE, another certificate',
    scripts: [secure],
    certificate: good,
    tlsa: '00'.repeat(32),
    expected: 'waits tls 4.7.5',
    noted: ['tlsa validation-failure'],
  },
  { what: 'DANE, no TLS offered', scripts: [hello()], tlsa: digest, expected: 'waits tls 4.7.5', noted: ['tlsa starttls-not-supported'] },
  {
    what: 'DANE goes before MTA-STS',
    scripts: [inTls()],
    certificate: good,
    tlsa: digest,
    sts: enforce('mx.c.example'),
    expected: 'delivered tlsa',
    noted: ['tlsa ok'],
  },
  {
    what: 'REQUIRETLS, offered, by DANE',
    scripts: [inTls('REQUIRETLS')],
    certificate: good,
    tlsa: digest,
    requireTls: true,
    expected: 'delivered tlsa',
    noted: ['tlsa ok'],
  },
  {
    what: 'REQUIRETLS, offered, by MTA-STS',
    scripts: [inTls('REQUIRETLS')],
    certificate: good,
    sts: enforce('mx.b.example'),
    requireTls: true,
    expected: 'delivered sts',
    noted: ['sts ok'],
  },
  {
    what: 'REQUIRETLS, not offered',
    scripts: [inTls()],
    certificate: good,
    sts: enforce('mx.b.example'),
    requireTls: true,
    expected: 'failed require-tls 5.7.30',
    noted: ['sts ok'],
  },
  {
    what: 'REQUIRETLS, nobody vouches for the host',
    scripts: [inTls('REQUIRETLS')],
    certificate: good,
    requireTls: true,
    expected: 'failed require-tls 5.7.30',
    noted: [],
  },
]

for (const { what, scripts, certificate = contextA(), sts, tlsa, requireTls = false, expected, noted } of rows) {
  test(`TLS: ${what}`, async () => {
    await using remote = await RemoteMx.start(...scripts)
    remote.secureContext = certificate
    const zone = {
      'b.example': { MX: [[10, 'mx.b.example']] as const },
      'mx.b.example': { A: ['127.0.0.1'] },
      ...(tlsa !== undefined && { [`_${remote.port}._tcp.mx.b.example`]: { TLSA: [[3, 0, 1, tlsa]] as const } }),
    }
    await using sending = await startSending(remote.port, zone, { mtaSts: { policy: async () => ({ policy: sts, fault: undefined }) } })
    sending.dns.authenticated = tlsa !== undefined
    sending.queue.add(['ben@b.example'], { requireTls })
    const [told = ''] = await sending.told(1)
    const [, answer, tls] = /^ben@b\.example (\w+(?: [\w-]+ \d\.\d\.\d+)?).* (\w+)$/.exec(told) ?? []
    assert.equal(answer?.startsWith('delivered') ? `delivered ${tls}` : answer, expected)
    assert.deepEqual(
      sending.tls.map(({ way, failure }) => `${way} ${failure ?? 'ok'}`),
      noted,
    )
    assert.deepEqual(remote.faults, [])
  })
}
