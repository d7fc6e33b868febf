import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Zone } from '../../../test/harness/name-server.ts'
import { zoneDns } from '../../../test/harness/zone-dns.ts'
import type { DkimFinding, DmarcFinding, SpfFinding } from '../authentication.ts'
import { claimedAuthor } from '../author.ts'
import { BoundedDns } from '../dns.ts'
import { evaluateDmarc } from './evaluate.ts'
import { parseDmarcRecord } from './record.ts'
import { organisationalDomain } from './tree-walk.ts'

const record = (text: string) => ({ TXT: [`v=DMARC1; ${text}`] })

const zone: Zone = {
  '_dmarc.a.example': record('p=reject; sp=quarantine; np=none; rua=mailto:d@a.example'),
  'sub.a.example': { A: ['192.0.2.1'] },
  '_dmarc.strict.example': record('p=reject; adkim=s; aspf=s'),
  '_dmarc.weak.example': record('p=quarantine'),
  '_dmarc.testing.example': record('p=reject; t=y'),
  '_dmarc.none.example': record('p=none'),
  '_dmarc.down.example': { fault: 'servfail' },
  '_dmarc.half.b.example': record('p=reject'),
  '_dmarc.b.example': { fault: 'servfail' },
  '_dmarc.gov.example': record('psd=y; p=reject; sp=reject; np=reject'),
  '_dmarc.house.gov.example': record('p=quarantine'),
  '_dmarc.one.two.three.four.five.six.seven.eight.example': record('p=reject'),
  '_dmarc.three.four.five.six.seven.eight.example': record('p=quarantine; sp=quarantine'),
  '_dmarc.unit.corp.example': record('p=reject; psd=n'),
  '_dmarc.corp.example': record('p=none'),
  '_dmarc.twice.example': { TXT: ['v=DMARC1; p=reject', 'v=DMARC1; p=none'] },
}

interface Case {
  readonly from: string
  /** Whom SPF passes for. */
  readonly spf?: string
  /** Whom DKIM passes for. */
  readonly dkim?: readonly string[]
  readonly expected: string
}

function findingOf(domain: string | undefined): SpfFinding {
  return { result: domain === undefined ? 'none' : 'pass', identity: 'mailfrom', domain: domain ?? '' }
}

function dkimOf(domain: string, result: DkimFinding['result'] = 'pass'): DkimFinding {
  return { result, domain, selector: 's', algorithm: 'rsa-sha256', keyBits: 2048, signatureStart: 'AAAA' }
}

async function evaluate(from: string, spf: string | undefined, dkim: readonly string[]): Promise<DmarcFinding> {
  const author = claimedAuthor(Buffer.from(`From: ${from}\r\n`))
  const dns = new BoundedDns(zoneDns(zone), 100, performance.now() + 10_000)
  return (await evaluateDmarc(author, { spf: findingOf(spf), dkim: dkim.map((domain) => dkimOf(domain)) }, dns)).dmarc
}

const cases: readonly Case[] = [
  // Alignment (RFC 9989 4.4).
  { from: 'ann@a.example', expected: 'fail reject' },
  { from: 'ann@a.example', spf: 'a.example', expected: 'pass reject spf' },
  { from: 'ann@a.example', spf: 'sub.a.example', expected: 'pass reject spf' },
  { from: 'ann@a.example', dkim: ['a.example'], expected: 'pass reject dkim' },
  { from: 'ann@a.example', dkim: ['x.example', 'sub.a.example'], expected: 'pass reject dkim' },
  { from: 'ann@a.example', spf: 'a.example', dkim: ['a.example'], expected: 'pass reject spf dkim' },
  { from: 'ann@a.example', spf: 'b.example', dkim: ['nota.example', 'example', 'a.example.attack.example'], expected: 'fail reject' },
  { from: 'ann@strict.example', spf: 'sub.strict.example', dkim: ['sub.strict.example'], expected: 'fail reject' },
  { from: 'ann@strict.example', spf: 'strict.example', expected: 'pass reject spf' },
  { from: 'ann@strict.example', dkim: ['strict.example'], expected: 'pass reject dkim' },
  // Policy (4.7, 4.10.1): sp= for subdomains, np= for names that do not exist, t=y one step less.
  { from: 'ann@sub.a.example', expected: 'fail quarantine' },
  { from: 'ann@sub.a.example', spf: 'a.example', expected: 'pass quarantine spf' },
  { from: 'ann@nothing.a.example', expected: 'fail none' },
  { from: 'ann@x.y.weak.example', expected: 'fail quarantine' },
  { from: 'ann@testing.example', expected: 'fail quarantine' },
  { from: 'ann@none.example', expected: 'fail none' },
  { from: 'ann@twice.example', expected: 'none none' },
  { from: 'ann@nobody.example', expected: 'none none' },
  { from: 'ann@[192.0.2.1]', expected: 'none none' },
  // Nobody has a record: the public suffix list says what is of one house.
  { from: 'ann@mail.nobody.example', spf: 'nobody.example', dkim: ['other.example'], expected: 'none none spf' },
  { from: 'ann@mail.shop.co.uk', spf: 'other.co.uk', dkim: ['shop.co.uk'], expected: 'none none dkim' },
  // Public suffixes that say so (psd=y), and houses below them; a house inside a house (psd=n).
  { from: 'ann@tax.gov.example', spf: 'gov.example', expected: 'fail reject' },
  { from: 'ann@x.tax.gov.example', spf: 'y.tax.gov.example', expected: 'pass reject spf' },
  { from: 'ann@x.tax.gov.example', spf: 'house.gov.example', expected: 'fail reject' },
  { from: 'ann@x.house.gov.example', dkim: ['house.gov.example'], expected: 'pass quarantine dkim' },
  { from: 'ann@unit.corp.example', dkim: ['corp.example'], expected: 'fail reject' },
  { from: 'ann@x.unit.corp.example', dkim: ['unit.corp.example'], expected: 'pass reject dkim' },
  // Eight labels and more go on with seven.
  { from: 'ann@one.two.three.four.five.six.seven.eight.example', expected: 'fail reject' },
  { from: 'ann@zero.one.two.three.four.five.six.seven.eight.example', expected: 'fail quarantine' },
  // What cannot be found out.
  { from: 'ann@down.example', spf: 'x.example', expected: 'temperror none' },
  { from: 'ann@down.example', spf: 'down.example', expected: 'temperror none spf' },
  { from: 'ann@half.b.example', dkim: ['half.b.example'], expected: 'pass reject dkim' },
  { from: 'ann@half.b.example', dkim: ['b.example'], expected: 'temperror reject' },
  { from: 'ann@half.b.example', dkim: ['else.where.test'], expected: 'fail reject' },
  // Several authors (RFC 7489 6.6.1), and those who hide.
  { from: 'ann@a.example, bob@A.example', dkim: ['a.example'], expected: 'pass reject dkim' },
  { from: 'ann@weak.example, bob@a.example', dkim: ['a.example'], expected: 'fail quarantine' },
  { from: 'ann@weak.example, bob@a.example', expected: 'fail reject' },
  { from: 'ann@weak.example, bob@a.example', dkim: ['a.example', 'weak.example'], expected: 'pass quarantine dkim' },
  { from: 'ann@nobody.example, bob@a.example', dkim: ['a.example'], expected: 'none none' },
  { from: 'ann@down.example, bob@a.example', dkim: ['a.example'], expected: 'temperror none' },
  { from: 'ann@a.example <eve@x.example>', spf: 'x.example', dkim: ['a.example'], expected: 'fail reject' },
  { from: 'ann@nobody.example <eve@x.example>', spf: 'x.example', expected: 'permerror none' },
  { from: '', expected: 'permerror none' },
]

