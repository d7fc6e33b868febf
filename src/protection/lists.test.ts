import assert from 'node:assert/strict'
import test from 'node:test'
import type { AddressSettings } from '../directory/recipient.ts'
import { parseAddress } from '../mail/address.ts'
import { authorsKey, judgeAuthors, judgeSender, type ListedSender, type ListsReason } from './lists.ts'
import { matcherOf } from './matcher.ts'

const base: AddressSettings = {
  reverseLookup: true,
  greylisting: true,
  spamLevel: 'medium',
  spamAction: 'folder',
  virusAction: 'refuse',
  listMode: 'off',
  posting: 'anyone',
  language: 'en',
  sending: { messagesPerHour: 300, messagesPerDay: 1500, recipientsPerHour: 1000, recipientsPerDay: 5000, newRecipientsPerDay: 500 },
  answersPerDay: 200,
  displayName: '',
  relayClass: 'paid',
  block: [],
  allowOnly: [],
  letThrough: [],
}

const address = (text: string) => {
  const parsed = parseAddress(text)
  assert.ok(parsed, text)
  return parsed
}

test('what an entry matches', () => {
  const senders: readonly [entry: string, sender: string, matches: boolean][] = [
    ['ann@a.example', 'ann@a.example', true],
    ['ann@a.example', 'ANN@a.example', true],
    ['ann@a.example', 'ann@sub.a.example', false],
    ['ann@a.example', 'joann@a.example', false],
    ['a.example', 'ann@a.example', true],
    ['a.example', 'ann@sub.a.example', false],
    ['a.example', 'ann@ba.example', false],
    ['.a.example', 'ann@a.example', true],
    ['.a.example', 'ann@sub.a.example', true],
    ['.a.example', 'ann@x.sub.a.example', true],
    ['.a.example', 'ann@ba.example', false],
    ['.top', 'ann@anything.top', true],
    ['host:a.example', 'ann@a.example', false],
    ['192.0.2.1', 'ann@[192.0.2.1]', false],
  ]
  for (const [entry, sender, matches] of senders) assert.equal(matcherOf([entry]).sender(address(sender)), matches ? entry : undefined, `${entry} ${sender}`)
  const ips: readonly [entry: string, ip: string, matches: boolean][] = [
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '192.0.2.1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:db8::1', '2001:db8::1', true],
    ['2001:db8::/127', '2001:db8::2', false],
  ]
  for (const [entry, ip, matches] of ips) assert.equal(matcherOf([entry]).ip(ip), matches ? entry : undefined, `${entry} ${ip}`)
  const hosts: readonly [entry: string, name: string, matches: boolean][] = [
    ['host:mx.a.example', 'mx.a.example', true],
    ['host:mx.a.example', 'x.mx.a.example', false],
    ['host:.a.example', 'mx.a.example', true],
    ['host:.a.example', 'a.example', true],
    ['host:.a.example', 'mx.ba.example', false],
    ['.a.example', 'mx.a.example', false],
  ]
  for (const [entry, name, matches] of hosts) assert.equal(matcherOf([entry]).host(['other.example', name]), matches ? entry : undefined, `${entry} ${name}`)
})

interface Case {
  readonly what: string
  readonly settings: Partial<AddressSettings>
  readonly names?: ListedSender['hostNames']
  readonly sender?: string
  readonly expected: string
}

