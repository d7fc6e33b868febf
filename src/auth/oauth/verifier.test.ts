import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import test from 'node:test'
import fc from 'fast-check'
import { IdentityProvider, jwt } from '../../../test/harness/identity-provider.ts'
import { isSigned, parseJwt, readKeys } from './jwt.ts'
import { openVerifier } from './open.ts'
import { VerifierUnavailable } from './verifier.ts'

const nowSeconds = 1_800_000_000
const right = { iss: 'https://id.example', aud: 'mail', exp: nowSeconds + 600, email: 'ann@a.example' }

async function verifier(kind: 'jwks' | 'introspection') {
  const provider = await IdentityProvider.start()
  const clock = { nowMs: nowSeconds * 1000, now: () => clock.nowMs }
  const source =
    kind === 'jwks' ? { kind, url: `${provider.url}/keys` } : { kind, url: `${provider.url}/introspect`, clientId: 'posthorn', clientSecret: 's:cret' }
  const opened = openVerifier({ issuer: 'https://id.example', audience: 'mail', claim: 'email', source }, clock)
  return {
    provider,
    clock,
    mailboxOf: async (token: string) => (await opened.verify(token))?.mailbox,
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  }
}

const claims: readonly (readonly [name: string, claims: Record<string, unknown>, good: boolean])[] = [
  ['all right', right, true],
  ['several audiences', { ...right, aud: ['web', 'mail'] }, true],
  ['verified', { ...right, email_verified: true }, true],
  ['not verified', { ...right, email_verified: false }, false],
  ['verified, they say in words', { ...right, email_verified: 'true' }, false],
  ['another issuer', { ...right, iss: 'https://id.example.evil' }, false],
  ['an issuer that is no text', { ...right, iss: ['https://id.example'] }, false],
  ['another audience', { ...right, aud: 'web' }, false],
  ['no audience', { ...right, aud: undefined }, false],
  ['ended', { ...right, exp: nowSeconds - 31 }, false],
  ['ended within the leeway', { ...right, exp: nowSeconds - 20 }, true],
  ['an end that is no number', { ...right, exp: '9999999999' }, false],
  ['not yet', { ...right, nbf: nowSeconds + 60 }, false],
  ['nobody', { ...right, email: undefined }, false],
  ['a mailbox that is no text', { ...right, email: ['ann@a.example'] }, false],
]

for (const [name, given, good] of claims) {
  test(`a signed token, ${name}: ${good ? 'taken' : 'not taken'}`, async () => {
    await using v = await verifier('jwks')
    const key = v.provider.addKey('one')
    assert.equal(await v.mailboxOf(jwt(key, given, { kid: 'one' })), good ? 'ann@a.example' : undefined)
  })
  test(`an introspected token, ${name}: ${good ? 'taken' : 'not taken'}`, async () => {
    await using v = await verifier('introspection')
    v.provider.tokens.set('t', { active: true, ...given })
    assert.equal(await v.mailboxOf('t'), good ? 'ann@a.example' : undefined)
  })
}

test('introspection: inactive and unknown tokens are not taken; a good answer holds a minute, a bad one ten seconds', async () => {
  await using v = await verifier('introspection')
  v.provider.tokens.set('off', { ...right, active: false })
  v.provider.tokens.set('odd', { ...right, active: 'true' })
  for (const token of ['off', 'odd', 'unknown']) assert.equal(await v.mailboxOf(token), undefined)
  v.provider.tokens.set('on', { ...right, active: true })
  v.provider.tokens.set('unknown', { ...right, active: true })
  for (let index = 0; index < 3; index += 1) assert.equal(await v.mailboxOf('on'), 'ann@a.example')
  assert.equal(await v.mailboxOf('unknown'), undefined)
  assert.equal(v.provider.asked.length, 4)
  v.clock.nowMs += 11_000
  assert.equal(await v.mailboxOf('unknown'), 'ann@a.example')
  v.provider.tokens.clear()
  assert.equal(await v.mailboxOf('on'), 'ann@a.example')
  v.clock.nowMs += 50_000
  assert.equal(await v.mailboxOf('on'), undefined)
})

