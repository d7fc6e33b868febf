import assert from 'node:assert/strict'
import test from 'node:test'
import { startNameServer, type Zone } from '../../test/harness/name-server.ts'
import { Resolver } from '../dns/resolver.ts'
import { judgeHost, verifiedNow, verifyHost } from './reverse-lookup.ts'

async function withZone<T>(zone: Zone, run: (resolver: Resolver, questions: string[]) => Promise<T>): Promise<T> {
  await using server = await startNameServer(zone)
  const resolver = new Resolver({ clock: { now: () => 1_700_000_000_000 }, servers: [server.address], attemptTimeoutMs: 50 })
  try {
    return await run(resolver, server.questions)
  } finally {
    resolver.close()
  }
}

const ip = '127.0.0.9'
const ptr = `ptr:${ip}`
const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}.example`)
const reverse6 = '9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'

interface Case {
  readonly what: string
  readonly zone: Zone
  readonly ip?: string
  readonly strictHelo?: string
  readonly expected: string
}

const cases: readonly Case[] = [
  { what: 'a name that leads back', zone: { [ptr]: { PTR: ['mx.example'] }, 'mx.example': { A: [ip] } }, expected: 'pass: verified (mx.example)' },
  { what: 'one address of several', zone: { [ptr]: { PTR: ['mx.example'] }, 'mx.example': { A: ['127.0.0.8', ip] } }, expected: 'pass: verified (mx.example)' },
  {
    what: 'an alias leads back',
    zone: { [ptr]: { PTR: ['mx.example'] }, 'mx.example': { CNAME: 'real.example' }, 'real.example': { A: [ip] } },
    expected: 'pass: verified (mx.example)',
  },
  {
    what: 'a delegated reverse zone (RFC 2317)',
    zone: { [ptr]: { CNAME: '9.sub.example' }, '9.sub.example': { PTR: ['mx.example'] }, 'mx.example': { A: [ip] } },
    expected: 'pass: verified (mx.example)',
  },
  { what: 'one name of several', zone: { [ptr]: { PTR: ['a.example', 'mx.example'] }, 'mx.example': { A: [ip] } }, expected: 'pass: verified (mx.example)' },
  {
    what: 'IPv6',
    ip: '2001:db8::9',
    zone: { [reverse6]: { PTR: ['mx.example'] }, 'mx.example': { AAAA: ['2001:db8:0::9'] } },
    expected: 'pass: verified (mx.example)',
  },
  {
    what: 'IPv6 with an IPv4 address only',
    ip: '2001:db8::9',
    zone: { [reverse6]: { PTR: ['mx.example'] }, 'mx.example': { A: [ip] } },
    expected: 'fail: no name leads back (mx.example)',
  },
  { what: 'no name', zone: {}, expected: 'fail: no name' },
  { what: 'a reverse zone without a PTR', zone: { [ptr]: { TXT: ['x'] } }, expected: 'fail: no name' },
  {
    what: 'a name that leads elsewhere',
    zone: { [ptr]: { PTR: ['mx.example'] }, 'mx.example': { A: ['127.0.0.8'] } },
    expected: 'fail: no name leads back (mx.example)',
  },
  { what: 'a name that does not exist', zone: { [ptr]: { PTR: ['mx.example'] } }, expected: 'fail: no name leads back (mx.example)' },
  { what: 'a name that is none', zone: { [ptr]: { PTR: ['not a name'] } }, expected: 'fail: no name leads back (not a name)' },
  {
    what: 'a name that would end a comment in our Received field',
    zone: { [ptr]: { PTR: ['a)b.example'] }, 'a)b.example': { A: [ip] } },
    expected: 'fail: no name leads back (a)b.example)',
  },
  { what: 'an underscore', zone: { [ptr]: { PTR: ['a_b.example'] }, 'a_b.example': { A: [ip] } }, expected: 'pass: verified (a_b.example)' },
  { what: 'ten names, the last of which leads back', zone: { [ptr]: { PTR: many(10) }, 'n9.example': { A: [ip] } }, expected: 'pass: verified (n9.example)' },
  { what: 'eleven names', zone: { [ptr]: { PTR: many(11) }, 'n0.example': { A: [ip] } }, expected: 'temperror: too many names (11)' },
  { what: 'server failure for the address', zone: { [ptr]: { fault: 'servfail' } }, expected: 'temperror: DNS failed (server failure)' },
  { what: 'refused', zone: { [ptr]: { fault: 'refused' } }, expected: 'temperror: DNS failed (refused)' },
  { what: 'silence for the address', zone: { [ptr]: { fault: 'silent' } }, expected: 'temperror: too late (timeout)' },
  {
    what: 'server failure for the name',
    zone: { [ptr]: { PTR: ['mx.example'] }, 'mx.example': { fault: 'servfail' } },
    expected: 'temperror: DNS failed (server failure)',
  },
  { what: 'silence for the name', zone: { [ptr]: { PTR: ['mx.example'] }, 'mx.example': { fault: 'silent' } }, expected: 'temperror: too late (timeout)' },
  {
    what: 'a failed name and one that leads elsewhere',
    zone: { [ptr]: { PTR: ['a.example', 'b.example'] }, 'a.example': { A: ['127.0.0.8'] }, 'b.example': { fault: 'servfail' } },
    expected: 'temperror: DNS failed (server failure)',
  },
  {
    what: 'a failed name and one that leads back',
    zone: { [ptr]: { PTR: ['a.example', 'b.example'] }, 'a.example': { A: [ip] }, 'b.example': { fault: 'servfail' } },
    expected: 'pass: verified (a.example)',
  },
  {
    what: 'strict: the EHLO name',
    strictHelo: 'MX.example.',
    zone: { [ptr]: { PTR: ['a.example', 'mx.example'] }, 'a.example': { A: [ip] }, 'mx.example': { A: [ip] } },
    expected: 'pass: verified (mx.example)',
  },
  {
    what: 'strict: another name',
    strictHelo: 'other.example',
    zone: { [ptr]: { PTR: ['mx.example'] }, 'mx.example': { A: [ip] } },
    expected: 'fail: not the EHLO name (mx.example)',
  },
  {
    what: 'strict: the EHLO name does not lead back',
    strictHelo: 'a.example',
    zone: { [ptr]: { PTR: ['a.example', 'mx.example'] }, 'a.example': { A: ['127.0.0.8'] }, 'mx.example': { A: [ip] } },
    expected: 'fail: not the EHLO name (mx.example)',
  },
  {
    what: 'strict: DNS cannot tell of the EHLO name',
    strictHelo: 'a.example',
    zone: { [ptr]: { PTR: ['a.example', 'mx.example'] }, 'a.example': { fault: 'servfail' }, 'mx.example': { A: [ip] } },
    expected: 'temperror: DNS failed (a.example)',
  },
]

for (const { what, zone, ip: client = ip, strictHelo, expected } of cases) {
  test(`reverse lookup: ${what}`, async () => {
    await withZone(zone, async (resolver, questions) => {
      const strict = strictHelo === undefined ? undefined : { helo: strictHelo }
      const show = ({ result, reason, detail }: ReturnType<typeof judgeHost>) => `${result}: ${reason}${detail === undefined ? '' : ` (${detail})`}`
      assert.equal(verifiedNow(client, resolver), undefined)
      assert.equal(show(judgeHost(await verifyHost(client, resolver), strict)), expected)
      const asked = questions.length
      const again = verifiedNow(client, resolver)
      assert.ok(again, 'kept for its TTL, none and failed too')
      assert.equal(show(judgeHost(again, strict)), expected)
      assert.equal(questions.length, asked)
    })
  })
}

test('an address with eleven names costs one question', async () => {
  await withZone({ [ptr]: { PTR: many(11) } }, async (resolver, questions) => {
    await verifyHost(ip, resolver)
    assert.equal(questions.length, 1)
  })
})

test('without a PTR nothing else is asked', async () => {
  await withZone({}, async (resolver, questions) => {
    await verifyHost(ip, resolver)
    assert.deepEqual(questions, ['PTR 9.0.0.127.in-addr.arpa'])
  })
})

test('five seconds in all, not for each question', async (context) => {
  const never: Parameters<typeof verifyHost>[1] = {
    known: () => undefined,
    knownPtr: () => undefined,
    ptr: async () => {
      clock += 4_000
      return { status: 'found', records: ['a.example'], expiresAtMs: 0, authenticated: false }
    },
    lookup: async (_name, _type, options) => {
      left = options?.timeoutMs ?? 0
      return { status: 'failed', why: 'timeout' }
    },
  }
  let clock = 0
  let left = 0
  context.mock.method(performance, 'now', () => clock)
  assert.equal((await verifyHost(ip, never)).status, 'failed')
  assert.equal(left, 1_000)
})
