import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { type OpenDatabase, withEachEngine } from '../../../test/harness/database.ts'
import { at, desk } from '../../../test/harness/directory.ts'
import { IdentityProvider, jwt } from '../../../test/harness/identity-provider.ts'
import { silent } from '../../base/log.ts'
import { removeAddress } from '../../directory/change/addresses.ts'
import { addOperator } from '../../directory/change/credentials.ts'
import { type NewIdentityProvider, removeIdentityProvider, setIdentityProvider, unlinkIdentity } from '../../directory/change/identity-providers.ts'
import { addCustomer, removeDomain } from '../../directory/change/organisation.ts'
import { addPerson } from '../../directory/change/persons.ts'
import { secretPlace } from '../../directory/identity-provider.ts'
import { identityProviderQuery } from '../../directory/query/identity-providers.ts'
import { Resolver } from '../../dns/resolver.ts'
import { Outside } from '../../outside/outside.ts'
import { KeyVault } from '../../signing/key-vault.ts'
import { VerifierUnavailable } from '../oauth/verifier.ts'
import { OidcClients } from './clients.ts'
import { CustomersTokens } from './customers-tokens.ts'
import { probe } from './probe.ts'
import { ProviderSignIn } from './sign-in.ts'

const origin = 'https://mx.example.org'
const providerId = 'books-provider'

/** Customer books (a.example, b.example) with a provider of its own, and tools (c.example), which has none. */
async function open(context: TestContext, openDatabase: OpenDatabase, given: Partial<NewIdentityProvider> = {}) {
  const office = await desk(context, openDatabase)
  const { directory, database } = office
  for (const name of ['books', 'tools']) await office.make(addCustomer, { name, plan: undefined, reseller: undefined } as never)
  for (const [domain, customer] of [
    ['a.example', 'books'],
    ['b.example', 'books'],
    ['c.example', 'tools'],
  ] as const) {
    await office.domain(domain, customer)
    await office.mailbox(`ann@${domain}`)
  }
  await office.pointer('alias', 'anna@a.example', 'ann@a.example')
  await office.make(addPerson, { customer: 'books', name: at('olga@a.example'), role: 'owner', credentials: [] })
  await office.make(addPerson, { customer: 'tools', name: at('otto@a.example'), role: 'owner', credentials: [] })
  await office.make(addOperator, { name: 'admin', mailbox: undefined, credentials: [] })
  const provider = await IdentityProvider.start({ tls: true })
  const resolver = new Resolver({ clock: { now: () => Date.now() }, servers: [] })
  context.after(async () => {
    resolver.close()
    await provider[Symbol.asyncDispose]()
  })
  const clock = { aheadMs: 0, now: () => Date.now() + clock.aheadMs }
  const vault = new KeyVault(async () => Buffer.alloc(32))
  const settings = { 'outside.allow-networks': '127.0.0.0/8', 'outside.authorities': provider.certificateFile ?? '' }
  const clients = new OidcClients({ vault, clock, outside: new Outside({ resolver, settings: () => settings }) })
  const signIn = new ProviderSignIn({ directory, database, clients, vault, clock, log: silent })
  const set = async (more: Partial<NewIdentityProvider> = {}) =>
    office.make(setIdentityProvider, {
      customer: 'books',
      provider: {
        ...{ providerId, name: 'Books', issuer: provider.url, clientId: 'posthorn' },
        ...{ clientSecret: await vault.sealOctets(Buffer.from('s:cret'), secretPlace({ providerId })), claim: 'email', domains: undefined },
        ...{ isOn: true, isRequired: false, vouches: false, mailTokens: 'off', audience: undefined },
        ...given,
        ...more,
      },
    })
  await set()
  /** Somebody goes there and comes back: who they are here, or why they are nobody. */
  const enter = async (user: Record<string, unknown>, change: Record<string, string | undefined> = {}) => {
    provider.user = user
    const begun = await signIn.begin('ann@a.example', origin)
    assert.ok(begun.location !== undefined, 'was not begun')
    const brought = Object.fromEntries(await provider.signIn(begun.location)) as { state: string }
    const { user: found, refused } = await signIn.finish({ providerId, ...brought, ...change }, begun.kept)
    return found?.name ?? refused
  }
  return { office, directory, make: office.make.bind(office), provider, clients, clock, signIn, set, enter }
}

const ann = { sub: '1', email: 'ann@a.example', email_verified: true }