for (const { from, spf, dkim = [], expected } of cases) {
  test(`DMARC of <${from}>, authenticated as ${[spf, ...dkim].filter(Boolean).join(', ') || 'nobody'}`, async () => {
    const { result, policy, alignedSpf, alignedDkim } = await evaluate(from, spf, dkim)
    assert.equal([result, policy, ...(alignedSpf ? ['spf'] : []), ...(alignedDkim ? ['dkim'] : [])].join(' '), expected)
  })
}

test('a pass that the DNS may still grant is waited for', async () => {
  const author = claimedAuthor(Buffer.from('From: ann@a.example\r\n'))
  const dns = () => new BoundedDns(zoneDns(zone), 100, performance.now() + 10_000)
  const open = { spf: findingOf(undefined), dkim: [dkimOf('a.example', 'temperror')] }
  assert.equal((await evaluateDmarc(author, open, dns())).dmarc.result, 'temperror')
  const elsewhere = { spf: findingOf(undefined), dkim: [dkimOf('a.test', 'temperror')] }
  assert.equal((await evaluateDmarc(author, elsewhere, dns())).dmarc.result, 'fail')
})

test('records, by RFC 9989 4.7 and 4.10.1', () => {
  const plain = {
    subdomainPolicy: undefined,
    absentPolicy: undefined,
    dkimAlignment: 'relaxed',
    spfAlignment: 'relaxed',
    testing: false,
    publicSuffix: 'u',
    reportTo: [],
  }
  assert.deepEqual(parseDmarcRecord('v=DMARC1;p=reject'), { policy: 'reject', ...plain })
  assert.deepEqual(parseDmarcRecord('v = DMARC1 ; P=none; p=Reject ; pct=0; unknown=x;'), { policy: 'reject', ...plain })
  assert.deepEqual(parseDmarcRecord('v=DMARC1; p=oops; sp=reject; rua=mailto:a@b.example!10m, x, https://c.example/'), {
    policy: 'none',
    ...plain,
    reportTo: ['mailto:a@b.example', 'https://c.example/'],
  })
  assert.deepEqual(parseDmarcRecord('v=DMARC1; p=none; sp=quarantine; np=reject; adkim=s; aspf=S; t=y; psd=n'), {
    policy: 'none',
    subdomainPolicy: 'quarantine',
    absentPolicy: 'reject',
    dkimAlignment: 'strict',
    spfAlignment: 'strict',
    testing: true,
    publicSuffix: 'n',
    reportTo: [],
  })
  for (const bad of [
    '',
    'p=reject; v=DMARC1',
    'v=DMARC2; p=reject',
    'v=dmarc1; p=reject',
    'v=DMARC1',
    'v=DMARC1; p=oops',
    'v=DMARC1; p=none; p=reject',
    'v=DMARC1x; p=reject',
  ]) {
    assert.equal(parseDmarcRecord(bad), undefined, bad)
  }
})

test('a walk asks eight times at most, and the flood of signatures walks nowhere that cannot align', async () => {
  const dns = zoneDns(zone)
  const bounded = new BoundedDns(dns, 100, performance.now() + 10_000)
  await organisationalDomain(`${'x.'.repeat(100)}example`, bounded)
  assert.equal(dns.questions.length, 8)
  const author = claimedAuthor(Buffer.from('From: ann@a.example\r\n'))
  const flood = Array.from({ length: 10 }, (_, index) => dkimOf(`x${index}.y.z.example`))
  dns.questions.length = 0
  await evaluateDmarc(author, { spf: findingOf(undefined), dkim: flood }, new BoundedDns(dns, 100, performance.now() + 10_000))
  assert.deepEqual(dns.questions, ['TXT _dmarc.a.example', 'TXT _dmarc.example'])
})