/** The client is always 192.0.2.1, the sender ann@a.example unless it says otherwise. */
const cases: readonly Case[] = [
  { what: 'no lists', settings: {}, expected: 'none: off' },
  { what: 'the block list counts in its mode only', settings: { block: ['ann@a.example'] }, expected: 'none: off' },
  { what: 'blocked by address', settings: { listMode: 'block', block: ['ann@a.example'] }, expected: 'fail: listed (ann@a.example)' },
  { what: 'blocked by domain', settings: { listMode: 'block', block: ['a.example'] }, expected: 'fail: listed (a.example)' },
  { what: 'blocked by network', settings: { listMode: 'block', block: ['192.0.2.0/24'] }, expected: 'fail: listed (192.0.2.0/24)' },
  { what: 'not blocked', settings: { listMode: 'block', block: ['bob@a.example'] }, expected: 'pass: not listed' },
  { what: 'the null path is nobody', settings: { listMode: 'block', block: ['a.example'] }, sender: '', expected: 'pass: not listed' },
  { what: 'a host name is asked for when an entry needs it', settings: { listMode: 'block', block: ['host:.a.example'] }, expected: 'ask' },
  {
    what: 'but not when another entry matches',
    settings: { listMode: 'block', block: ['host:.b.example', 'a.example'] },
    expected: 'fail: listed (a.example)',
  },
  {
    what: 'blocked by host name',
    settings: { listMode: 'block', block: ['host:.a.example'] },
    names: ['mx.a.example'],
    expected: 'fail: listed (host:.a.example)',
  },
  { what: 'another host name', settings: { listMode: 'block', block: ['host:.a.example'] }, names: ['mx.b.example'], expected: 'pass: not listed' },
  { what: 'no host name', settings: { listMode: 'block', block: ['host:.a.example'] }, names: [], expected: 'pass: not listed' },
  { what: 'DNS could not tell', settings: { listMode: 'block', block: ['host:.a.example'] }, names: 'unknown', expected: 'temperror: host name unknown' },
  {
    what: 'let through wins over block',
    settings: { listMode: 'block', block: ['a.example'], letThrough: ['ann@a.example'] },
    expected: 'pass: let through (ann@a.example)',
  },
  { what: 'let through without a mode', settings: { letThrough: ['192.0.2.1'] }, expected: 'pass: let through (192.0.2.1)' },
  {
    what: 'a let-through host name may save a blocked sender',
    settings: { listMode: 'block', block: ['a.example'], letThrough: ['host:mx.b.example'] },
    expected: 'ask',
  },
  {
    what: 'and does',
    settings: { listMode: 'block', block: ['a.example'], letThrough: ['host:mx.b.example'] },
    names: ['mx.b.example'],
    expected: 'pass: let through (host:mx.b.example)',
  },
  {
    what: 'or does not',
    settings: { listMode: 'block', block: ['a.example'], letThrough: ['host:mx.b.example'] },
    names: [],
    expected: 'fail: listed (a.example)',
  },
  {
    what: 'or nobody knows',
    settings: { listMode: 'block', block: ['a.example'], letThrough: ['host:mx.b.example'] },
    names: 'unknown',
    expected: 'temperror: host name unknown',
  },
  {
    what: 'nobody knows, but nothing blocks',
    settings: { listMode: 'block', block: ['b.example'], letThrough: ['host:mx.b.example'] },
    names: 'unknown',
    expected: 'pass: not listed',
  },
  { what: 'let through by host name, without a mode', settings: { letThrough: ['host:mx.b.example'] }, expected: 'ask' },
  { what: 'nobody knows, without a mode', settings: { letThrough: ['host:mx.b.example'] }, names: 'unknown', expected: 'none: off' },
  { what: 'allowed by address', settings: { listMode: 'allow-only', allowOnly: ['ann@a.example'] }, expected: 'pass: allowed (ann@a.example)' },
  { what: 'allowed by IP', settings: { listMode: 'allow-only', allowOnly: ['192.0.2.1'] }, expected: 'pass: allowed (192.0.2.1)' },
  {
    what: 'not allowed: From may still match an address entry',
    settings: { listMode: 'allow-only', allowOnly: ['bob@a.example'] },
    expected: 'none: From may match',
  },
  { what: 'not allowed: From cannot match an IP', settings: { listMode: 'allow-only', allowOnly: ['192.0.2.2'] }, expected: 'fail: not allowed' },
  { what: 'not allowed: an empty list allows nobody', settings: { listMode: 'allow-only' }, expected: 'fail: not allowed' },
  {
    what: 'the null path may be allowed by its From',
    settings: { listMode: 'allow-only', allowOnly: ['a.example'] },
    sender: '',
    expected: 'none: From may match',
  },
  {
    what: 'allowed by host name',
    settings: { listMode: 'allow-only', allowOnly: ['host:mx.b.example'] },
    names: ['mx.b.example'],
    expected: 'pass: allowed (host:mx.b.example)',
  },
  { what: 'a host name has to be asked for', settings: { listMode: 'allow-only', allowOnly: ['host:mx.b.example'] }, expected: 'ask' },
  {
    what: 'DNS could not tell who is allowed',
    settings: { listMode: 'allow-only', allowOnly: ['host:mx.b.example'] },
    names: 'unknown',
    expected: 'temperror: host name unknown',
  },
  {
    what: 'let through passes allow-only',
    settings: { listMode: 'allow-only', allowOnly: ['bob@b.example'], letThrough: ['a.example'] },
    expected: 'pass: let through (a.example)',
  },
  { what: 'the allow-only list counts in its mode only', settings: { listMode: 'block', allowOnly: ['ann@a.example'] }, expected: 'pass: not listed' },
]

for (const { what, settings, names = 'unasked', sender = 'ann@a.example', expected } of cases) {
  test(`lists at RCPT: ${what}`, () => {
    const result = judgeSender({ ...base, ...settings }, { reversePath: sender === '' ? null : address(sender), ip: '192.0.2.1', hostNames: names })
    assert.equal(result === undefined ? 'ask' : `${result.result}: ${result.reason}${result.detail === undefined ? '' : ` (${result.detail})`}`, expected)
  })
}