withEachEngine((_, openDatabase) => {
  test('people and mailboxes of the very customer come in, and nobody else', async (context) => {
    const { enter } = await open(context, openDatabase)
    for (const [user, expected] of [
      [ann, 'ann@a.example'],
      [{ ...ann, email: 'ANN@A.example' }, 'ann@a.example'],
      [{ sub: '2', email: 'olga@a.example', email_verified: true }, 'olga@a.example'],
      [{ sub: '3', email: 'ann@b.example', email_verified: true }, 'ann@b.example'],
      [{ sub: '4', email: 'ann@c.example', email_verified: true }, 'nobody'],
      [{ sub: '5', email: 'nobody@a.example', email_verified: true }, 'nobody'],
      [{ sub: '6', email: 'otto@a.example', email_verified: true }, 'nobody'],
      [{ sub: '7', email: 'admin', email_verified: true }, 'nobody'],
      [{ sub: '8', email_verified: true }, 'nobody'],
      [{ sub: '9', email: 'ann@b.example' }, 'unverified'],
      [{ sub: '9', email: 'ann@b.example', email_verified: 'true' }, 'unverified'],
      [{ sub: '9', email: 'ann@b.example', email_verified: false }, 'unverified'],
      [{ email: 'ann@b.example', email_verified: true }, 'answer'],
    ] as const) {
      assert.equal(await enter(user), expected, JSON.stringify(user))
    }
  })

  test('who came once is known by sub: another address does not matter, and another user of the same address is somebody else', async (context) => {
    const { enter, make, office } = await open(context, openDatabase)
    assert.equal(await enter({ ...ann, email: 'anna@a.example' }), 'ann@a.example')
    assert.equal(await enter({ ...ann, email: 'married@elsewhere.example', email_verified: false }), 'ann@a.example')
    assert.equal(await enter({ ...ann, sub: 'new' }), 'other')
    const { refused } = await office.directory.change(unlinkIdentity, 'test', { customer: 'tools', name: at('ann@a.example') })
    assert.equal(refused?.code, 'unknown')
    await make(unlinkIdentity, { customer: 'books', name: at('ann@a.example') })
    assert.equal(await enter({ ...ann, sub: 'new' }), 'ann@a.example')
    // The mailbox goes, and another one of its name comes: it is not the old one's owner's for that, but that of whom the provider calls so now.
    await make(removeAddress, { address: at('anna@a.example'), kind: 'alias' })
    await make(removeAddress, { address: at('ann@a.example'), kind: 'mailbox' })
    assert.equal(await enter({ ...ann, sub: 'new' }), 'nobody')
  })

  test('another issuer knows nobody yet; a change ends what stood on the old one', async (context) => {
    const { enter, set, make } = await open(context, openDatabase)
    assert.equal(await enter(ann), 'ann@a.example')
    await set({ issuer: 'https://elsewhere.example' })
    await set()
    assert.equal(await enter({ ...ann, sub: 'new' }), 'ann@a.example')
    await set({ isOn: false })
    await assert.rejects(enter(ann), /was not begun/)
    await set()
    await make(removeIdentityProvider, { customer: 'books' })
    await assert.rejects(enter(ann), /was not begun/)
  })

  test('it holds for the domains that the customer names', async (context) => {
    const { enter, set, signIn, office, make } = await open(context, openDatabase)
    const { refused } = await office.directory.change(setIdentityProvider, 'test', {
      customer: 'books',
      provider: { ...(await current()), domains: ['c.example'] },
    })
    assert.deepEqual(refused, { code: 'unknown', thing: 'domain', name: 'c.example', near: undefined })
    await set({ domains: ['a.example'] })
    assert.equal(await enter({ ...ann, sub: 'b', email: 'ann@b.example' }), 'nobody')
    assert.equal(await enter(ann), 'ann@a.example')
    for (const [name, way] of [
      ['ann@a.example', 'Books'],
      ['nobody@a.example', 'Books'],
      ['ann@b.example', undefined],
      ['ann@c.example', undefined],
      ['ann@nowhere.example', undefined],
      ['admin', undefined],
    ] as const) {
      assert.equal(await signIn.wayOf(name), way, name)
    }
    // Whom it let in by sub is out with the domain.
    await set({ domains: ['b.example'] })
    await assert.rejects(enter(ann), /was not begun/)
    await make(removeAddress, { address: at('ann@b.example'), kind: 'mailbox' })
    await make(removeDomain, { name: 'b.example' })
    assert.deepEqual((await current()).domains, [])

    async function current(): Promise<NewIdentityProvider> {
      const provider = await office.directory.query(identityProviderQuery, { customer: 'books' })
      assert.ok(provider)
      return provider
    }
  })

  test('a claim that the customer names counts in the place of email', async (context) => {
    const { enter } = await open(context, openDatabase, { claim: 'upn' })
    assert.equal(await enter({ sub: '1', upn: 'ann@a.example' }), 'ann@a.example')
    assert.equal(await enter({ ...ann, sub: '2' }), 'nobody')
    assert.equal(await enter({ sub: '3', upn: 'ann@c.example' }), 'nobody')
  })

  test('tokens of a customer’s provider open the mailboxes of its domains', async (context) => {
    const { provider, clients, directory, set } = await open(context, openDatabase)
    const key = provider.addKey('one')
    const claims = { iss: provider.url, aud: 'mail', exp: Math.floor(Date.now() / 1000) + 300, email: 'ann@a.example', email_verified: true }
    const everybodys = { verify: async (token: string) => (token === 'everybody’s' ? { mailbox: 'ann@c.example', expiresAtMs: undefined } : undefined) }
    const tokens = new CustomersTokens({ directory, clients, installation: everybodys })
    const mailboxOf = async (token: string, domain?: string) => (await tokens.verify(token, domain))?.mailbox
    const good = jwt(key, claims, { kid: 'one' })
    assert.equal(directory.customersTokens, false)
    assert.equal(await mailboxOf(good, 'a.example'), undefined)
    assert.equal(await mailboxOf('everybody’s', 'a.example'), 'ann@c.example')
    await set({ mailTokens: 'signed', audience: 'mail' })
    assert.equal(directory.customersTokens, true)
    assert.equal(await mailboxOf(good, 'a.example'), 'ann@a.example')
    assert.equal(await mailboxOf(good, 'c.example'), undefined)
    assert.equal(await mailboxOf(good), undefined)
    assert.equal(await mailboxOf('everybody’s', 'a.example'), undefined)
    assert.equal(await mailboxOf('everybody’s', 'c.example'), 'ann@c.example')
    for (const [name, change] of [
      ['another audience', { aud: 'posthorn' }],
      ['another issuer', { iss: 'https://elsewhere.example' }],
      ['not verified', { email_verified: undefined }],
      ['over', { exp: 1 }],
    ] as const) {
      assert.equal(await mailboxOf(jwt(key, { ...claims, ...change }, { kid: 'one' }), 'a.example'), undefined, name)
    }
    await set({ mailTokens: 'asked' })
    provider.tokens.set('opaque', { active: true, ...claims })
    assert.equal(await mailboxOf('opaque', 'a.example'), 'ann@a.example')
    assert.equal(await mailboxOf(good, 'a.example'), undefined)
    provider.misbehave = (response) => response.destroy()
    await assert.rejects(mailboxOf('another', 'a.example'), VerifierUnavailable)
    await set({ mailTokens: 'off' })
    assert.equal(await mailboxOf('opaque', 'a.example'), undefined)
  })
})

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

