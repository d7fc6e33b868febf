import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { NameRecords, Zone } from '../../test/harness/name-server.ts'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import { checkZone, type ZoneCheck } from './check-zone.ts'
import { lookAtZone } from './look.ts'
import { zoneLine } from './record.ts'
import type { DomainSetup, Installation } from './setup.ts'
import { stsPolicy, stsPolicyId } from './sts-policy.ts'
import { type FindingCode, findings, inWords } from './words.ts'

const host = 'mx.host.example'
const publicKey = Buffer.from('a key that is long enough to be cut in two, and then some more of it').toString('base64')
const policyId = stsPolicyId(stsPolicy('testing', host) ?? '')
const leaf = { certificate: Buffer.from('certificate'), publicKey: Buffer.from('public key') }
const tlsa = createHash('sha256').update(leaf.publicKey).digest('hex')

const installation: Installation = {
  hostName: host,
  clientHost: host,
  sendsFrom: [],
  smartHosts: [],
  servers: [
    { protocol: 'imap', host, port: 993, security: 'tls' },
    { protocol: 'submission', host, port: 465, security: 'tls' },
    { protocol: 'submission', host, port: 587, security: 'starttls' },
  ],
  servesHttps: true,
  sts: 'testing',
  chain: [leaf],
}

const setup: DomainSetup = { domain: 'a.example', keys: [{ selector: 's1', algorithm: 'rsa', state: 'signing', publicKey }] }

/** All is well. */
const good: Zone = {
  'a.example': { MX: [[10, host]], TXT: [`v=spf1 a:${host} -all`] },
  's1._domainkey.a.example': { TXT: [`v=DKIM1; k=rsa; p=${publicKey}`] },
  '_dmarc.a.example': { TXT: ['v=DMARC1; p=reject; rua=mailto:postmaster@a.example'] },
  '_mta-sts.a.example': { TXT: [`v=STSv1; id=${policyId}`] },
  'mta-sts.a.example': { CNAME: host },
  '_smtp._tls.a.example': { TXT: ['v=TLSRPTv1; rua=mailto:postmaster@a.example'] },
  'autoconfig.a.example': { CNAME: host },
  'autodiscover.a.example': { A: ['192.0.2.1'] },
  '_imaps._tcp.a.example': { SRV: [[0, 1, 993, host]] },
  '_submissions._tcp.a.example': { SRV: [[5, 1, 465, host]] },
  '_submission._tcp.a.example': { SRV: [[10, 1, 587, host]] },
  [host]: { A: ['192.0.2.1'] },
  'ptr:192.0.2.1': { PTR: [host] },
}

async function look(
  zone: Zone,
  more: { readonly installation?: Partial<Installation>; readonly domain?: Partial<DomainSetup>; readonly signed?: boolean } = {},
) {
  const ours = { ...installation, ...more.installation }
  const domain = { ...setup, ...more.domain }
  const dns = zoneDns(zone, more.signed)
  const asked = { ...dns, known: () => undefined, knownPtr: () => undefined, lookupUnvalidated: dns.lookup }
  return checkZone(domain, ours, await lookAtZone(domain, ours, asked, 0))
}

function codes(check: ZoneCheck): FindingCode[] {
  return check.parts.flatMap((part) => part.findings.map(({ code }) => code))
}

test('a zone that has everything: nothing to say, and all that is wanted is there', async () => {
  const check = await look(good)
  assert.deepEqual(codes(check), [])
  assert.equal(check.state, 'good')
  assert.equal(check.destination, 'here')
  assert.deepEqual(
    check.parts.flatMap(({ wanted }) => wanted.filter(({ there }) => !there)),
    [],
  )
})

/** What is changed of a good zone; null: the name goes. */
type Changes = Readonly<Record<string, NameRecords | null>>

const apex = (records: NameRecords): Changes => ({ 'a.example': { ...good['a.example'], ...records } })
const spf = (...TXT: string[]): Changes => apex({ TXT })
const dkim = (...TXT: string[]): Changes => ({ 's1._domainkey.a.example': { TXT } })
const dmarc = (...TXT: string[]): Changes => ({ '_dmarc.a.example': { TXT } })
const includes = (number: number): Changes => {
  const names = Array.from({ length: number }, (_, at) => `i${at}.example`)
  return {
    ...spf(`v=spf1 a:${host} ${names.map((name) => `include:${name}`).join(' ')} -all`),
    ...Object.fromEntries(names.map((name) => [name, { TXT: ['v=spf1 ip4:203.0.113.1 ?all'] }])),
  }
}

