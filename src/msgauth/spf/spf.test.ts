import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Zone } from '../../../test/harness/name-server.ts'
import { zoneDns } from '../../../test/harness/zone-dns.ts'
import type { ReversePath } from '../../mail/address.ts'
import { parseAddress } from '../../mail/address.ts'
import { BoundedDns } from '../dns.ts'
import { expandDomain, type MacroValues } from './macro.ts'
import { parseIp } from '../../mail/ip.ts'
import { parseSpfRecord } from './record.ts'
import { spf } from './spf.ts'

// The whole of RFC 7208 is held against others' vectors in test/conformance/spf.test.ts; here stands what they leave open.

const zone: Zone = {
  'a.example': { TXT: ['v=spf1 ip4:192.0.2.1 include:b.example -all exp=why.a.example'], A: ['192.0.2.7'] },
  'b.example': { TXT: ['v=spf1 ip6:2001:db8::/32 ~all'] },
  'why.a.example': { TXT: ['%{i} may not send for %{d}, says %{r}'] },
  'mail.a.example': { TXT: ['v=spf1 a -all'], A: ['192.0.2.1'] },
  'down.example': { fault: 'servfail' },
  'loud.example': { TXT: ['v=spf1 -all exp=loud-why.example'] },
  'loud-why.example': { TXT: [['x'.repeat(250), 'x'.repeat(250)]] },
  'mapped.example': { TXT: ['v=spf1 ip6:::ffff:192.0.2.0/120 ip6:::ffff:0:0/80 -all'] },
}

async function ask(clientIp: string, from: string, more: { helo?: string; lookups?: number; deadlineMs?: number } = {}) {
  const reversePath: ReversePath = from === '' ? null : (parseAddress(from) ?? null)
  const { helo = 'mail.a.example', lookups = 50, deadlineMs = performance.now() + 1000 } = more
  const dns = new BoundedDns(zoneDns(zone), lookups, deadlineMs)
  return spf({ clientIp, helo, reversePath, hostName: 'mx.example.org', nowMs: 0 }, dns)
}

test('the reverse-path is asked about, and the EHLO name where there is none', async () => {
  assert.deepEqual(await ask('192.0.2.1', 'ann@a.example'), { identity: 'mailfrom', domain: 'a.example', result: 'pass' })
  assert.deepEqual(await ask('2001:db8::1', 'ann@a.example'), { identity: 'mailfrom', domain: 'a.example', result: 'pass' })
  assert.deepEqual(await ask('192.0.2.1', ''), { identity: 'helo', domain: 'mail.a.example', result: 'pass' })
  assert.deepEqual(await ask('192.0.2.1', '', { helo: '[192.0.2.1]' }), { identity: 'helo', domain: '[192.0.2.1]', result: 'none' })
  assert.deepEqual(await ask('192.0.2.1', '', { helo: 'a b\r\nc' }), { identity: 'helo', domain: '', result: 'none' })
})

test('a failure says why, in the words of the domain', async () => {
  const explanation = '192.0.2.9 may not send for a.example, says mx.example.org'
  assert.deepEqual(await ask('192.0.2.9', 'ann@a.example'), { identity: 'mailfrom', domain: 'a.example', result: 'fail', explanation })
  assert.equal((await ask('192.0.2.9', 'ann@loud.example')).explanation, undefined, 'an explanation too long for a reply is left out')
})

test('a DNS that cannot tell, and bounds that are reached, are temporary', async () => {
  const trouble = { result: 'temperror', reason: 'the DNS could not tell' }
  assert.deepEqual(await ask('192.0.2.1', 'ann@down.example'), { identity: 'mailfrom', domain: 'down.example', ...trouble })
  assert.deepEqual(await ask('192.0.2.9', 'ann@a.example', { lookups: 1 }), { identity: 'mailfrom', domain: 'a.example', ...trouble })
  assert.deepEqual(await ask('192.0.2.9', 'ann@a.example', { deadlineMs: performance.now() }), { identity: 'mailfrom', domain: 'a.example', ...trouble })
})

test('IPv4 addresses written as IPv6 are IPv4', async () => {
  assert.equal((await ask('192.0.2.200', 'ann@mapped.example')).result, 'pass')
  assert.equal((await ask('::ffff:192.0.2.200', 'ann@mapped.example')).result, 'pass')
  assert.equal((await ask('198.51.100.1', 'ann@mapped.example')).result, 'fail')
})

test('records that RFC 7208 12 has no room for', () => {
  for (const bad of [
    'v=spf1 -all ',
    'v=spf1 a:b.example/24//64 -all',
    'v=spf1 exists:%{i}._spf.a.example',
    'v=spf1 moo=%{s} -all',
    'v=spf1 redirect=a.example',
    'v=spf1 ptr',
    'v=spf1 A:A.EXAMPLE MX/0 IP4:192.0.2.0/0 +ALL',
  ]) {
    assert.ok(parseSpfRecord(bad), bad)
  }
  for (const bad of [
    'v=spf1 all:a.example',
    'v=spf1 a:b.example/33',
    'v=spf1 a/024',
    'v=spf1 a//129',
    'v=spf1 a:example',
    'v=spf1 include',
    'v=spf1 include:',
    'v=spf1 ip4:192.0.2.256',
    'v=spf1 ip4:2001:db8::',
    'v=spf1 ip6:192.0.2.1',
    'v=spf1 ip4:192.0.2.1/24/24',
    'v=spf1 redirect=a.example redirect=b.example',
    'v=spf1 exists:%{i0}.a.example',
    'v=spf1 exists:%{z}.a.example',
    'v=spf1 exists:%{c}.a.example',
    'v=spf1 -all\t',
    'v=spf1 --all',
    'v=spf1 unknown',
    'v=spf1 ptr/24',
  ]) {
    assert.equal(parseSpfRecord(bad), undefined, bad)
  }
})

test('the examples of RFC 7208 7.4', async () => {
  const of = (ip: string): MacroValues => ({
    localPart: 'strong-bad',
    senderDomain: 'email.example.com',
    domain: 'email.example.com',
    ip: parseIp(ip) ?? { version: 4, words: [0] },
    helo: 'mx.example.org',
    hostName: 'mx.example.net',
    nowMs: 0,
    validatedName: async () => 'unknown',
  })
  const examples = {
    '%{s}': 'strong-bad@email.example.com',
    '%{o}': 'email.example.com',
    '%{d4}': 'email.example.com',
    '%{d2}': 'example.com',
    '%{d1}': 'com',
    '%{dr}': 'com.example.email',
    '%{d2r}': 'example.email',
    '%{l-}': 'strong.bad',
    '%{lr-}': 'bad.strong',
    '%{l1r-}': 'strong',
    '%{ir}.%{v}._spf.%{d2}': '3.2.0.192.in-addr._spf.example.com',
    '%{lr-}.lp.%{ir}.%{v}._spf.%{d2}': 'bad.strong.lp.3.2.0.192.in-addr._spf.example.com',
    '%{d2}.trusted-domains.example.net': 'example.com.trusted-domains.example.net',
  }
  for (const [text, expected] of Object.entries(examples)) assert.equal(await expandDomain(text, of('192.0.2.3')), expected, text)
  assert.equal(
    await expandDomain('%{ir}.%{v}._spf.%{d2}', of('2001:db8::cb01')),
    '1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com',
  )
})
