import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import type { AggregateReport, ReportRow } from './aggregate-report.ts'
import { reportLimits } from './limits.ts'
import { readReport } from './read-report.ts'
import { reportIn } from './report-of-message.ts'
import { reportFileName, writeReport } from './write-report.ts'
import { parseXml } from './xml.ts'

const row: ReportRow = {
  sourceIp: '192.0.2.1',
  count: 3,
  disposition: 'pass',
  dkim: true,
  spf: false,
  headerFrom: 'a.example',
  envelopeFrom: 'bounce.example',
  dkimResults: [{ domain: 'a.example', selector: 's', result: 'pass' }],
  spfResult: { domain: 'bounce.example', scope: 'mfrom', result: 'softfail' },
}

const report: AggregateReport = {
  reporter: 'mx.example.org',
  email: 'postmaster@example.org',
  reportId: '1795219200.a.example@mx.example.org',
  beginS: 1_795_219_200,
  endS: 1_795_305_599,
  policy: {
    domain: 'a.example',
    dkimAlignment: 'strict',
    spfAlignment: 'relaxed',
    policy: 'reject',
    subdomainPolicy: 'quarantine',
    absentPolicy: 'none',
    testing: true,
  },
  rows: [
    row,
    { ...row, sourceIp: '2001:db8::1', count: 1, disposition: 'reject', dkim: false, envelopeFrom: undefined, dkimResults: [], spfResult: undefined },
  ],
}

test('a report that we make is read as what it says', () => {
  const xml = writeReport(report)
  assert.deepEqual(readReport(Buffer.from(xml)), report)
  assert.match(xml, /<record>\n {2}<row>\n {4}<source_ip>192\.0\.2\.1<\/source_ip>\n {4}<count>3<\/count>/)
  assert.equal(reportFileName(report, 'mx.example.org'), 'mx.example.org!a.example!1795219200!1795305599.xml.gz')
})

test('a seal that was believed is told as the reason (RFC 9990 appendix A)', () => {
  const xml = writeReport({ ...report, rows: [{ ...row, disposition: 'none', spf: false, sealer: 'list.example' }] })
  assert.match(
    xml,
    /<reason>\n +<type>trusted_forwarder<\/type>\n +<comment>arc=pass, sealed by list\.example<\/comment>\n +<\/reason>\n +<\/policy_evaluated>/,
  )
})

test('what a sender chose cannot break out of its element', () => {
  const hostile = { ...report, rows: [{ ...row, envelopeFrom: '</envelope_from><count>9</count>&amp;\u0000\ud800"' }] }
  const [read] = readReport(Buffer.from(writeReport(hostile)))?.rows ?? []
  assert.equal(read?.envelopeFrom, '</envelope_from><count>9</count>&amp;\ufffd\ufffd"')
  assert.equal(read?.count, 3)
})

test('reports come as XML, as gzip and in zip files', () => {
  const xml = Buffer.from(writeReport(report))
  assert.deepEqual(readReport(gzipSync(xml)), report)
  assert.deepEqual(readReport(zipOf(xml, 8)), report)
  assert.deepEqual(readReport(zipOf(xml, 0)), report)
  for (const broken of [gzipSync(xml).subarray(0, 200), zipOf(xml, 8).subarray(0, 100), zipOf(xml, 99), Buffer.alloc(0), Buffer.from('PK\x03\x04PK\x01\x02')]) {
    assert.equal(readReport(broken), undefined)
  }
})

test('a report of RFC 7489, as others write it', () => {
  const old = `\ufeff<?xml version="1.0" encoding="UTF-8" ?>
    <!-- made by hand -->
    <ns:feedback xmlns:ns="x" xmlns:xsi='y > z'>
      <report_metadata><org_name>Big &amp; Co.</org_name><report_id><![CDATA[<1>]]></report_id>
        <date_range><begin>1</begin><end>2</end></date_range></report_metadata>
      <policy_published><domain>A.Example.</domain><p>REJECT</p><pct>100</pct></policy_published>
      <record><row><source_ip>::ffff:192.0.2.1</source_ip><count> 7 </count>
        <policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>Pass</spf><reason/></policy_evaluated></row>
        <identifiers><header_from>a.example</header_from></identifiers><auth_results/></record>
      <record><row><source_ip>nowhere</source_ip><count>1</count></row></record>
    </ns:feedback>`
  assert.deepEqual(readReport(Buffer.from(old)), {
    reporter: 'Big & Co.',
    email: '',
    reportId: '<1>',
    beginS: 1,
    endS: 2,
    policy: {
      domain: 'a.example',
      dkimAlignment: 'relaxed',
      spfAlignment: 'relaxed',
      policy: 'reject',
      subdomainPolicy: 'reject',
      absentPolicy: undefined,
      testing: false,
    },
    rows: [
      {
        sourceIp: '192.0.2.1',
        count: 7,
        disposition: 'none',
        dkim: false,
        spf: true,
        headerFrom: 'a.example',
        envelopeFrom: undefined,
        dkimResults: [],
        spfResult: undefined,
      },
    ],
  })
})