const cases: readonly [what: string, changes: Changes, ...expected: FindingCode[]][] = [
  [
    'the domain is not registered',
    {
      ...Object.fromEntries(
        Object.keys(good)
          .filter((name) => name.endsWith('a.example'))
          .map((name) => [name, null]),
      ),
    },
    'zone-none',
    'mx-missing',
    'spf-missing',
    'dkim-gone',
    'dmarc-missing',
    'sts-missing',
    'tls-rpt-missing',
    'autoconfig-missing',
    'autoconfig-missing',
    'srv-missing',
  ],
  ['CNAME at the apex', { 'a.example': { CNAME: 'web.example' }, 'web.example': { MX: [[10, host]], TXT: [`v=spf1 a:${host} -all`] } }, 'zone-alias'],
  ['no MX, no address', apex({ MX: [] }), 'mx-missing'],
  ['no MX, the website elsewhere', apex({ MX: [], A: ['203.0.113.9'] }), 'mx-web-host', 'sts-others'],
  ['no MX, the website here', apex({ MX: [], A: ['192.0.2.1'] }), 'mx-implicit'],
  ['null MX', apex({ MX: [[0, '.']] }), 'mx-null'],
  ['the old host alone', { ...apex({ MX: [[10, 'mx.old.example']] }), 'mx.old.example': { A: ['203.0.113.7'] } }, 'mx-elsewhere', 'sts-others'],
  [
    'the old host first',
    {
      ...apex({
        MX: [
          [5, 'mx.old.example'],
          [10, host],
        ],
      }),
      'mx.old.example': { A: ['203.0.113.7'] },
    },
    'mx-old-first',
    'sts-others',
  ],
  [
    'the old host behind us',
    {
      ...apex({
        MX: [
          [10, host],
          [20, 'mx.old.example'],
        ],
      }),
      'mx.old.example': { A: ['203.0.113.7'] },
    },
    'mx-old',
    'sts-others',
  ],
  [
    'the old host, remembered for a day',
    { ...apex({ MX: [[10, 'mx.old.example']], ttl: 86_400 }), 'mx.old.example': { A: ['203.0.113.7'] } },
    'mx-elsewhere',
    'mx-slow',
    'sts-others',
  ],
  ['a name of the customer for our host', { ...apex({ MX: [[10, 'mail.a.example']] }), 'mail.a.example': { A: ['192.0.2.1'] } }],
  ['MX to an alias', { ...apex({ MX: [[10, 'mail.a.example']] }), 'mail.a.example': { CNAME: host } }, 'mx-alias'],
  ['MX to an IP address', apex({ MX: [[10, '192.0.2.1']] }), 'mx-elsewhere', 'mx-ip', 'sts-others'],
  [
    'MX to a name without address',
    apex({
      MX: [
        [10, host],
        [20, 'mx2.a.example'],
      ],
    }),
    'mx-old',
    'mx-no-address',
    'sts-others',
  ],
  ['the DNS does not answer', { 'a.example': { fault: 'silent' } }, 'mx-unknown', 'spf-unknown'],
  ['no SPF', spf(), 'spf-missing'],
  ['other texts are no SPF', spf('google-site-verification=x', `v=spf1 a:${host} -all`)],
  ['SPF without its blank', spf('v=spf1;a -all'), 'spf-misspelt'],
  ['two SPF records', spf(`v=spf1 a:${host} -all`, 'v=spf1 include:i0.example ~all'), 'spf-several'],
  ['SPF with a misspelt mechanism', spf(`v=spf1 ipv4:192.0.2.1 -all`), 'spf-syntax'],
  ['+all', spf('v=spf1 +all'), 'spf-everybody'],
  ['all without a sign is +all', spf(`v=spf1 a:${host} all`), 'spf-everybody'],
  ['no all', spf(`v=spf1 a:${host}`), 'spf-no-end'],
  ['redirect= in place of all', { ...spf('v=spf1 redirect=i0.example'), 'i0.example': { TXT: [`v=spf1 a:${host} -all`] } }],
  ['SPF of the old host alone', spf('v=spf1 ip4:203.0.113.1 -all'), 'spf-forbids-us'],
  ['SPF of the old host alone, softly', spf('v=spf1 ip4:203.0.113.1 ~all'), 'spf-without-us'],
  ['ten lookups', includes(9)],
  ['eleven lookups', includes(10), 'spf-lookups'],
  ['include of a domain without a record', { ...spf(`v=spf1 include:i0.example a:${host} -all`), 'i0.example': {} }, 'spf-broken'],
  ['ptr', spf(`v=spf1 a:${host} ptr -all`), 'spf-ptr'],
  ['DKIM gone', { 's1._domainkey.a.example': null }, 'dkim-gone'],
  ['DKIM cut at 255 octets', dkim(`v=DKIM1; k=rsa; p=${publicKey.slice(0, 60)}`), 'dkim-cut'],
  ['DKIM with quotation marks of a zone file', dkim(`v=DKIM1; k=rsa; p=${publicKey.slice(0, 60)}" "${publicKey.slice(60)}`), 'dkim-quotes'],
  ['DKIM with line breaks', dkim(`v=DKIM1; k=rsa; p=${publicKey.slice(0, 60)}\\\n${publicKey.slice(60)}`), 'dkim-quotes'],
  ['DKIM with white space, which does no harm', dkim(`v=DKIM1; k=rsa; p=${publicKey.slice(0, 60)} ${publicKey.slice(60)}`)],
  ['another key', dkim('v=DKIM1; k=rsa; p=AAAA'), 'dkim-different'],
  ['two keys at one name', dkim(`v=DKIM1; k=rsa; p=${publicKey}`, 'v=DKIM1; p=AAAA'), 'dkim-several'],
  ['no DMARC', { '_dmarc.a.example': null }, 'dmarc-missing'],
  ['two DMARC records', dmarc('v=DMARC1; p=none', 'v=DMARC1; p=reject'), 'dmarc-several'],
  ['DMARC without policy', dmarc('v=DMARC1; q=none'), 'dmarc-unreadable'],
  ['DMARC without rua', dmarc('v=DMARC1; p=reject'), 'dmarc-no-reports'],
  ['DMARC p=none', dmarc('v=DMARC1; p=none; rua=mailto:x@a.example'), 'dmarc-none'],
  ['reports to somebody who did not agree', dmarc('v=DMARC1; p=reject; rua=mailto:x@reports.test'), 'dmarc-disagree'],
  [
    'reports to somebody who agreed',
    { ...dmarc('v=DMARC1; p=reject; rua=mailto:x@reports.test'), 'a.example._report._dmarc.reports.test': { TXT: ['v=DMARC1'] } },
  ],
  ['no MTA-STS', { '_mta-sts.a.example': null }, 'sts-missing'],
  ['MTA-STS that leads nowhere', { 'mta-sts.a.example': null }, 'sts-host'],
  ['MTA-STS with an old id', { '_mta-sts.a.example': { TXT: ['v=STSv1; id=1'] } }, 'sts-old-id'],
  ['TLS reports to nobody', { '_smtp._tls.a.example': { TXT: ['v=TLSRPTv1;'] } }, 'tls-rpt-nowhere'],
  ['autoconfig of the old host', { 'autoconfig.a.example': { A: ['203.0.113.7'] } }, 'autoconfig-elsewhere'],
  ['SRV of the old host', { '_imaps._tcp.a.example': { SRV: [[0, 1, 993, 'imap.old.example']] } }, 'srv-elsewhere'],
  ['our address has no name', { 'ptr:192.0.2.1': null }, 'reverse-none'],
  ['our address’s name leads elsewhere', { 'ptr:192.0.2.1': { PTR: ['other.example'] }, 'other.example': { A: ['203.0.113.7'] } }, 'reverse-not-back'],
]

