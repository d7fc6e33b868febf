import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { silent } from '../base/log.ts'
import type { Entry, Ephemeral } from '../ephemeral/ephemeral.ts'
import { openLocal } from '../ephemeral/local.ts'
import type { Address } from '../mail/address.ts'
import { greylist, Greylisting, greylistKey, type GreylistSettings, isTrusted, sendingSide } from './greylisting.ts'

const second = 1000
const hour = 3600 * second
const day = 24 * hour

const settings: GreylistSettings = {
  'greylisting.delay': 60 * second,
  'greylisting.window': day,
  'greylisting.memory': 36 * day,
  'greylisting.trusted-after': 3,
  'greylisting.max-entries': 1_000_000,
}

const now = 1_700_000_000_000
const entry = (ageMs: number, confirmations = 0, expiresInMs = day - ageMs): Entry => ({
  firstSeenAtMs: now - ageMs,
  expiresAtMs: now + expiresInMs,
  confirmations,
})

const decisions: readonly [what: string, held: Entry | undefined, result: string, expiresInMs: number | undefined][] = [
  ['never seen', undefined, 'wait: first seen', day],
  ['at once again', entry(0), 'wait: too soon', undefined],
  ['a moment before the delay is over', entry(60 * second - 1), 'wait: too soon', undefined],
  ['when the delay is over', entry(60 * second), 'pass: came back', 36 * day],
  ['at the last moment of the window', entry(day - 1, 0, 1), 'pass: came back', 36 * day],
  ['when the window is over', entry(day, 0, 0), 'wait: first seen', day],
  ['known and just renewed', entry(100 * day, 1, 36 * day - hour), 'pass: known', undefined],
  ['known and not renewed for a day', entry(100 * day, 1, 35 * day), 'pass: known', 36 * day],
  ['known, at the last moment', entry(100 * day, 9, 1), 'pass: known', 36 * day],
  ['known too long ago', entry(100 * day, 1, 0), 'wait: first seen', day],
]

for (const [what, held, expected, expiresInMs] of decisions) {
  test(`greylisting: ${what}`, () => {
    const { result, entry: written } = greylist(held, now, settings)
    assert.equal(`${result.result}: ${result.reason}`, expected)
    assert.equal(written && written.expiresAtMs - now, expiresInMs)
    if (written !== undefined) assert.equal(written.confirmations, result.result === 'wait' ? 0 : Math.max(1, held?.confirmations ?? 0))
  })
}

test('tables keep seconds: a delay of one second is never none', () => {
  for (const ms of [0, 49, 499, 500, 950, 999]) {
    const { entry: written } = greylist(undefined, now + ms, settings)
    assert.ok(written)
    assert.equal(written.firstSeenAtMs % 1000, 0)
    const soon = greylist(written, now + ms + 400, { ...settings, 'greylisting.delay': second })
    const later = greylist(written, now + ms + 1500, { ...settings, 'greylisting.delay': second })
    assert.deepEqual([soon.result.result, later.result.result], ['wait', 'pass'], String(ms))
  }
})

test('a host is trusted after so many senders; 0 trusts nobody', () => {
  assert.equal(isTrusted(entry(day, 2, day), now, settings), false)
  assert.equal(isTrusted(entry(day, 3, day), now, settings), true)
  assert.equal(isTrusted(entry(day, 3, 0), now, settings), false)
  assert.equal(isTrusted(undefined, now, settings), false)
  assert.equal(isTrusted(entry(day, 255, day), now, { ...settings, 'greylisting.trusted-after': 0 }), false)
})

test('what stands for the sending side', () => {
  const cases: readonly [ip: string, hostName: string | undefined, side: string][] = [
    ['192.0.2.7', undefined, '192.0.2.0/24'],
    ['2001:db8:1:2:3::4', undefined, '2001:db8:1:2::/64'],
    ['192.0.2.7', 'mta7.out.sender.example', 'sender.example'],
    ['192.0.2.7', 'mail.sender.co.uk', 'sender.co.uk'],
    // Strangers get names of their own here, so these are not amazonaws.com and github.io
    ['192.0.2.7', 'ec2-1-2-3-4.compute-1.amazonaws.com', '192.0.2.0/24'],
    ['192.0.2.7', 'someone.github.io', 'someone.github.io'],
    // A public suffix or a bare name is nobody's domain
    ['192.0.2.7', 'co.uk', '192.0.2.0/24'],
    ['127.0.0.1', 'localhost', '127.0.0.0/24'],
  ]
  for (const [ip, hostName, side] of cases) assert.equal(sendingSide(ip, hostName), side, hostName ?? ip)
})

test('the key: case of the local part counts, the recipient does not; the null path is a sender too', () => {
  assert.equal(greylistKey({ localPart: 'Ann', domain: 'a.example' }, 'x'), 'sender Ann@a.example x')
  assert.equal(greylistKey(null, 'x'), 'sender <> x')
})

