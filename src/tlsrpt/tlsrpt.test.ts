import assert from 'node:assert/strict'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import { withEachEngine } from '../../test/harness/database.ts'
import { silent } from '../base/log.ts'
import { tlsReportIn } from './read-report.ts'
import { TlsReports } from './reports.ts'
import { tlsrptMigrations } from './schema.ts'
import { TlsTally } from './tally.ts'
import type { TlsObservation } from './tls-report.ts'
import { tlsReportFileName, writeTlsReport } from './write-report.ts'

const day = 86_400_000
const modules = ['./tally.ts', './seen.ts', './received.ts'].map((name) => import.meta.resolve(name))

const good: TlsObservation = {
  policy: { type: 'sts', strings: ['version: STSv1', 'mode: testing'], domain: 'b.example', mxHosts: ['mx.b.example'] },
  failure: undefined,
}
const expired: TlsObservation = {
  ...good,
  failure: { result: 'certificate-expired', sendingIp: '192.0.2.1', mxHost: 'mx.b.example', receivingIp: '203.0.113.9', detail: 'it is over' },
}

withEachEngine((_engine, open) => {
  test('sessions are counted by domain and day, and told as RFC 8460 4.4 has it', async (context) => {
    const clock = { nowMs: 20_000 * day, now: () => clock.nowMs }
    const database = await open(context, { migrations: tlsrptMigrations, modules })
    const tally = new TlsTally({ database, clock, log: silent })
    const reporter = { hostName: 'mx.a.example', email: 'postmaster@mx.a.example' }
    const reports = new TlsReports({ ...{ database, clock, reporter }, isOurDomain: async (domain) => domain === 'b.example', read: async () => undefined })
    for (const observation of [good, good, expired]) tally.note(observation)
    await tally.flush()
    for (const observation of [good, expired]) tally.note(observation)
    await tally.flush()
    clock.nowMs += day
    tally.note(good)
    await tally.flush()
    const report = await reports.ofDay('b.example', 20_000 * day)
    assert.ok(report)
    assert.deepEqual(JSON.parse(writeTlsReport(report)), {
      'organization-name': 'mx.a.example',
      'date-range': { 'start-datetime': '2024-10-04T00:00:00Z', 'end-datetime': '2024-10-04T23:59:59Z' },
      'contact-info': 'postmaster@mx.a.example',
      'report-id': '1728000000.b.example@mx.a.example',
      policies: [
        {
          policy: { 'policy-type': 'sts', 'policy-string': ['version: STSv1', 'mode: testing'], 'policy-domain': 'b.example', 'mx-host': ['mx.b.example'] },
          summary: { 'total-successful-session-count': 3, 'total-failure-session-count': 2 },
          'failure-details': [
            {
              ...{ 'result-type': 'certificate-expired', 'sending-mta-ip': '192.0.2.1', 'receiving-mx-hostname': 'mx.b.example' },
              ...{ 'receiving-ip': '203.0.113.9', 'failed-session-count': 2, 'failure-reason-code': 'it is over' },
            },
          ],
        },
      ],
    })
    assert.equal(tlsReportFileName(report, 'b.example'), 'mx.a.example!b.example!1728000000!1728086399!001.json.gz')
    assert.equal(await reports.ofDay('c.example', 20_000 * day), undefined)
    // What we write we read, and keep once.
    const read = tlsReportIn(gzipSync(writeTlsReport(report)))
    assert.deepEqual(read, report)
    assert.deepEqual(await reports.take(report, 'a.example'), [{ outcome: 'kept', domain: 'b.example' }])
    assert.deepEqual(await reports.take(report), [{ outcome: 'known', domain: 'b.example' }])
    assert.deepEqual(await reports.received('b.example', 0), [{ ...report, provenSender: 'a.example' }])
    const foreign = { ...report, policies: report.policies.map((one) => ({ ...one, policy: { ...one.policy, domain: 'x.example' } })) }
    assert.deepEqual(await reports.take(foreign), [{ outcome: 'foreign', domain: 'x.example' }])
  })
})

/** RFC 8460 appendix B, shortened. */
const example = {
  'organization-name': 'Company-X',
  'date-range': { 'start-datetime': '2016-04-01T00:00:00Z', 'end-datetime': '2016-04-01T23:59:59Z' },
  'contact-info': 'sts-reporting@company-x.example',
  'report-id': '5065427c-23d3-47ca-b6e0-946ea0e8c4be',
  policies: [
    {
      policy: { 'policy-type': 'sts', 'policy-string': ['version: STSv1'], 'policy-domain': 'Company-Y.example', 'mx-host': '*.mail.company-y.example' },
      summary: { 'total-successful-session-count': 5326, 'total-failure-session-count': 303 },
      'failure-details': null,
    },
  ],
}

test("others' reports are read as loosely as they are written", () => {
  const report = tlsReportIn(Buffer.from(JSON.stringify(example)))
  assert.deepEqual(report?.policies[0]?.policy, {
    ...{ type: 'sts', strings: ['version: STSv1'], domain: 'company-y.example', mxHosts: ['*.mail.company-y.example'] },
  })
  const message = [
    'Subject: Report Domain: company-y.example Submitter: company-x.example Report-ID: <1>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=tlsrpt; boundary=b',
    '',
    '--b\r\n\r\nThis is a report.\r\n--b',
    'Content-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64',
    '',
    gzipSync(JSON.stringify(example)).toString('base64'),
    '--b--',
  ].join('\r\n')
  assert.deepEqual(tlsReportIn(Buffer.from(message)), report)
})

for (const [what, octets] of [
  ['no JSON', Buffer.from('{"a"')],
  ['no report', Buffer.from('{}')],
  ['no times', Buffer.from(JSON.stringify({ ...example, 'date-range': { 'start-datetime': 'x', 'end-datetime': 'y' } }))],
  ['too many policies', Buffer.from(JSON.stringify({ ...example, policies: Array(101).fill(example.policies[0]) }))],
  ['a bomb', gzipSync(Buffer.alloc(30_000_000, 32))],
  ['broken gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3])],
] as const) {
  test(`no TLS report: ${what}`, () => assert.equal(tlsReportIn(octets), undefined))
}