for (const [name, misbehave] of [
  ['is down', (response) => response.destroy()],
  ['says 500', (response) => response.writeHead(500).end('{}')],
  ['sends us elsewhere', (response) => response.writeHead(302, { location: '/keys' }).end()],
  ['speaks no JSON', (response) => response.end('<html>')],
  ['has nothing to say', (response) => response.end('[]')],
  ['talks without end', (response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
] as readonly (readonly [string, (response: ServerResponse) => void])[]) {
  test(`a provider that ${name}: nobody can judge the token`, async () => {
    for (const kind of ['introspection', 'jwks'] as const) {
      await using v = await verifier(kind)
      const token = jwt(v.provider.addKey('one'), right, { kid: 'one' })
      v.provider.misbehave = misbehave
      await assert.rejects(v.mailboxOf(token), VerifierUnavailable)
    }
  })
}

test('a provider that is away is not asked for each token', async () => {
  await using v = await verifier('introspection')
  v.provider.tokens.set('on', { ...right, active: true })
  v.provider.misbehave = (response) => response.destroy()
  for (let index = 0; index < 5; index += 1) await assert.rejects(v.mailboxOf('on'), VerifierUnavailable)
  assert.equal(v.provider.asked.length, 1)
  v.provider.misbehave = undefined
  v.clock.nowMs += 6_000
  assert.equal(await v.mailboxOf('on'), 'ann@a.example')
})

test('keys: a new one is found at once, but the provider is not asked for each token; what it knew holds while it is away', async () => {
  await using v = await verifier('jwks')
  const one = v.provider.addKey('one')
  assert.equal(await v.mailboxOf(jwt(one, right, { kid: 'one' })), 'ann@a.example')
  v.clock.nowMs += 31_000
  const two = v.provider.addKey('two')
  assert.equal(await v.mailboxOf(jwt(two, right, { kid: 'two' })), 'ann@a.example')
  for (let index = 0; index < 5; index += 1) assert.equal(await v.mailboxOf(jwt(two, right, { kid: `none ${index}` })), undefined)
  assert.equal(v.provider.asked.length, 2)
  v.provider.misbehave = (response) => response.destroy()
  v.clock.nowMs += 20 * 60_000
  const later = { ...right, exp: nowSeconds + 86_400 * 3 }
  assert.equal(await v.mailboxOf(jwt(one, later, { kid: 'one' })), 'ann@a.example')
  v.clock.nowMs += 25 * 3_600_000
  await assert.rejects(v.mailboxOf(jwt(one, later, { kid: 'one' })), VerifierUnavailable)
})

test('forged tokens', async () => {
  await using v = await verifier('jwks')
  const key = v.provider.addKey('one')
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const good = jwt(key, right, { kid: 'one' })
  const [head = '', body = '', tail = ''] = good.split('.')
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const secret = `${part({ alg: 'HS256', kid: 'one' })}.${part(right)}`
  const publicPem = v.provider.keys.get('one')?.export({ type: 'spki', format: 'pem' }) ?? ''
  for (const [name, token] of [
    ['signed by a stranger', jwt(stranger, right, { kid: 'one' })],
    ['no signature', `${part({ alg: 'none' })}.${body}.`],
    ['no algorithm', `${part({ alg: 'none' })}.${body}.${tail}`],
    ['our public key as a secret', `${secret}.${createHmac('sha256', publicPem).update(secret).digest('base64url')}`],
    ['its own key', jwt(stranger, right, { jwk: stranger.export({ format: 'jwk' }) })],
    ['something critical', jwt(key, right, { kid: 'one', crit: ['b64'], b64: false })],
    ['another body', `${head}.${part({ ...right, email: 'bob@a.example' })}.${tail}`],
    ['a cut signature', good.slice(0, -8)],
    ['a kid that is no text', jwt(key, right, { kid: 1 })],
    ['another type', jwt(key, right, { kid: 'one', typ: 'secevent+jwt' })],
    ['two parts', `${head}.${body}`],
    ['four parts', `${good}.x`],
    ['nothing', ''],
  ] as const) {
    assert.equal(await v.mailboxOf(token), undefined, name)
  }
  assert.equal(await v.mailboxOf(good), 'ann@a.example')
})

test('the algorithms, each with its own kind of key', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const ed = generateKeyPairSync('ed25519')
  const published = [rsa, ed].map(({ publicKey }) => publicKey.export({ format: 'jwk' })) as Record<string, unknown>[]
  const token = (alg: string, make: (data: Buffer) => Buffer) => {
    const signed = `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.e30`
    return parseJwt(`${signed}.${make(Buffer.from(signed)).toString('base64url')}`)
  }
  const rs256 = token('RS256', (data) => sign('sha256', data, rsa.privateKey))
  const ps256 = token('PS256', (data) => sign('sha256', data, { key: rsa.privateKey, padding: 6, saltLength: 32 }))
  const eddsa = token('EdDSA', (data) => sign(null, data, ed.privateKey))
  const weak = token('RS256', (data) => sign('sha256', data, small.privateKey))
  assert.ok(rs256 && ps256 && eddsa && weak)
  for (const each of [rs256, ps256, eddsa]) assert.equal(await isSigned(each, readKeys([...published, 'no key', null])), true)
  assert.equal(await isSigned(weak, readKeys([small.publicKey.export({ format: 'jwk' })])), false)
  // For one algorithm only, or not for signatures.
  assert.equal(await isSigned(rs256, readKeys([{ ...published[0], alg: 'PS256' }])), false)
  assert.equal(await isSigned(rs256, readKeys([{ ...published[0], use: 'enc' }])), false)
  // Two that fit, and no kid that says which.
  assert.equal(await isSigned(rs256, readKeys([...published, ...published])), false)
  assert.equal(await isSigned(rs256, readKeys([{ kty: 'RSA' }])), false)
})

test('nothing that comes makes the reader of tokens throw', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'eyJ0.-_=X'), maxLength: 60 }), (text) => void parseJwt(text)))
})
