import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { type NameRecords, type NameServer, startNameServer, type Zone } from '../../test/harness/name-server.ts'
import type { Answer, RecordOf, RecordType } from './answer.ts'
import { Resolver, type ResolverOptions } from './resolver.ts'

const chain = (length: number): Zone => {
  const zone: Zone = { [`c${length}.example`]: { A: ['192.0.2.7'] } }
  for (let at = 0; at < length; at++) zone[`c${at}.example`] = { CNAME: `c${at + 1}.example` }
  return zone
}

/** What was answered, in one line. */
function show(answer: Answer<RecordType>): string {
  if (answer.status === 'failed') return `failed: ${answer.why}`
  if (answer.status === 'none') return `none: ${answer.why}`
  return answer.records.map(showRecord).join(', ')
}

function showRecord(record: RecordOf[RecordType]): string {
  if (typeof record === 'string') return record
  if ('exchange' in record) return `${record.preference} ${record.exchange}`
  if ('target' in record) return `${record.priority} ${record.weight} ${record.port} ${record.target}`
  return `${record.usage} ${record.selector} ${record.matchingType} ${Buffer.from(record.data).toString('hex')}`
}

function makeClock() {
  const clock = { ms: 1_700_000_000_000, now: () => clock.ms }
  return clock
}

async function withServer(
  zone: Zone,
  run: (parts: { server: NameServer; resolver: Resolver; clock: ReturnType<typeof makeClock> }) => Promise<void>,
  more: Partial<ResolverOptions> = {},
) {
  await using server = await startNameServer(zone)
  const clock = makeClock()
  const resolver = new Resolver({ clock, servers: [server.address], attemptTimeoutMs: 60, ...more })
  try {
    await run({ server, resolver, clock })
  } finally {
    resolver.close()
  }
}