for (const [what, changes, ...expected] of cases) {
  test(`what is wrong: ${what}`, async () => {
    const zone = Object.fromEntries(Object.entries({ ...good, ...changes }).filter((entry): entry is [string, NameRecords] => entry[1] !== null))
    assert.deepEqual(codes(await look(zone)), expected)
  })
}

test('where mail goes', async () => {
  const old = { 'mx.old.example': { A: ['203.0.113.7'] } }
  const at = async (MX: NameRecords['MX'], more: NameRecords = {}) => {
    const { destination, others } = await look({ ...good, ...old, 'a.example': { ...good['a.example'], ...(MX && { MX }), ...more } })
    return [destination, ...others]
  }
  assert.deepEqual(await at([[10, host]]), ['here'])
  assert.deepEqual(
    await at([
      [10, host],
      [20, 'mx.old.example'],
    ]),
    ['both', 'mx.old.example'],
  )
  assert.deepEqual(await at([[20, 'mx.old.example']]), ['elsewhere', 'mx.old.example'])
  assert.deepEqual(await at([]), ['nowhere'])
  assert.deepEqual(await at([], { fault: 'silent' }), ['unknown'])
})

const spfOf = async (texts: readonly string[], more: Partial<Installation> = {}) => {
  const check = await look({ ...good, 'a.example': { ...good['a.example'], TXT: texts } }, { installation: more })
  return check.parts.find(({ part }) => part === 'spf')?.wanted[0]?.value
}