const afterData: readonly [what: string, settings: Partial<AddressSettings>, atRcpt: ListsReason, from: string[], expected: string | undefined][] = [
  ['blocked by From', { block: ['ann@a.example'] }, 'not listed', ['Ann@a.example'], 'fail: listed'],
  ['not blocked', { block: ['ann@a.example'] }, 'not listed', ['bob@a.example'], 'pass: not listed'],
  ['any of several authors can be blocked', { block: ['ann@a.example'] }, 'not listed', ['bob@a.example', 'ann@a.example'], 'fail: listed'],
  ['nobody is not blocked', { block: ['ann@a.example'] }, 'not listed', [], 'pass: not listed'],
  ['a block list of networks has nothing to say', { block: ['192.0.2.0/24'] }, 'not listed', ['ann@a.example'], undefined],
  ['whoever was let through stays so', { block: ['ann@a.example'], letThrough: ['192.0.2.1'] }, 'let through', ['ann@a.example'], undefined],
  ['allowed by From', { allowOnly: ['.a.example'] }, 'From may match', ['ann@sub.a.example'], 'pass: allowed'],
  ['not allowed', { allowOnly: ['.a.example'] }, 'From may match', ['ann@b.example'], 'fail: not allowed'],
  ['all of several authors must be allowed', { allowOnly: ['a.example'] }, 'From may match', ['ann@a.example', 'eve@b.example'], 'fail: not allowed'],
  ['nobody is not allowed', { allowOnly: ['a.example'] }, 'From may match', [], 'fail: not allowed'],
  ['whoever was allowed stays so', { allowOnly: ['a.example'] }, 'allowed', ['eve@b.example'], undefined],
  ['From never lets through', { block: ['ann@a.example'], letThrough: ['ann@a.example'] }, 'not listed', ['ann@a.example'], 'fail: listed'],
]

test('lists after DATA: a From field that hides something, or is one of several', () => {
  const judge = (settings: Partial<AddressSettings>, atRcpt: ListsReason) =>
    judgeAuthors({ ...base, ...settings }, atRcpt, { authors: [address('ann@a.example')], fault: 'several' })?.reason
  assert.equal(judge({ block: ['ann@a.example'] }, 'not listed'), 'listed')
  assert.equal(judge({ allowOnly: ['a.example'] }, 'From may match'), 'not allowed')
})

for (const [what, settings, atRcpt, from, expected] of afterData) {
  test(`lists after DATA: ${what}`, () => {
    const result = judgeAuthors({ ...base, ...settings }, atRcpt, { authors: from.map(address), fault: undefined })
    assert.equal(result && `${result.result}: ${result.reason}`, expected)
    const canRefuse = authorsKey({ ...base, ...settings }, atRcpt) !== ''
    assert.ok(canRefuse || result?.result !== 'fail', 'whoever can refuse has a group')
  })
}

test('the key of an answer: the same entries in any order, other kinds aside', () => {
  const key = (block: string[]) => authorsKey({ ...base, block }, 'not listed')
  assert.equal(key(['a.example', 'b.example']), key(['b.example', '192.0.2.1', 'a.example']))
  assert.notEqual(key(['a.example']), key(['.a.example']))
  assert.notEqual(authorsKey({ ...base, allowOnly: ['a.example'] }, 'From may match'), key(['a.example']))
})

test('10,000 entries cost what ten cost', () => {
  const make = (count: number) =>
    Array.from({ length: count }, (_, at) => [`u${at}@d${at}.example`, `.d${at}.test`, `10.${at >> 8}.${at & 255}.0/24`, `host:.h${at}.example`][at & 3] ?? '')
  const time = (block: readonly string[]) => {
    const settings: AddressSettings = { ...base, listMode: 'block', block }
    const sender = { reversePath: address('someone@mail.nowhere.example'), ip: '192.0.2.1', hostNames: ['mx.nowhere.example'] }
    assert.equal(judgeSender(settings, sender)?.reason, 'not listed')
    const started = performance.now()
    for (let turn = 0; turn < 20_000; turn++) judgeSender(settings, sender)
    return (performance.now() - started) / 20
  }
  const started = performance.now()
  const many = make(10_000)
  matcherOf(many)
  const compiling = performance.now() - started
  assert.ok(compiling < 500, `${compiling} ms to compile`)
  time(make(12))
  const few = time(make(12))
  const all = time(many)
  assert.ok(all < 20 + few * 10, `${few} µs for twelve, ${all} µs for 10,000`)
})