const cases: readonly [what: string, type: RecordType, name: string, held: NameRecords | undefined, expected: string][] = [
  ['an address', 'A', 'a.example', { A: ['192.0.2.1'] }, '192.0.2.1'],
  ['any case, and a last dot', 'A', 'A.Example.', { A: ['192.0.2.1'] }, '192.0.2.1'],
  ['several, in order', 'A', 'a.example', { A: ['192.0.2.2', '192.0.2.1'] }, '192.0.2.2, 192.0.2.1'],
  ['an IPv6 address, in its one spelling', 'AAAA', 'a.example', { AAAA: ['2001:db8:0:0:0:0:0:1'] }, '2001:db8::1'],
  ['a mail exchange', 'MX', 'a.example', { MX: [[10, 'MX.a.example']] }, '10 mx.a.example'],
  ['the null MX of RFC 7505', 'MX', 'a.example', { MX: [[0, '.']] }, '0 '],
  ['a service', 'SRV', 'a.example', { SRV: [[0, 1, 993, 'IMAP.a.example']] }, '0 1 993 imap.a.example'],
  ['a service that is not there', 'SRV', 'a.example', { SRV: [[0, 0, 0, '.']] }, '0 0 0 '],
  ['an alias itself', 'CNAME', 'a.example', { CNAME: 'B.example' }, 'b.example'],
  ['no alias', 'CNAME', 'a.example', { A: ['192.0.2.1'] }, 'none: no such record'],
  ['the strings of a TXT record are one text', 'TXT', 'a.example', { TXT: [['v=spf1 ', '-all'], 'other'] }, 'v=spf1 -all, other'],
  ['no such name', 'A', 'a.example', undefined, 'none: no such name'],
  ['no such record', 'A', 'a.example', { AAAA: ['::1'] }, 'none: no such record'],
  ['no such record, without a word why', 'A', 'a.example', { fault: 'no-soa' }, 'none: no such record'],
  ['an alias', 'A', 'a.example', { CNAME: 'b.example' }, '198.51.100.1'],
  ['an alias whose end is not sent along', 'A', 'a.example', { CNAME: 'b.example', chase: false }, '198.51.100.1'],
  ['an alias to nothing', 'A', 'a.example', { CNAME: 'nothing.example' }, 'none: no such name'],
  ['an alias to itself', 'A', 'a.example', { CNAME: 'a.example' }, 'failed: too many aliases'],
  ['an alias to itself, one at a time', 'A', 'a.example', { CNAME: 'a.example', chase: false }, 'failed: too many aliases'],
  ['a longer answer comes over TCP', 'A', 'a.example', { A: ['192.0.2.1'], fault: 'truncate' }, '192.0.2.1'],
  ['TCP that says nothing', 'A', 'a.example', { fault: 'truncate-silent' }, 'failed: timeout'],
  ['TCP that hangs up', 'A', 'a.example', { fault: 'truncate-close' }, 'failed: unreachable'],
  ['server failure', 'A', 'a.example', { fault: 'servfail' }, 'failed: server failure'],
  ['refused', 'A', 'a.example', { fault: 'refused' }, 'failed: refused'],
  ['a server without EDNS', 'A', 'a.example', { A: ['192.0.2.1'], fault: 'formerr-edns' }, '192.0.2.1'],
  ['silence', 'A', 'a.example', { fault: 'silent' }, 'failed: timeout'],
  ['too late', 'A', 'a.example', { A: ['192.0.2.1'], delayMs: 300 }, 'failed: timeout'],
  ['an answer with the wrong id is no answer', 'A', 'a.example', { A: ['192.0.2.1'], fault: 'wrong-id' }, 'failed: timeout'],
  ['an answer to another question is no answer', 'A', 'a.example', { A: ['192.0.2.1'], fault: 'wrong-question' }, 'failed: timeout'],
  ['forged answers before the true one are passed over', 'A', 'a.example', { A: ['192.0.2.1'], fault: 'forge' }, '192.0.2.1'],
  ['an answer that cannot be read', 'A', 'a.example', { A: ['192.0.2.1'], fault: 'garbage' }, 'failed: malformed'],
  ['an address of two octets', 'A', 'a.example', { A: ['192.0.2.1'], fault: 'bad-record' }, 'failed: malformed'],
  ['a server that refers us elsewhere', 'A', 'a.example', { fault: 'lame' }, 'failed: lame'],
  ['a name that cannot be', 'A', 'a..example', undefined, 'none: no such name'],
  ['a label that cannot be', 'A', `${'a'.repeat(64)}.example`, undefined, 'none: no such name'],
  ['a name with a space', 'A', 'a b.example', undefined, 'none: no such name'],
]

for (const [what, type, name, held, expected] of cases) {
  test(what, async () => {
    await withServer({ ...(held && { 'a.example': held }), 'b.example': { A: ['198.51.100.1'] } }, async ({ resolver }) => {
      assert.equal(show(await resolver.lookup(name, type)), expected)
    })
  })
}

test('aliases are followed up to a number', async () => {
  await withServer(chain(8), async ({ resolver }) => assert.equal(show(await resolver.lookup('c0.example', 'A')), '192.0.2.7'))
  await withServer(chain(9), async ({ resolver }) => assert.equal(show(await resolver.lookup('c0.example', 'A')), 'failed: too many aliases'))
})

test('host names of an address, IPv4 and IPv6', async () => {
  const reverse6 = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'
  await withServer({ 'ptr:192.0.2.1': { PTR: ['Mx.A.example', 'mx2.a.example'] }, [reverse6]: { PTR: ['six.example'] } }, async ({ resolver }) => {
    assert.equal(show(await resolver.ptr('192.0.2.1')), 'mx.a.example, mx2.a.example')
    assert.equal(show(await resolver.ptr('2001:db8::1')), 'six.example')
    assert.equal(show(await resolver.ptr('192.0.2.2')), 'none: no such name')
    assert.equal(show(await resolver.ptr('not an address')), 'none: no such name')
  })
})

