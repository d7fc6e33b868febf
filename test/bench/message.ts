import { author } from '../../src/message/author.ts'
import { decodeText } from '../../src/message/decode.ts'
import { countFields, fields } from '../../src/message/header-section.ts'
import { encodeParts } from '../../src/message/parts.ts'
import { Scanner, scan } from '../../src/message/scan.ts'
import { findSection } from '../../src/message/section.ts'
import { summarise } from '../../src/message/summary.ts'
import { parseAddress } from '../../src/mail/address.ts'
import { parsePath } from '../../src/mail/path.ts'

// node test/bench/message.ts: microseconds for one call of what a delivery and a FETCH do with a message's form.

const header = [
  'Received: from out.sender.example (out.sender.example [192.0.2.10])',
  '\tby mx.posthorn.example with ESMTPS id 01J8Z6',
  '\tfor <ann@a.example>; Tue, 03 Mar 2026 09:12:44 +0100',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=sender.example; s=k1;',
  `\th=from:to:subject:date:message-id; bh=${'B'.repeat(44)};`,
  `\tb=${'S'.repeat(344)}`,
  'From: "Ann Example" <ann@sender.example>',
  'To: Bob <bob@a.example>, "Carl C." <carl@b.example>',
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=',
  'Date: Tue, 03 Mar 2026 09:12:40 +0100',
  'Message-ID: <20260303081240.1234@sender.example>',
  'MIME-Version: 1.0',
  '',
].join('\r\n')
const line = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod te\r\n'
const coded = `${'A'.repeat(76)}\r\n`

function plain(octets: number): Buffer {
  const start = `${header}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`
  return Buffer.from(start + line.repeat(Math.ceil((octets - start.length) / line.length)))
}

function withAttachment(octets: number): Buffer {
  const start = `${header}Content-Type: multipart/mixed; boundary="----=_Part_123456789"\r\n\r\n------=_Part_123456789\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${line.repeat(10)}\r\n------=_Part_123456789\r\nContent-Type: application/pdf; name="plan.pdf"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="plan.pdf"\r\n\r\n`
  const end = '------=_Part_123456789--\r\n'
  return Buffer.from(start + coded.repeat(Math.ceil((octets - start.length - end.length) / coded.length)) + end)
}

function inPieces(message: Buffer): void {
  const scanner = new Scanner()
  for (let at = 0; at < message.length; at += 65_536) scanner.push(message.subarray(at, at + 65_536))
  scanner.finish()
}

const small = plain(2000)
const medium = withAttachment(10_000)
const largeText = plain(1_000_000)
const large = withAttachment(1_000_000)
const parts = encodeParts(scan(medium).top)
const extent = { prefixLength: 200, octetsLength: medium.length }
const text = { encoding: 'quoted-printable', charset: 'utf-8' }

const calls: readonly (readonly [what: string, call: () => unknown])[] = [
  ['scan, 2 kB text', () => scan(small)],
  ['scan and summarise, 2 kB text', () => summarise(scan(small))],
  ['scan, 10 kB with attachment', () => scan(medium)],
  ['scan and summarise, 10 kB with attachment', () => summarise(scan(medium))],
  ['scan, 1 MB with attachment', () => scan(large)],
  ['scan, 1 MB with attachment, in pieces of 64 kB', () => inPieces(large)],
  ['scan, 1 MB text', () => scan(largeText)],
  ['count Received', () => countFields(small, 'Received')],
  ['find Message-ID', () => fields(small, 'Message-ID')],
  ['author', () => author(small)],
  ['find BODY[2]', () => findSection(parts, { path: [2], of: 'all' }, extent)],
  ['decode 2 kB quoted-printable', () => decodeText(text, small)],
  ['parse an address', () => parseAddress('ann.example@mail.example.org')],
  ['parse a path', () => parsePath('<ann.example@mail.example.org>', { utf8: false })],
]

/** Long enough that the compiler has done its work. */
const warmMs = 200
const measureMs = 300

for (const [what, call] of calls) {
  repeat(call, warmMs)
  // The best of five: the others show what else the machine did.
  const micros = Math.min(...Array.from({ length: 5 }, () => repeat(call, measureMs / 5)))
  console.log(`${what.padEnd(50)} ${micros < 10 ? micros.toFixed(2) : micros.toFixed(0)} µs`)
}

/** Microseconds a call. */
function repeat(call: () => unknown, ms: number): number {
  const started = performance.now()
  let count = 0
  do {
    for (let index = 0; index < 16; index += 1) call()
    count += 16
  } while (performance.now() - started < ms)
  return ((performance.now() - started) * 1000) / count
}
