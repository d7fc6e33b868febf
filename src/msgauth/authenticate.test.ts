import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Zone } from '../../test/harness/name-server.ts'
import { keyZone, makeKey, sealByOthers, signByOthers, signWithTags } from '../../test/harness/signed-mail.ts'
import { zoneDns } from '../../test/harness/zone-dns.ts'
import { parseAddress } from '../mail/address.ts'
import { authenticate } from './authenticate.ts'
import type { AuthenticationInput } from './authentication.ts'
import { isAuthorProven, unprovenClaim } from './claims.ts'
import type { Dns } from './dns.ts'
import { authenticationResultsField } from './results-field.ts'

const key = makeKey('a.example', 's')
const zone: Zone = {
  ...keyZone(key),
  'a.example': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
  '_dmarc.a.example': { TXT: ['v=DMARC1; p=reject'] },
  'attack.example': { TXT: ['v=spf1 ip4:198.51.100.1 -all'] },
}

const message = 'From: Ann <ann@a.example>\r\nTo: bob@b.example\r\nSubject: a line\r\n\r\nHello Bob\r\n'

function inputOf(text: string, more: Partial<AuthenticationInput> = {}): AuthenticationInput {
  const reversePath = parseAddress('ann@a.example') ?? null
  return { message: [Buffer.from(text, 'latin1')], clientIp: '192.0.2.1', helo: 'mail.a.example', reversePath, hostName: 'mx.example.org', nowMs: 0, ...more }
}

const isOurs = (domain: string) => domain === 'a.example'

test('all that is found of a message, and the field that says it', async () => {
  const found = await authenticate(
    inputOf(await sealByOthers(await signByOthers(message, key), key, { instance: 1, results: 'mx.a.example; none' })),
    zoneDns(zone),
  )
  assert.deepEqual(found.author, {
    kind: 'one',
    addresses: [{ localPart: 'ann', domain: 'a.example' }],
    shown: [],
    domains: [{ domain: 'a.example', aligned: true }],
  })
  const field = authenticationResultsField('mx.example.org', found)
  assert.match(
    field.replace(/\r\n\t/g, ' '),
    /^Authentication-Results: mx\.example\.org; spf=pass smtp\.mailfrom=a\.example; dkim=pass header\.d=a\.example header\.s=s header\.a=rsa-sha256 header\.b="?\S{8}"?; dmarc=pass header\.from=a\.example policy\.dmarc=reject; arc=pass\r\n$/,
  )
  assert.ok(isAuthorProven(found))
  assert.equal(unprovenClaim(found, isOurs), undefined)
})

test('somebody else who says that he is of our domain', async () => {
  const byOthers = { clientIp: '198.51.100.1', reversePath: parseAddress('eve@attack.example') ?? null }
  for (const [header, claim] of [
    ['From: ann@a.example', 'a.example'],
    ['From: eve@attack.example, ann@a.example', 'a.example'],
    ['From: ann@a.example <eve@attack.example>', 'a.example'],
    ['From: eve@attack.example\r\nFrom: ann@a.example', 'a.example'],
    ['From: =?utf-8?q?ann=40a.example?=, <eve@attack.example>', 'a.example'],
    ['From: "ann@a.example" <eve@attack.example>', undefined],
    ['Subject: nobody', undefined],
  ] as const) {
    const found = await authenticate(inputOf(`${header}\r\n\r\nx\r\n`, byOthers), zoneDns(zone))
    assert.equal(found.spf.result, 'pass', header)
    assert.equal(unprovenClaim(found, isOurs), claim, header)
    if (claim !== undefined || header.startsWith('Subject')) {
      assert.equal(isAuthorProven(found), false, header)
      assert.notEqual(found.dmarc.result, 'pass', header)
    }
  }
})

test('a signed message behind a second From is not proven', async () => {
  const found = await authenticate(inputOf(`From: ceo@legal.example\r\n${signWithTags(message, key)}`), zoneDns(zone))
  assert.equal(found.author.kind, 'hidden')
  assert.equal(isAuthorProven(found), false)
  assert.equal(unprovenClaim(found, isOurs), 'a.example', 'not even the author who did sign')
})

test('the body of an unsigned message is not read', async () => {
  let pieces = 0
  const endless = (function* () {
    yield Buffer.from('From: ann@a.example\r\n\r\n')
    for (;;) {
      pieces += 1
      yield Buffer.alloc(1000, 'x')
    }
  })()
  assert.equal((await authenticate(inputOf('', { message: endless }), zoneDns(zone))).dmarc.result, 'pass')
  assert.ok(pieces < 10)
})

