import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Zone } from '../../../test/harness/name-server.ts'
import { keyZone, makeKey, publicKeyText, signByOthers, signWithTags } from '../../../test/harness/signed-mail.ts'
import { zoneDns } from '../../../test/harness/zone-dns.ts'
import { authenticate } from '../authenticate.ts'
import type { DkimFinding } from '../authentication.ts'

const rsa = makeKey('a.example', 'rsa')
const ed = makeKey('a.example', 'ed', 'ed25519')
const zone = keyZone(rsa, ed)
const nowMs = Date.UTC(2026, 10, 22)

const message = [
  'From: Ann  Lee\t<ann@a.example>',
  'To: bob@b.example',
  'Subject: a line',
  '\tthat is folded  ',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  '',
  'Hello  Bob \t ',
  '',
  ' this is  what I wrote.',
  '',
  '',
  '',
].join('\r\n')

async function dkim(text: string, more: Zone = {}, cut = text.length): Promise<readonly DkimFinding[]> {
  const octets = Buffer.from(text, 'latin1')
  const pieces = Array.from({ length: Math.ceil(octets.length / cut) }, (_, index) => octets.subarray(index * cut, (index + 1) * cut))
  const input = { message: pieces, clientIp: '192.0.2.1', helo: 'mail.a.example', reversePath: null, hostName: 'mx.example.org', nowMs }
  return (await authenticate(input, zoneDns({ ...zone, ...more }))).dkim
}

/** `pass`, or `policy: why`. */
async function outcome(text: string, more?: Zone): Promise<string> {
  return (await dkim(text, more)).map(({ result, reason }) => (reason === undefined ? result : `${result}: ${reason}`)).join(', ')
}

test('what others sign verifies, in every canonicalization, with RSA and Ed25519, in pieces of any size', async () => {
  for (const key of [rsa, ed]) {
    for (const canonicalization of ['simple/simple', 'simple/relaxed', 'relaxed/simple', 'relaxed/relaxed']) {
      for (const body of ['', '\r\n', '\r\n\r\n', ' \r\n', 'x', 'x\r\n', 'x \t\r\n', '\r\n x', 'a\r\n\r\n\r\nb', 'a  b\r\n \r\n\t\r\n', 'a\r\n'.repeat(50)]) {
        const signed = await signByOthers(`From: ann@a.example\r\nSubject:  x  y \r\n\r\n${body}`, key, { canonicalization })
        for (const cut of [1, 2, 3, 1000]) {
          const [finding] = await dkim(signed, {}, cut)
          assert.equal(finding?.result, 'pass', `${key.selector} ${canonicalization} ${JSON.stringify(body)} in pieces of ${cut}: ${finding?.reason ?? ''}`)
        }
      }
    }
  }
})

test('what is found of a signature', async () => {
  const [finding] = await dkim(await signByOthers(message, rsa))
  assert.deepEqual(
    { ...finding, signatureStart: '' },
    { result: 'pass', domain: 'a.example', selector: 'rsa', algorithm: 'rsa-sha256', keyBits: 2048, signatureStart: '' },
  )
  assert.match(finding?.signatureStart ?? '', /^[A-Za-z0-9+/]{8}$/)
  assert.deepEqual(await dkim(message), [])
})

test('the example of RFC 8463 A', async () => {
  const published: Zone = {
    'brisbane._domainkey.football.example.com': { TXT: ['v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='] },
    'test._domainkey.football.example.com': {
      TXT: [
        'v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB',
      ],
    },
  }
  const example = [
    'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;',
    ' d=football.example.com; i=@football.example.com;',
    ' q=dns/txt; s=brisbane; t=1528637909; h=from : to :',
    ' subject : date : message-id : from : subject : date;',
    ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
    ' b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus',
    ' Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==',
    'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;',
    ' d=football.example.com; i=@football.example.com;',
    ' q=dns/txt; s=test; t=1528637909; h=from : to : subject :',
    ' date : message-id : from : subject : date;',
    ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;',
    ' b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3',
    ' DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz',
    ' dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=',
    'From: Joe SixPack <joe@football.example.com>',
    'To: Suzie Q <suzie@shopping.example.net>',
    'Subject: Is dinner ready?',
    'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
    'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
    '',
    'Hi.',
    '',
    'We lost the game.  Are you hungry yet?',
    '',
    'Joe.',
    '',
  ].join('\r\n')
  assert.deepEqual(
    (await dkim(example, published)).map(({ result, algorithm, keyBits }) => [result, algorithm, keyBits]),
    [
      ['pass', 'ed25519-sha256', 256],
      ['pass', 'rsa-sha256', 1024],
    ],
  )
})