test('an answer is kept for its TTL and not a moment longer', async () => {
  await withServer({ 'a.example': { A: ['192.0.2.1'], ttl: 10 } }, async ({ server, resolver, clock }) => {
    await resolver.lookup('a.example', 'A')
    clock.ms += 9_999
    assert.equal(show(await resolver.lookup('A.EXAMPLE', 'A')), '192.0.2.1')
    const known = resolver.known('a.example', 'A')
    assert.equal(known && show(known), '192.0.2.1')
    assert.equal(server.questions.length, 1)
    server.zone['a.example'] = { A: ['192.0.2.2'], ttl: 10 }
    clock.ms += 1
    assert.equal(resolver.known('a.example', 'A'), undefined)
    assert.equal(show(await resolver.lookup('a.example', 'A')), '192.0.2.2')
  })
})

const ttls: readonly [what: string, held: NameRecords | undefined, seconds: number][] = [
  ['the shortest of an alias and its end', { CNAME: 'b.example', ttl: 5 }, 5],
  ['TTL 0 is for this question only', { A: ['192.0.2.1'], ttl: 0 }, 0],
  ['a TTL with the first bit set is 0 (RFC 2181 8)', { A: ['192.0.2.1'], ttl: 0x80_00_00_00 }, 0],
  ['a TTL of years counts as a day', { A: ['192.0.2.1'], ttl: 100_000_000 }, 86_400],
  ['"no such name" by the SOA (RFC 2308)', undefined, 60],
  ['"no such record" by the SOA', { AAAA: ['::1'] }, 60],
  ['"no such record" without SOA is not kept', { fault: 'no-soa' }, 0],
  ['failures for a second (RFC 9520)', { fault: 'servfail' }, 1],
]

for (const [what, held, seconds] of ttls) {
  test(`kept: ${what}`, async () => {
    await withServer({ ...(held && { 'a.example': held }), 'b.example': { A: ['198.51.100.1'] } }, async ({ resolver, clock }) => {
      await resolver.lookup('a.example', 'A')
      if (seconds > 0) {
        clock.ms += seconds * 1000 - 1
        assert.notEqual(resolver.known('a.example', 'A'), undefined)
        clock.ms += 1
      }
      assert.equal(resolver.known('a.example', 'A'), undefined)
    })
  })
}

test('a negative answer is not kept for longer than an hour', async () => {
  await withServer({}, async ({ server, resolver, clock }) => {
    server.negativeTtl = 1_000_000
    await resolver.lookup('a.example', 'A')
    clock.ms += 3_600_000
    assert.equal(resolver.known('a.example', 'A'), undefined)
  })
})

test('the same question at once is asked once; another type is another question', async () => {
  await withServer({ 'a.example': { A: ['192.0.2.1'], delayMs: 20, ttl: 0 } }, async ({ server, resolver }) => {
    const answers = await Promise.all([resolver.lookup('a.example', 'A'), resolver.lookup('A.example', 'A'), resolver.lookup('a.example', 'AAAA')])
    assert.deepEqual(answers.map(show), ['192.0.2.1', '192.0.2.1', 'none: no such record'])
    assert.deepEqual([...server.questions].sort(), ['A a.example', 'AAAA a.example'])
  })
})

test('whoever waits less gets less; the answer still comes for the others and the cache', async () => {
  await withServer({ 'a.example': { A: ['192.0.2.1'], delayMs: 40 } }, async ({ server, resolver }) => {
    const patient = resolver.lookup('a.example', 'A')
    const abort = new AbortController()
    const aborted = resolver.lookup('a.example', 'A', { signal: abort.signal })
    abort.abort()
    assert.equal(show(await resolver.lookup('a.example', 'A', { timeoutMs: 5 })), 'failed: timeout')
    assert.equal(show(await aborted), 'failed: aborted')
    assert.equal(show(await resolver.lookup('a.example', 'A', { signal: AbortSignal.abort() })), 'failed: aborted')
    assert.equal(show(await patient), '192.0.2.1')
    assert.equal(show(await resolver.lookup('a.example', 'A', { timeoutMs: 5 })), '192.0.2.1')
    assert.equal(server.questions.length, 1)
  })
})

