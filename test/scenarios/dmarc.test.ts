import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import { sendMail } from '../harness/send-mail.ts'
import { eventually, Server } from '../harness/server.ts'

const user = 'postmaster@a.example'
const daySeconds = 86_400

/** As others write it (RFC 7489 appendix C), of yesterday. */
function reportXml(domain: string, id: string, messages = 7): string {
  const endS = Math.floor(Date.now() / 1000 / daySeconds) * daySeconds
  return `<?xml version="1.0"?><feedback><report_metadata><org_name>Big Mail</org_name><email>reports@big.example</email><report_id>${id}</report_id>
    <date_range><begin>${endS - daySeconds}</begin><end>${endS - 1}</end></date_range></report_metadata>
    <policy_published><domain>${domain}</domain><adkim>r</adkim><aspf>r</aspf><p>none</p></policy_published>
    <record><row><source_ip>198.51.100.1</source_ip><count>${messages}</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
    <identifiers><header_from>${domain}</header_from></identifiers><auth_results><spf><domain>x.example</domain><result>fail</result></spf></auth_results></record>
    <record><row><source_ip>203.0.113.5</source_ip><count>2</count><policy_evaluated><disposition>quarantine</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
    <identifiers><header_from>${domain}</header_from></identifiers><auth_results/></record></feedback>`
}

test('a DMARC report that comes by mail is read and shown by domain (RFC 9990)', async () => {
  await using server = await Server.start({ mailboxes: [user], settings: ['greeting.delay=0'] })
  const mail = async (domain: string, id: string, filling = '') => {
    const packed = gzipSync(reportXml(domain, id)).toString('base64').replace(/.{76}/g, '$&\r\n')
    const text = [
      `From: reports@big.example\r\nSubject: Report Domain: ${domain}\r\n Submitter: big.example Report-ID: <${id}>\r\n`,
      `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${filling}\r\n--b\r\n`,
      `Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n${packed}\r\n--b--\r\n`,
    ]
    assert.match(await sendMail(server, { from: 'reports@big.example', to: user, text: text.join(''), helo: 'localhost' }), /^250 /)
  }
  await mail('a.example', 'one')
  await mail('sub.a.example', 'two')
  await mail('foreign.example', 'three')
  // As large as goes to a spool file.
  await mail('a.example', 'four', 'a line of text\r\n'.repeat(40_000))
  const reports = async (domain: string) => {
    const { code, stdout } = await server.run(['dmarc', 'reports', '--domain', domain, '--json'])
    return code === 0 ? (JSON.parse(stdout) as { reportId: string }[]).map(({ reportId }) => reportId) : []
  }
  await eventually('both reports are there', async () => ((await reports('a.example')).length === 2 ? true : undefined))
  assert.deepEqual(await reports('a.example'), ['four', 'one'])
  assert.deepEqual(await reports('sub.a.example'), ['two'])
  assert.deepEqual(await reports('foreign.example'), [])
  const words = await server.posthorn(['dmarc', 'reports', '--domain', 'a.example'])
  assert.match(words, /9 +7 +Big Mail +not proven/)
  assert.match(words, /198\.51\.100\.1 +14 +14 +0 +0\n203\.0\.113\.5 +4 +0 +0 +4/)
  assert.deepEqual(server.complaints(), [])
})

test('a report file is read by command; what is none is refused', async () => {
  await using server = await Server.prepare({ mailboxes: [user] })
  const file = path.join(server.folder, 'report.xml')
  await writeFile(file, reportXml('a.example', 'by hand'))
  assert.match(await server.posthorn(['dmarc', 'read', file]), /report of Big Mail about a\.example is kept/)
  assert.match(await server.posthorn(['dmarc', 'read', file]), /was there already/)
  assert.match(await server.posthorn(['dmarc', 'reports', '--domain', 'a.example']), /Big Mail/)
  await writeFile(file, reportXml('foreign.example', 'by hand'))
  const refused = await server.run(['dmarc', 'read', file])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /foreign\.example, which is no domain of this installation/)
  assert.equal((await server.run(['dmarc', 'read', path.join(server.folder, 'nothing')])).code, 1)
  assert.equal((await server.run(['dmarc', 'reports'])).code, 2)
  assert.equal((await server.run(['dmarc', 'seen'])).code, 1)
  assert.equal((await server.run(['dmarc', 'report', 'b.example'])).code, 1)
})