test('what was changed does not verify', async () => {
  for (const key of [rsa, ed]) {
    const signed = await signByOthers(message, key)
    assert.equal(await outcome(signed.replace('I wrote', 'he wrote')), 'fail: the body was changed')
    assert.equal(await outcome(signed.replace('a line', 'a lie')), 'fail: the header was changed, or the signature is wrong')
    assert.equal(await outcome(signed.replace('s=', 'z=x; s=')), 'fail: the header was changed, or the signature is wrong')
    assert.equal(await outcome(signed.replace(/ b=[^ ;]{4}/, ' b=AAAA')), 'fail: the header was changed, or the signature is wrong')
    assert.equal(await outcome(signed.replace('Hello  Bob \t ', 'Hello Bob').replace('To: bob', 'TO:bob')), 'pass', 'relaxed: white space and case of names')
  }
  const simple = await signByOthers(message, rsa, { canonicalization: 'simple/simple' })
  assert.equal(await outcome(simple.replace('Hello  Bob', 'Hello Bob')), 'fail: the body was changed')
  assert.equal(await outcome(simple.replace('To: bob', 'TO: bob')), 'fail: the header was changed, or the signature is wrong')
  assert.equal(await outcome(`${simple}\r\n\r\n`), 'pass', 'empty lines at the end are not part of the body')
})

test('signatures that are not processed, by RFC 6376 6.1.1', async () => {
  const cases: readonly [tags: Record<string, string | undefined>, expected: string][] = [
    [{}, 'pass'],
    [{ c: undefined, h: 'From : To' }, 'pass'],
    [{ c: 'relaxed' }, 'pass'],
    [{ i: 'ann@a.example' }, 'pass'],
    [{ i: '@sub.a.example' }, 'pass'],
    [{ q: 'dns/txt:x' }, 'pass'],
    [{ t: '1700000000', x: '1999999999' }, 'pass'],
    [{ v: '2' }, 'neutral: it is not of version 1'],
    [{ v: undefined }, 'neutral: it is not of version 1'],
    [{ d: undefined }, 'neutral: it has no d='],
    [{ h: undefined }, 'neutral: it has no h='],
    [{ d: 'example' }, 'neutral: its domain or selector cannot be read'],
    [{ s: 'attack.example.\0.any' }, 'neutral: its domain or selector cannot be read'],
    [{ d: 'legal.example(.attack.example' }, 'neutral: its domain or selector cannot be read'],
    [{ a: 'rsa-sha512' }, 'neutral: its algorithm is unknown'],
    [{ a: 'rsa-sha1' }, 'policy: rsa-sha1 is not accepted (RFC 8301)'],
    [{ c: 'relaxed/none' }, 'neutral: its canonicalization is unknown'],
    [{ h: 'to:subject' }, 'permerror: From is not signed'],
    [{ q: 'http' }, 'neutral: its key is not in the DNS'],
    [{ i: 'ann@b.example' }, 'neutral: its i= is not of its domain'],
    [{ i: 'ann@nota.example' }, 'neutral: its i= is not of its domain'],
    [{ x: '1700000000' }, 'policy: it has expired'],
    [{ t: '1999999999', x: '1999999998' }, 'neutral: it ends before it begins'],
    [{ x: 'never' }, 'neutral: its t= or x= is no time'],
    [{ l: 'x' }, 'neutral: its l= is no number'],
    [{ 'b ': 'AAAA' }, 'neutral: it is no list of tags'],
    [{ s: 'none' }, 'permerror: there is no such key'],
  ]
  for (const [tags, expected] of cases) assert.equal(await outcome(signWithTags(message, rsa, tags)), expected, JSON.stringify(tags))
})

