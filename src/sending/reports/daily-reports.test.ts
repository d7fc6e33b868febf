import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type OpenDatabase, withEachEngine } from '../../../test/harness/database.ts'
import { zoneDns } from '../../../test/harness/zone-dns.ts'
import type { Zone } from '../../../test/harness/name-server.ts'
import { silent } from '../../base/log.ts'
import { dmarcMigrations } from '../../dmarc/schema.ts'
import { DmarcTally } from '../../dmarc/tally.ts'
import { attachedFiles } from '../../message/attached-files.ts'
import { tlsrptMigrations } from '../../tlsrpt/schema.ts'
import { TlsTally } from '../../tlsrpt/tally.ts'
import { sendingMigrations } from '../schema.ts'
import { DailyReports } from './daily-reports.ts'
import { readPlaces } from './wanted-at.ts'

const day = 20_000
const clock = { now: () => day * 86_400_000 }
const folders = ['../../dmarc/tally.ts', '../../dmarc/seen.ts', '../../tlsrpt/tally.ts', '../../tlsrpt/seen.ts', './claims.ts']
const modules = folders.map((name) => import.meta.resolve(name))

interface Sent {
  readonly to: string
  readonly octets: Uint8Array
  readonly tlsOptional: boolean
}

async function openReports(context: TestContext, open: OpenDatabase, zone: Zone, rua: readonly string[] = []) {
  const database = await open(context, { migrations: [...dmarcMigrations, ...tlsrptMigrations, ...sendingMigrations], modules })
  const dmarc = new DmarcTally({ database, clock, log: silent })
  if (rua.length > 0) {
    dmarc.note({
      policy: {
        domain: 'b.example',
        dkimAlignment: 'relaxed',
        spfAlignment: 'relaxed',
        policy: 'none',
        subdomainPolicy: 'none',
        absentPolicy: undefined,
        testing: false,
      },
      reportTo: rua,
      row: {
        sourceIp: '192.0.2.1',
        disposition: 'pass',
        dkim: true,
        spf: false,
        headerFrom: 'b.example',
        envelopeFrom: 'b.example',
        dkimResults: [],
        spfResult: undefined,
      },
    })
  }
  const tls = new TlsTally({ database, clock, log: silent })
  tls.note({ policy: { type: 'no-policy-found', strings: [], domain: 'b.example', mxHosts: [] }, failure: undefined })
  await dmarc.flush()
  await tls.flush()
  const sent: Sent[] = []
  const posted: { url: string; method: string | undefined; type: string | undefined; body: string | Uint8Array }[] = []
  const reports = new DailyReports({
    ...{ database, clock, log: silent, hostname: 'mx.a.example', resolver: zoneDns(zone), wanted: () => true },
    sameOrganisation: async (one, other) => one === other,
    outside: {
      async request(url, { method, body, headers }) {
        posted.push({ url: url.href, method, type: headers?.['content-type'], body: body ?? '' })
        return { status: 201, headers: {}, octets: Buffer.alloc(0) }
      },
    },
    send: async (message) => void sent.push(message),
  })
  return { reports, sent, posted }
}

withEachEngine((_engine, open) => {
  test('a TLS report is posted where the domain wants it over HTTPS (RFC 8460 5.4)', async (context) => {
    const { reports, posted } = await openReports(context, open, { '_smtp._tls.b.example': { TXT: ['v=TLSRPTv1; rua=https://b.example/tls'] } })
    await reports.sendAll(day)
    const [first, ...others] = posted
    assert.deepEqual([first?.url, first?.method, first?.type, others], ['https://b.example/tls', 'POST', 'application/tlsrpt+gzip', []])
    assert.match(gunzipSync(first?.body ?? '').toString(), /"total-successful-session-count":1/)
  })

  test('a TLS report goes to whom the domain names, once, whatever its policies say (RFC 8460)', async (context) => {
    const { reports, sent } = await openReports(context, open, {
      '_smtp._tls.b.example': { TXT: ['v=TLSRPTv1; rua=mailto:tls@b.example,mailto:tls@c.example'] },
    })
    await reports.sendAll(day)
    await reports.sendAll(day)
    assert.deepEqual(
      sent.map(({ to, tlsOptional }) => [to, tlsOptional]),
      [
        ['tls@b.example', true],
        ['tls@c.example', true],
      ],
    )
    const [file] = attachedFiles(sent[0]?.octets ?? Buffer.alloc(0), { types: /tlsrpt\+gzip/, most: 1 })
    assert.ok(file)
    assert.match(gunzipSync(file).toString(), /"organization-name":"mx\.a\.example".*"total-successful-session-count":1/)
    const text = Buffer.from(sent[0]?.octets ?? []).toString()
    assert.match(text, /^TLS-Report-Domain: b\.example\r$/m)
    assert.match(text, /report-type="tlsrpt"/)
  })

  test('who names nobody gets nothing', async (context) => {
    const { reports, sent } = await openReports(context, open, {})
    await reports.sendAll(day)
    assert.deepEqual(sent, [])
  })

  test('a DMARC report goes to another organisation only where that agrees (RFC 7489 7.1)', async (context) => {
    const zone = { 'b.example._report._dmarc.agrees.example': { TXT: ['v=DMARC1;'] } }
    const rua = ['mailto:dmarc@b.example', 'mailto:x@agrees.example', 'mailto:x@victim.example', 'mailto:small@b.example!1k']
    const { reports, sent } = await openReports(context, open, zone, rua)
    await reports.sendAll(day)
    assert.deepEqual(
      sent.map(({ to, tlsOptional }) => [to, tlsOptional]),
      [
        ['dmarc@b.example', false],
        ['x@agrees.example', false],
        ['small@b.example', false],
      ],
    )
    assert.match(Buffer.from(sent[0]?.octets ?? []).toString(), /filename="mx\.a\.example!b\.example!1728000000!1728086399\.xml\.gz"/)
  })
})

for (const [uri, expected] of [
  ['mailto:a@b.example', 'a@b.example'],
  ['mailto:a%2Bx@b.example', 'a+x@b.example'],
  ['mailto:a@b.example!10m', 'a@b.example 10485760'],
  ['mailto:a@b.example?subject=x', 'a@b.example'],
  ['https://b.example/tls', 'https://b.example/tls'],
  ['http://b.example/tls', ''],
  ['mailto:nobody', ''],
  ['mailto:%zz@b.example', ''],
  ['ftp://b.example', ''],
] as const) {
  test(`where reports are wanted: ${uri}`, () => {
    const told = readPlaces([uri]).map((place) =>
      place.kind === 'https' ? place.url : `${place.address}${place.mostOctets === Number.POSITIVE_INFINITY ? '' : ` ${place.mostOctets}`}`,
    )
    assert.equal(told.join(), expected)
  })
}