for (const [name, wrong, expected] of [
  ['another nonce', { claims: { nonce: 'other' } }, 'answer'],
  ['no nonce', { claims: { nonce: undefined } }, 'answer'],
  ['another issuer', { claims: { iss: 'https://elsewhere.example' } }, 'answer'],
  ['another audience', { claims: { aud: 'other' } }, 'answer'],
  ['several audiences', { claims: { aud: ['posthorn', 'other'] } }, 'answer'],
  ['several audiences, for us', { claims: { aud: ['posthorn', 'other'], azp: 'posthorn' } }, 'ann@a.example'],
  ['made at another’s wish', { claims: { azp: 'other' } }, 'answer'],
  ['over', { claims: { exp: 1 } }, 'answer'],
  ['without an end', { claims: { exp: undefined } }, 'answer'],
  ['not yet', { claims: { nbf: 9_999_999_999 } }, 'answer'],
  ['signed by a stranger', { signer: stranger }, 'answer'],
  ['another’s name in the address (RFC 9207)', { answer: { iss: 'https://elsewhere.example' } }, 'answer'],
  ['no name in the address', { answer: { iss: undefined } }, 'answer'],
  [
    'no name in the address, and none was promised',
    { answer: { iss: undefined }, metadata: { authorization_response_iss_parameter_supported: false } },
    'ann@a.example',
  ],
  ['another state', { answer: { state: 'other' } }, 'expired'],
  ['another’s page', { answer: { providerId: 'other' } }, 'expired'],
  ['a no', { answer: { code: undefined, error: 'access_denied' } }, 'denied'],
  ['a code that nobody has', { answer: { code: 'other' } }, 'answer'],
  ['the address only when asked', { user: { sub: '1' }, userinfo: { email: 'ann@a.example', email_verified: true } }, 'ann@a.example'],
  ['the address of another when asked', { user: { sub: '1' }, userinfo: { sub: '2', email: 'ann@a.example', email_verified: true } }, 'nobody'],
] as const) {
  withEachEngine((engine, openDatabase) => {
    if (engine !== 'sqlite') return
    test(`an answer with ${name}: ${expected}`, async (context) => {
      const { provider, enter } = await open(context, openDatabase)
      const { user = ann, ...change } = { user: undefined, ...wrong }
      Object.assign(provider, change)
      assert.equal(await enter(user), expected)
    })
  })
}