test('the SPF record that is advised keeps what is there and permits us', async () => {
  assert.equal(await spfOf([]), `v=spf1 a:${host} ~all`)
  assert.equal(await spfOf(['v=spf1 include:i.example -all']), `v=spf1 a:${host} include:i.example -all`)
  assert.equal(await spfOf(['v=spf1 ip4:203.0.113.1 -all', 'v=spf1 include:i.example ~all']), `v=spf1 a:${host} ip4:203.0.113.1 include:i.example -all`)
  assert.equal(await spfOf(['v=spf1 +all']), 'v=spf1 ~all')
  assert.equal(await spfOf(['v=spf1 redirect=i.example']), `v=spf1 a:${host} redirect=i.example`)
})

test('relays with addresses of their own stand in it by address', async () => {
  assert.equal(
    await spfOf([`v=spf1 a:${host} -all`], { sendsFrom: ['192.0.2.1', '192.0.2.8', '2001:db8::8'] }),
    `v=spf1 ip4:192.0.2.8 ip6:2001:db8::8 a:${host} -all`,
  )
})

test('a DMARC record of the domain above holds for one below', async () => {
  const zone = { 'a.example': { MX: [] }, '_dmarc.a.example': good['_dmarc.a.example'] ?? {} }
  const check = await look(zone, { domain: { domain: 'mail.a.example' } })
  const part = check.parts.find((one) => one.part === 'dmarc')
  assert.deepEqual([part?.state, part?.wanted], ['good', []])
})

test('DANE: of a signed zone the record is advised, and a wrong one is an error', async () => {
  const name = `_25._tcp.${host}`
  const dane = async (zone: Zone, signed: boolean) => (await look({ ...good, ...zone }, { signed })).parts.find(({ part }) => part === 'dane')
  const wanted = { name, type: 'TLSA', value: `3 1 1 ${tlsa}` }
  assert.deepEqual((await dane({}, false))?.findings, [])
  const missing = await dane({}, true)
  assert.deepEqual([missing?.state, missing?.wanted], ['hint', [{ ...wanted, there: false }]])
  assert.equal((await dane({ [name]: { TLSA: [[3, 1, 1, tlsa]] } }, true))?.state, 'good')
  assert.equal((await dane({ [name]: { TLSA: [[3, 1, 1, '00'.repeat(32)]] } }, true))?.findings[0]?.code, 'dane-wrong')
  assert.equal((await dane({ [name]: { TLSA: [[3, 1, 1, tlsa]] } }, false))?.findings[0]?.code, 'dane-unsigned')
})

test('what the DNS cannot tell is never said to be missing', async () => {
  const zone = Object.fromEntries(Object.keys(good).map((name) => [name, { fault: 'silent' as const }]))
  const said = codes(await look(zone))
  assert.deepEqual(
    said.filter((code) => findings[code].severity !== 'unknown'),
    [],
  )
})

test('records as lines of a zone file: long texts in strings, quotation marks escaped', () => {
  assert.equal(zoneLine({ name: 'a.example', type: 'MX', value: '10 mx.host.example.' }), 'a.example. 3600 IN MX 10 mx.host.example.')
  assert.equal(zoneLine({ name: 'a.example', type: 'TXT', value: `${'x'.repeat(255)}y"` }), `a.example. 3600 IN TXT "${'x'.repeat(255)}" "y\\""`)
})

test('each finding has words without gaps, in both languages', async () => {
  for (const [, changes] of cases) {
    const zone = Object.fromEntries(Object.entries({ ...good, ...changes }).filter((entry): entry is [string, NameRecords] => entry[1] !== null))
    for (const { code, values } of (await look(zone)).parts.flatMap((part) => part.findings)) {
      const { meaning, advice } = findings[code]
      const words = [inWords(meaning, values), inWords(advice, values)].flatMap(({ en, de }) => [en, de])
      for (const text of words) assert.doesNotMatch(text, /[{}]/, code)
    }
  }
})