test('a question lost on the way is asked again', async () => {
  await withServer({ 'a.example': { fault: 'silent' } }, async ({ server, resolver }) => {
    const answer = resolver.lookup('a.example', 'A')
    while (server.questions.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
    server.zone['a.example'] = { A: ['192.0.2.1'] }
    assert.equal(show(await answer), '192.0.2.1')
    assert.equal(server.questions.length, 2)
  })
})

test('the next server is asked when one is silent, fails, refuses, or is not there', async () => {
  for (const fault of ['silent', 'servfail', 'refused', 'lame', 'garbage', undefined] as const) {
    await using first = await startNameServer({ 'a.example': { A: ['192.0.2.66'], ...(fault && { fault }) } })
    await using second = await startNameServer({ 'a.example': { A: ['192.0.2.1'] } })
    if (fault === undefined) await first.close().then(() => (first.close = async () => {}))
    const resolver = new Resolver({ clock: makeClock(), servers: [first.address, second.address], attemptTimeoutMs: 40 })
    assert.equal(show(await resolver.lookup('a.example', 'A')), '192.0.2.1', fault)
    const before = first.questions.length
    await resolver.lookup('b.example', 'A')
    assert.equal(first.questions.length, before, 'the server that answered is asked first from now on')
    resolver.close()
  }
})

test('"none" of one server is an answer: no other is asked', async () => {
  await using second = await startNameServer({ 'a.example': { A: ['192.0.2.1'] } })
  await using first = await startNameServer({})
  const resolver = new Resolver({ clock: makeClock(), servers: [first.address, second.address], attemptTimeoutMs: 60 })
  assert.equal(show(await resolver.lookup('a.example', 'A')), 'none: no such name')
  assert.equal(second.questions.length, 0)
  resolver.close()
})

test('an IPv6 server', async () => {
  await using server = await startNameServer({ 'a.example': { A: ['192.0.2.1'], fault: 'truncate' } }, { host: '::1' })
  const resolver = new Resolver({ clock: makeClock(), servers: [server.address], attemptTimeoutMs: 500 })
  assert.equal(show(await resolver.lookup('a.example', 'A')), '192.0.2.1')
  resolver.close()
})

test('"authenticated" is believed from loopback, with every link of the chain', async () => {
  await withServer({ 'a.example': { A: ['192.0.2.1'] } }, async ({ server, resolver }) => {
    const plain = await resolver.lookup('a.example', 'A')
    assert.ok(plain.status === 'found' && !plain.authenticated)
    server.authenticated = true
    resolver.reload([server.address])
    const signed = await resolver.lookup('a.example', 'A')
    assert.ok(signed.status === 'found' && signed.authenticated)
    const missing = await resolver.lookup('b.example', 'A')
    assert.ok(missing.status === 'none' && missing.authenticated)
  })
})

test('an answer that DNSSEC proves to be wrong is none, except to who asks to see it all the same', async () => {
  await withServer({ 'a.example': { A: ['192.0.2.1'], fault: 'bogus' } }, async ({ resolver }) => {
    assert.equal(show(await resolver.lookup('a.example', 'A')), 'failed: server failure')
    assert.equal(show(await resolver.lookupUnvalidated('a.example', 'A')), '192.0.2.1')
    assert.equal(show(await resolver.lookup('a.example', 'A')), 'failed: server failure')
    assert.equal(show(await resolver.lookupUnvalidated('a..example', 'A')), 'none: no such name')
  })
})

test('without servers in the configuration: the hosts file, then the system’s', async () => {
  await using server = await startNameServer({ 'a.example': { A: ['192.0.2.1'] }, 'ptr:127.0.0.3': { PTR: ['three.example'] } })
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-dns-'))
  const hostsFile = join(folder, 'hosts')
  const resolvConf = join(folder, 'resolv.conf')
  await writeFile(hostsFile, '127.0.0.1 Box.example # comment\n::1\tip6-localhost\nnonsense here\n127.0.0.1\n')
  // resolv.conf knows no ports, so this one names a server that is not there
  await writeFile(resolvConf, '# comment\nsearch example\nnameserver 127.255.255.254\n')
  const resolver = new Resolver({ clock: makeClock(), servers: [], hostsFile, resolvConf, attemptTimeoutMs: 40 })
  assert.equal(show(await resolver.ptr('127.0.0.1')), 'box.example, localhost')
  assert.equal(show(await resolver.ptr('::1')), 'ip6-localhost, localhost')
  assert.equal(show(await resolver.lookup('LOCALHOST', 'A')), '127.0.0.1')
  assert.equal(show(await resolver.lookup('localhost', 'AAAA')), '::1')
  assert.equal(show(await resolver.lookup('box.example', 'AAAA')), 'none: no such record')
  assert.match(show(await resolver.lookup('a.example', 'A')), /^failed/)
  resolver.reload([server.address])
  assert.equal(show(await resolver.lookup('a.example', 'A')), '192.0.2.1')
  assert.equal(show(await resolver.ptr('127.0.0.1')), 'none: no such name', 'servers in the configuration are asked for everything')
  assert.equal(show(await resolver.ptr('127.0.0.3')), 'three.example')
  resolver.close()
  await rm(folder, { recursive: true })
})

test('through another resolver: one question for both, and answers end at the same moment', async () => {
  const zone: Zone = { 'a.example': { A: ['192.0.2.1'], ttl: 10 } }
  await withServer(zone, async ({ server, resolver, clock }) => {
    const second = new Resolver({ clock, servers: [server.address], through: (name, type) => resolver.lookup(name, type) })
    assert.equal(show(await resolver.lookup('a.example', 'A')), '192.0.2.1')
    clock.ms += 9_999
    assert.equal(show(await second.lookup('A.example.', 'A')), '192.0.2.1')
    assert.deepEqual(second.known('a.example', 'A'), resolver.known('a.example', 'A'))
    assert.equal(server.questions.length, 1)
    clock.ms += 1
    assert.equal(second.known('a.example', 'A'), undefined, 'it came late, and is no longer good than where it came from')
    zone['a.example'] = { fault: 'refused' }
    assert.match(show(await second.lookup('a.example', 'A')), /^failed/)
    assert.equal(second.known('a.example', 'A'), undefined, 'a failure is remembered where it happened')
    second.close()
  })
})

test('closing ends what is under way, and answers stay answers', async () => {
  await withServer(
    { 'a.example': { fault: 'silent' }, 'b.example': { fault: 'truncate-silent' } },
    async ({ resolver }) => {
      const underWay = [resolver.lookup('a.example', 'A'), resolver.lookup('b.example', 'A')]
      await new Promise((resolve) => setTimeout(resolve, 20))
      resolver.close()
      for (const answer of await Promise.all(underWay)) assert.equal(show(answer), 'failed: closed')
      assert.equal(show(await resolver.lookup('c.example', 'A')), 'failed: closed')
    },
    { attemptTimeoutMs: 2000 },
  )
})

test('500 questions at once', async () => {
  const zone: Zone = {}
  for (let at = 0; at < 500; at++) zone[`n${at}.example`] = { A: [`10.0.${at >> 8}.${at & 255}`] }
  await withServer(
    zone,
    async ({ resolver }) => {
      const answers = await Promise.all(Object.keys(zone).map((name) => resolver.lookup(name, 'A')))
      answers.forEach((answer, at) => assert.equal(show(answer), `10.0.${at >> 8}.${at & 255}`))
    },
    { attemptTimeoutMs: 1500 },
  )
})
