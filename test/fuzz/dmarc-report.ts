import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { reportLimits } from '../../src/dmarc/limits.ts'
import { reportIn } from '../../src/dmarc/report-of-message.ts'
import { writeReport } from '../../src/dmarc/write-report.ts'
import { parseXml } from '../../src/dmarc/xml.ts'

/** DMARC reports that others send. */
export const name = 'dmarc-report'

const xml = `<?xml version="1.0"?><feedback a='b'><report_metadata><org_name>Big &amp; Co</org_name><report_id><![CDATA[1]]></report_id><date_range><begin>1</begin><end>2</end></date_range></report_metadata>
<policy_published><domain>a.example</domain><p>none</p></policy_published><record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim></policy_evaluated></row>
<identifiers><header_from>a.example</header_from></identifiers><auth_results><dkim><domain>a.example</domain><result>pass</result></dkim><spf/></auth_results></record></feedback>`

export const seeds: readonly Uint8Array[] = [
  Buffer.from(xml),
  gzipSync(xml),
  Buffer.from(`Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n${gzipSync(xml).toString('base64')}\r\n`),
]

export function target(input: Uint8Array): void {
  const element = parseXml(Buffer.from(input).toString())
  if (element !== undefined) assert.ok(!/[\s<>/]/.test(element.name))
  const report = reportIn(input)
  if (report === undefined) return
  assert.ok(report.rows.length <= reportLimits.rows)
  assert.ok(report.reporter.length <= reportLimits.textOctets && !/\p{Cc}/u.test(report.reporter))
  assert.deepEqual(reportIn(Buffer.from(writeReport(report))), report, 'a report is not read back')
}