test('key records, by RFC 6376 3.6.1 and RFC 8301 3.2', async () => {
  const p = publicKeyText(rsa)
  const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')
  const cases: readonly [records: readonly string[], expected: string][] = [
    [[`p=${p}`], 'pass'],
    [[`v=DKIM1; k=rsa; h=sha1:sha256; s=email; t=y; p=${p.slice(0, 100)} ${p.slice(100)};`], 'pass'],
    [[`p=${pkcs1}`], 'pass'],
    [['something else', `p=${p}`], 'pass'],
    [[`k=rsa; v=DKIM1; p=${p}`], 'permerror: the key record cannot be read'],
    [[`v=DKIM2; p=${p}`], 'permerror: the key record cannot be read'],
    [['v=DKIM1; p=AAAA'], 'permerror: the key record cannot be read'],
    [['v=DKIM1'], 'permerror: the key record cannot be read'],
    [['v=DKIM1; p='], 'permerror: the key was revoked'],
    [[`h=sha1; p=${p}`], 'permerror: the key is not for SHA-256'],
    [[`s=tlsrpt; p=${p}`], 'permerror: the key is not for mail'],
    [[`k=dsa; p=${p}`], 'permerror: the key is of an unknown type'],
    [[`k=ed25519; p=${p}`], 'permerror: the key record cannot be read'],
    [[`k=ed25519; p=${publicKeyText(ed)}`], 'permerror: the key is of another type'],
    [[`p=${publicKeyText(makeKey('x', 'x', 'rsa', 512))}`], 'policy: the key has 512 bits only'],
  ]
  const signed = signWithTags(message, { ...rsa, selector: 'k' })
  for (const [records, expected] of cases) {
    const texts = records.map((text) => text.match(/.{1,250}/g) ?? [])
    assert.equal(await outcome(signed, { 'k._domainkey.a.example': { TXT: texts } }), expected, String(records))
  }
  const below = signWithTags(message, { ...rsa, selector: 'k' }, { i: '@sub.a.example' })
  assert.equal(
    await outcome(below, { 'k._domainkey.a.example': { TXT: [[`t=s; p=${p.slice(0, 200)}`, p.slice(200)]] } }),
    'permerror: the key is not for domains below its own',
  )
  assert.equal(await outcome(signed, { 'k._domainkey.a.example': { fault: 'servfail' } }), 'temperror: the DNS could not tell the key')
})

test('a part of the body that l= leaves out is not signed', async () => {
  const whole = await signByOthers(message, rsa, { canonicalization: 'simple/simple', maxBodyLength: 46 })
  assert.equal(await outcome(whole), 'pass', 'all of it is covered')
  assert.equal(await outcome(`${whole}Pay here: attack.example\r\n`), 'policy: 30 octets of the body are not signed')
  assert.equal(await outcome(signWithTags(message, rsa, { l: '0' })), 'policy: 37 octets of the body are not signed')
  assert.equal(await outcome(signWithTags(message, rsa, { l: '9'.repeat(76) })), 'pass', 'more than there is')
})

test('signatures of several lengths are hashed in one pass', async () => {
  let signed = message
  for (const l of ['37', '0', '11', '30']) signed = signWithTags(signed, rsa, { l })
  const expected = [7, 26, 37].map((left) => `policy: ${left} octets of the body are not signed`)
  for (const cut of [1, 5, 10_000]) {
    const results = (await dkim(signed, {}, cut)).map(({ result, reason }) => (reason === undefined ? result : `${result}: ${reason}`))
    assert.deepEqual(results, [...expected, 'pass'])
  }
})

test('a field put in beside a signed one is told apart; a signer can forbid it', async () => {
  const signed = signWithTags(message, rsa)
  const added = (field: string) => `${field}\r\n${signed}`
  assert.equal(await outcome(added('Subject: you have won')), 'policy: one of several subject fields is not signed')
  assert.equal(await outcome(added('From: ceo@legal.example')), 'policy: one of several from fields is not signed')
  assert.equal(await outcome(added('Received: from x by y; today')), 'pass')
  assert.equal(
    await outcome(`Subject: you have won\r\n${signWithTags(message, rsa, { h: 'from:subject:subject' })}`),
    'fail: the header was changed, or the signature is wrong',
  )
  assert.equal(await outcome(signWithTags(message, rsa, { h: 'from:subject:subject:from:reply-to' })), 'pass')
})

test('several signatures are judged one by one, ten of them at most', async () => {
  const other = makeKey('list.example', 's')
  const twice = signWithTags(signWithTags(message, rsa), other)
  assert.deepEqual(
    (await dkim(twice, keyZone(other))).map(({ result, domain }) => [result, domain]),
    [
      ['pass', 'list.example'],
      ['pass', 'a.example'],
    ],
  )
  const flood = `${Array.from({ length: 5000 }, (_, index) => `DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s${index}; l=${index}; h=from; bh=AA; b=AA\r\n`).join('')}${message}`
  const before = process.cpuUsage()
  assert.equal((await dkim(flood)).length, 10)
  assert.ok(process.cpuUsage(before).user < 500_000)
})