test('what is no report', () => {
  const xml = writeReport(report)
  for (const bad of [
    xml.replace('<feedback', '<!DOCTYPE feedback [<!ENTITY a "b">]><feedback'),
    xml.replace('</feedback>', ''),
    xml.replace('</record>', '</row>'),
    `${xml}<feedback/>`,
    xml.replace(/feedback/g, 'other'),
    xml.replace('<domain>a.example', '<domain>a b'),
    xml.replace('<begin>', '<begin>x'),
    xml.replace(/<report_id>.*<\/report_id>/, ''),
    'text',
  ]) {
    assert.equal(readReport(Buffer.from(bad)), undefined, bad.slice(0, 100))
  }
})

test('reports that are made to cost something', () => {
  const head = writeReport({ ...report, rows: [] }).replace('</feedback>', '')
  const many = `${head}${writeReport(report).match(/<record>[\s\S]*<\/record>/)?.[0] ?? ''}`
  const rows = `${head}${many.slice(head.length).repeat(5_000)}</feedback>`
  assert.equal(readReport(Buffer.from(rows))?.rows.length, reportLimits.rows)
  const hostile: Readonly<Record<string, Buffer>> = {
    'a gzip bomb': gzipSync(Buffer.alloc(200_000_000)),
    'a zip bomb': zipOf(Buffer.alloc(100_000_000), 8),
    depth: Buffer.from('<a>'.repeat(1_000_000)),
    elements: Buffer.from(`<a>${'<b/>'.repeat(2_000_000)}</a>`),
    'an open quotation': Buffer.from(`<a b="${'x'.repeat(5_000_000)}`),
    attributes: Buffer.from(`<a ${'b="c" '.repeat(1_000_000)}`),
    'open comments': Buffer.from(`<a>${'<!--'.repeat(1_000_000)}`),
    'open brackets': Buffer.from('<'.repeat(5_000_000)),
    'too large': Buffer.alloc(reportLimits.packedOctets + 1, 'x'),
  }
  for (const [what, file] of Object.entries(hostile)) {
    const before = process.cpuUsage()
    assert.equal(readReport(file), undefined, what)
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 2_000_000, `${what}: ${Math.round((user + system) / 1000)} ms of CPU`)
  }
})

test('texts of others are of one line and of a bounded length', () => {
  const long = writeReport({ ...report, reporter: `evil\u001b[2J\n${'x'.repeat(10_000)}` })
  const reporter = readReport(Buffer.from(long))?.reporter ?? ''
  assert.match(reporter, /^evil. ?\[2J x+$/)
  assert.ok(reporter.length <= reportLimits.textOctets)
})

test('references to characters', () => {
  assert.equal(parseXml('<a>&#228;&#xE4;&lt;&quot;&nothing;&#0;&#xD800;&</a>')?.text, 'ää<"&nothing;&#0;&#xD800;&')
})

test('the message that brings a report', () => {
  const packed = gzipSync(writeReport(report)).toString('base64').replace(/.{76}/g, '$&\r\n')
  const fields = 'From: reports@big.example\r\nSubject: Report Domain: a.example\r\nMIME-Version: 1.0\r\n'
  const part = `Content-Type: application/gzip; name="x.xml.gz"\r\nContent-Transfer-Encoding: base64\r\n\r\n${packed}\r\n`
  const alone = `${fields}${part}`
  const mixed = `${fields}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThis is a report.\r\n--b\r\n${part}--b--\r\n`
  for (const message of [alone, mixed, mixed.replace('application/gzip', 'Application/Octet-Stream')]) {
    assert.deepEqual(reportIn(Buffer.from(message)), report)
  }
  for (const message of [fields, alone.replace('application/gzip', 'image/png'), alone.replace('base64', 'x-unknown')]) {
    assert.equal(reportIn(Buffer.from(message)), undefined)
  }
})

/** A zip file of one file. */
function zipOf(content: Buffer, method: number): Buffer {
  const packed = method === 8 ? deflateRawSync(content) : content
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 'latin1')
  header.writeUInt16LE(method, 8)
  header.writeUInt16LE(5, 26)
  const entry = Buffer.alloc(46)
  entry.write('PK\x01\x02', 'latin1')
  entry.writeUInt16LE(method, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(0, 42)
  return Buffer.concat([header, Buffer.from('a.xml'), packed, entry])
}