/** The smallest engine that keeps the contract. */
function memory(): Ephemeral {
  const tables = new Map<string, Map<string, Entry>>()
  return {
    table(name) {
      const entries = tables.get(name) ?? new Map<string, Entry>()
      tables.set(name, entries)
      return {
        get: async (key) => entries.get(key),
        put: async (key, value) => void entries.set(key, value),
        delete: async (key) => void entries.delete(key),
        size: async () => entries.size,
      }
    },
    spend: async () => undefined,
    publish() {},
    subscribe: () => () => {},
    close: async () => {},
  }
}

function make(ephemeral: Ephemeral = memory(), clock = { ms: now, now: () => clock.ms }) {
  const greylisting = new Greylisting({ ephemeral, maxEntries: 1_000_000, clock, log: silent })
  const judge = async (sender: string, ip: string, hostName?: string) => {
    const at = sender.lastIndexOf('@')
    const reversePath: Address | null = sender === '' ? null : { localPart: sender.slice(0, at), domain: sender.slice(at + 1) }
    const { result, reason } = await greylisting.judge({ reversePath, ip, hostName }, settings)
    return `${result}: ${reason}`
  }
  return { clock, judge }
}

test('from first seen to forgotten', async () => {
  const { clock, judge } = make()
  assert.equal(await judge('ann@a.example', '192.0.2.1'), 'wait: first seen')
  clock.ms += 59 * second
  assert.equal(await judge('ann@a.example', '192.0.2.1'), 'wait: too soon')
  clock.ms += second
  assert.equal(await judge('ann@a.example', '192.0.2.200'), 'pass: came back', 'from the same network')
  assert.equal(await judge('ann@a.example', '192.0.2.1'), 'pass: known')
  assert.equal(await judge('ann@a.example', '192.0.3.1'), 'wait: first seen', 'from another network')
  assert.equal(await judge('bob@a.example', '192.0.2.1'), 'wait: first seen', 'another sender')
  for (let use = 0; use < 4; use++) {
    clock.ms += 35 * day
    assert.equal(await judge('ann@a.example', '192.0.2.1'), 'pass: known', 'renewed on use')
  }
  clock.ms += 36 * day
  assert.equal(await judge('ann@a.example', '192.0.2.1'), 'wait: first seen')
})

test('a sender farm comes back from another machine of the same name', async () => {
  const { clock, judge } = make()
  assert.equal(await judge('ann@a.example', '192.0.2.1', 'm1.farm.example'), 'wait: first seen')
  clock.ms += 60 * second
  assert.equal(await judge('ann@a.example', '198.51.100.9', 'm2.farm.example'), 'pass: came back')
})

test('a host that came back for three senders is not made to wait again', async () => {
  const { clock, judge } = make()
  for (const sender of ['a@a.example', 'b@a.example', 'c@a.example']) {
    assert.equal(await judge(sender, '192.0.2.1'), 'wait: first seen')
    clock.ms += 60 * second
    assert.equal(await judge(sender, '192.0.2.1'), 'pass: came back')
    assert.equal(await judge(sender, '192.0.2.1'), 'pass: known', 'the same sender again proves nothing new')
  }
  assert.equal(await judge('d@a.example', '192.0.2.1'), 'pass: trusted host')
  assert.equal(await judge('d@a.example', '192.0.2.2'), 'wait: first seen', 'its neighbour is not trusted')
  clock.ms += 37 * day
  assert.equal(await judge('d@a.example', '192.0.2.1'), 'wait: first seen')
})

test('a table that fails puts off nobody', async () => {
  const broken: Ephemeral = {
    ...memory(),
    table: () => ({ get: () => Promise.reject(new Error('gone')), put: async () => {}, delete: async () => {}, size: async () => 0 }),
  }
  assert.equal(await make(broken).judge('ann@a.example', '192.0.2.1'), 'temperror: table unavailable')
})

test('the greylist survives a restart, and a flood of 200,000 senders stays within its bounds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-greylist-'))
  const clock = { ms: now, now: () => clock.ms }
  const open = () => openLocal({ folder, log: silent, clock })
  let ephemeral = open()
  let greylisting = new Greylisting({ ephemeral, maxEntries: 50_000, clock, log: silent })
  const judge = async (localPart: string, ip: string) =>
    (await greylisting.judge({ reversePath: { localPart, domain: 'a.example' }, ip, hostName: undefined }, settings)).reason
  assert.equal(await judge('ann', '192.0.2.1'), 'first seen')
  clock.ms += 60 * second
  assert.equal(await judge('ann', '192.0.2.1'), 'came back')
  assert.equal(await judge('bob', '192.0.2.1'), 'first seen')
  await ephemeral.close()

  clock.ms += 60 * second
  ephemeral = open()
  greylisting = new Greylisting({ ephemeral, maxEntries: 50_000, clock, log: silent })
  assert.equal(await judge('ann', '192.0.2.1'), 'known')
  assert.equal(await judge('bob', '192.0.2.1'), 'came back')
  for (let at = 0; at < 200_000; at++) await judge(`flood${at}`, `10.${at >> 16}.${(at >> 8) & 255}.1`)
  assert.ok((await ephemeral.table('greylist', { maxEntries: 50_000 }).size()) <= 50_000)
  assert.equal(await judge('ann', '192.0.2.1'), 'known', 'those that were confirmed stay')
  await ephemeral.close()
  await rm(folder, { recursive: true })
})