withEachEngine((engine, openDatabase) => {
  if (engine !== 'sqlite') return

  test('an answer is good once, for the browser that asked, for ten minutes', async (context) => {
    const { provider, signIn, clock } = await open(context, openDatabase)
    provider.user = ann
    const begin = async () => {
      const begun = await signIn.begin('ann@a.example', origin)
      assert.ok(begun.location !== undefined)
      return { kept: begun.kept, brought: { providerId, ...(Object.fromEntries(await provider.signIn(begun.location)) as { state: string }) } }
    }
    const [one, other, late] = [await begin(), await begin(), await begin()]
    for (const kept of [undefined, '', 'x', other.kept, await signIn.keepProved({ owner: 'account', ownerId: 1 } as never)]) {
      assert.equal((await signIn.finish(one.brought, kept)).refused, 'expired')
    }
    assert.equal((await signIn.finish(one.brought, one.kept)).user?.name, 'ann@a.example')
    assert.equal((await signIn.finish(one.brought, one.kept)).refused, 'expired')
    clock.aheadMs = 601_000
    assert.equal((await signIn.finish(late.brought, late.kept)).refused, 'expired')
  })

  test('what a browser is sent away with', async (context) => {
    const { signIn } = await open(context, openDatabase)
    const begun = await signIn.begin('ann@a.example', origin)
    const { searchParams: query } = new URL(begun.location ?? '')
    assert.deepEqual(
      ['response_type', 'client_id', 'redirect_uri', 'code_challenge_method', 'login_hint', 'scope'].map((name) => query.get(name)),
      ['code', 'posthorn', `${origin}/panel/sign-in/by/${providerId}`, 'S256', 'ann@a.example', 'openid email profile'],
    )
    for (const name of ['state', 'nonce', 'code_challenge']) assert.match(query.get(name) ?? '', /^[\w-]{43}$/)
    assert.deepEqual(await signIn.begin('ann@c.example', origin), { why: 'none' })
  })

  for (const [name, metadata] of [
    ['calls itself by another name', { issuer: 'https://elsewhere.example' }],
    ['would send people to a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['sends people off without TLS', { authorization_endpoint: 'http://localhost/authorize' }],
    ['has no endpoint for tokens', { token_endpoint: undefined }],
    ['has tokens without TLS', { token_endpoint: 'http://localhost/token' }],
    ['knows no PKCE', { code_challenge_methods_supported: ['plain'] }],
  ] as const) {
    test(`nobody is sent to a provider that ${name}, and a test says so`, async (context) => {
      const { provider, signIn, clients, office } = await open(context, openDatabase)
      provider.metadata = metadata
      assert.deepEqual(await signIn.begin('ann@a.example', origin), { why: 'away' })
      const row = await office.directory.query(identityProviderQuery, { customer: 'books' })
      const [first] = row === undefined ? [] : await probe(await clients.of(row), origin, false)
      assert.equal(first?.good, false)
    })
  }

  test('a test tries all that can be tried, in order', async (context) => {
    const { provider, clients, set, office } = await open(context, openDatabase)
    const tried = async (asks = false) => {
      await set()
      const row = await office.directory.query(identityProviderQuery, { customer: 'books' })
      assert.ok(row)
      return (await probe(await clients.of(row), `${origin}/panel`, asks)).map(({ probe: name, good, detail }) => `${name} ${good ? 'good' : detail}`)
    }
    provider.addKey('one')
    assert.deepEqual(await tried(true), ['discovery good', 'keys good', 'client good', 'introspection good'])
    provider.clientSecret = 'another'
    assert.deepEqual(await tried(), ['discovery good', 'keys good', 'client invalid_client'])
    provider.metadata = { introspection_endpoint: undefined }
    provider.clientSecret = 's:cret'
    assert.deepEqual(await tried(true), ['discovery good', 'keys good', 'client good', 'introspection introspection_endpoint is missing'])
    provider.keys.clear()
    assert.deepEqual(await tried(), ['discovery good', 'keys there is no key'])
    provider.misbehave = (response) => response.writeHead(500).end()
    assert.deepEqual(await tried(), [`discovery ${provider.url} answers with status 500`])
  })
})