test('a message in pieces of any size, from a stream too', async () => {
  const octets = Buffer.from(await signByOthers(message, key))
  const bits = async function* () {
    for (const octet of octets) yield Buffer.of(octet)
  }
  assert.equal((await authenticate(inputOf('', { message: bits() }), zoneDns(zone))).dkim[0]?.result, 'pass')
  await assert.rejects(
    authenticate(
      inputOf('', {
        message: (function* () {
          yield octets.subarray(0, 100)
          throw new Error('the spool file is gone')
        })(),
      }),
      zoneDns(zone),
    ),
    /spool file/,
  )
})

test('a DNS that says nothing makes temporary results, and not for longer than ten seconds', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const waits: number[] = []
  const silent: Dns = {
    lookup: async (_name, _type, options) => {
      waits.push(options?.timeoutMs ?? Number.POSITIVE_INFINITY)
      return { status: 'failed', why: 'timeout' }
    },
    ptr: async () => ({ status: 'failed', why: 'timeout' }),
  }
  const found = await authenticate(inputOf(await signByOthers(message, key)), silent)
  assert.deepEqual([found.spf.result, found.dkim[0]?.result, found.dmarc.result], ['temperror', 'temperror', 'temperror'])
  assert.ok(waits.every((timeoutMs) => timeoutMs > 0 && timeoutMs <= 10_000))
})

// DESIGN, "Bad input": no message costs more than 2 s of CPU, however it is made; half of it, for a busy machine.
const megabyte = 1_000_000
const tags = 'v=1; a=rsa-sha256; c=relaxed/relaxed; d=a.example; s=s; bh=AA; b=AA'
const hostile: Readonly<Record<string, () => Buffer>> = {
  'spaces in the body': () => body(' '),
  'short words in the body': () => body(' a'),
  'empty lines in the body': () => body('\r\n'),
  'empty lines with something between': () => body('\r\n\r\nx'),
  'CR in the body': () => body('\r'),
  'ten signatures of ten lengths': () =>
    Buffer.from(
      `${Array.from({ length: 10 }, (_, index) => `DKIM-Signature: ${tags}; h=from; l=${9_000_000 + index}\r\n`).join('')}From: a@a.example\r\n\r\n${'line\r\n'.repeat(megabyte)}`,
    ),
  'fields that sign a hundred thousand names': () =>
    Buffer.from(`${`DKIM-Signature: ${tags}; h=from${':x'.repeat(100_000)}\r\n`.repeat(4)}${'x: y\r\n'.repeat(10_000)}From: a@a.example\r\n\r\n`),
  'a hundred thousand fields': () => Buffer.from(`DKIM-Signature: ${tags}; h=from\r\n${'x: y\r\n'.repeat(150_000)}From: a@a.example\r\n\r\n`),
  'From of a hundred thousand addresses': () => Buffer.from(`From: ${'a@b.example,\r\n '.repeat(65_000)}\r\n\r\n`),
  'tags without an end': () => Buffer.from(`DKIM-Signature: ${'a=b;'.repeat(200_000)}\r\nFrom: a@a.example\r\n\r\n`),
  'white space in a signature': () => Buffer.from(`DKIM-Signature: ${tags}; h=from; b${' '.repeat(900_000)}\r\nFrom: a@a.example\r\n\r\n`),
  'fifty seals': () => Buffer.from(Array.from({ length: 50 }, (_, index) => arcSet(index + 1)).join('') + message),
}

function body(text: string): Buffer {
  return Buffer.concat([Buffer.from(`DKIM-Signature: ${tags}; h=from\r\nFrom: a@a.example\r\n\r\n`), Buffer.alloc(10 * megabyte, text)])
}

function arcSet(instance: number): string {
  const cv = instance === 1 ? 'none' : 'pass'
  const fill = `\r\n\t${'x'.repeat(6000)}`
  return `ARC-Seal: i=${instance}; cv=${cv}; ${tags}\r\nARC-Message-Signature: i=${instance}; ${tags}; h=from\r\nARC-Authentication-Results: i=${instance}; x; none${fill}\r\n`
}

for (const [what, make] of Object.entries(hostile)) {
  test(`what hostile mail costs: ${what}`, async () => {
    const octets = make()
    const before = process.cpuUsage()
    await authenticate(inputOf('', { message: [octets] }), zoneDns(zone))
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 1_000_000, `${Math.round((user + system) / 1000)} ms of CPU`)
  })
}
