import assert from 'node:assert/strict'
import test from 'node:test'
import { imapClient } from '../harness/imap-client.ts'
import { startNameServer } from '../harness/name-server.ts'
import { sendMail } from '../harness/send-mail.ts'
import { eventually, Server } from '../harness/server.ts'
import { keyZone, makeKey, signByOthers } from '../harness/signed-mail.ts'

const user = 'ann@a.example'

test('who sends in whose name: from the DNS to the mailbox, and into the reports (SPEC A10)', async () => {
  const key = makeKey('list.example', 's')
  await using names = await startNameServer({
    ...keyZone(key),
    'shop.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
    '_dmarc.shop.example': { TXT: ['v=DMARC1; p=reject; rua=mailto:d@shop.example'] },
    '_dmarc.list.example': { TXT: ['v=DMARC1; p=quarantine'] },
    '_dmarc.strict.example': { TXT: ['v=DMARC1; p=reject'] },
  })
  const addressSettings = ['greylisting=off', 'reverse-lookup=off']
  await using server = await Server.start({
    mailboxes: [user],
    config: 'hostname = "mx.a.example"',
    dns: [names.address],
    addressSettings,
    settings: ['greeting.delay=0'],
  })
  {
    await using mail = await imapClient(server, user)
    await mail.mailboxCreate('spam')
  }
  const send = (from: string, text: string): Promise<string> => sendMail(server, { from, to: user, text })
  const text = (author: string, subject: string) =>
    `From: ${author}\r\nTo: ${user}\r\nSubject: ${subject}\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${subject}@x.example>\r\n\r\nHello Ann\r\n`

  assert.match(await send('news@shop.example', text('Shop <news@shop.example>', 'by-spf')), /^250 /)
  const forged = 'Authentication-Results: mx.a.example; dmarc=pass header.from=bank.example\r\n'
  assert.match(await send('bounce@x.example', forged + (await signByOthers(text('l@list.example', 'by-dkim'), key))), /^250 /)
  assert.match(await send('eve@x.example', text('l@list.example', 'put-aside')), /^250 /)
  assert.match(await send('eve@x.example', text('ceo@strict.example', 'refused')), /^550 5\.7\.26 /)
  assert.match(await send('eve@x.example', text('ceo@strict.example <eve@x.example>', 'hidden')), /^550 5\.7\.26 /)
  assert.match(await send('eve@x.example', text(user, 'ours')), /^250 /)

  await using mail = await imapClient(server, user)
  const messages = async (mailbox: string) => {
    await mail.mailboxOpen(mailbox)
    const found = await mail.fetchAll('1:*', { source: true })
    return found.map(({ source }) => (source ?? Buffer.alloc(0)).toString('latin1'))
  }
  const subjects = (sources: readonly string[]) => sources.map((source) => /^Subject: (.*)$/m.exec(source)?.[1]?.trim() ?? '').sort()
  const inbox = await eventually('the inbox has its messages', async () => {
    const found = await messages('INBOX')
    return found.length === 2 ? found : undefined
  })
  assert.deepEqual(subjects(inbox), ['by-dkim', 'by-spf'])
  assert.deepEqual(subjects(await messages('spam')), ['ours', 'put-aside'])
  const results = (subject: string) =>
    /^Authentication-Results: [^]*?\r\n(?!\t)/m.exec(inbox.find((source) => source.includes(`Subject: ${subject}`)) ?? '')?.[0].replace(/\r\n\t/g, ' ')
  assert.match(
    results('by-spf') ?? '',
    /spf=pass smtp\.mailfrom=shop\.example; dkim=none; dmarc=pass header\.from=shop\.example policy\.dmarc=reject; arc=none/,
  )
  assert.match(results('by-dkim') ?? '', /spf=none smtp\.mailfrom=x\.example; dkim=pass header\.d=list\.example .*; dmarc=pass header\.from=list\.example/)
  assert.ok(!inbox.some((source) => source.includes('bank.example')), 'what claims to be ours is cut')

  const seen = await eventually('what came in is counted', async () => {
    const { code, stdout } = await server.run(['dmarc', 'seen', '--json'])
    const domains = code === 0 ? (JSON.parse(stdout) as { domain: string; messages: number; passed: number; quarantined: number; rejected: number }[]) : []
    return domains.length === 3 ? domains : undefined
  })
  assert.deepEqual(
    seen.map(({ domain, messages: count, passed, quarantined, rejected }) => [domain, count, passed, quarantined, rejected]),
    [
      ['list.example', 2, 1, 1, 0],
      ['strict.example', 2, 0, 0, 2],
      ['shop.example', 1, 1, 0, 0],
    ],
  )

  const report = `<feedback><report_metadata><org_name>Shop</org_name><report_id>1</report_id><date_range><begin>1</begin><end>${Math.floor(Date.now() / 1000)}</end></date_range></report_metadata>
    <policy_published><domain>a.example</domain><p>none</p></policy_published></feedback>`
  const subject = 'Report Domain: a.example\r\nMIME-Version: 1.0\r\nContent-Type: application/xml'
  assert.match(await send('news@shop.example', text('news@shop.example', subject).replace('Hello Ann', report.replace(/\n/g, '\r\n'))), /^250 /)
  const kept = await eventually('the report is read', async () => {
    const { code, stdout } = await server.run(['dmarc', 'reports', '--domain', 'a.example', '--json'])
    return code === 0 ? (JSON.parse(stdout) as { provenSender?: string }[]) : undefined
  })
  assert.equal(kept[0]?.provenSender, 'shop.example')
  const today = new Date().toISOString().slice(0, 10)
  assert.match(
    await server.posthorn(['dmarc', 'report', 'shop.example', '--day', today]),
    /<source_ip>127\.0\.0\.1<\/source_ip>[^]*<disposition>pass<\/disposition>/,
  )
})
