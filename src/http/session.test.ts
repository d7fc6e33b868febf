import assert from 'node:assert/strict'
import { request } from 'node:http'
import test, { type TestContext } from 'node:test'
import { Authenticator } from '../../test/harness/authenticator.ts'
import { at, desk, type Desk } from '../../test/harness/directory.ts'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { eventually } from '../../test/harness/server.ts'
import { newCredentials } from '../auth/new-credentials.ts'
import { parseTotpSecret, totpCode } from '../auth/web/totp.ts'
import { ProviderSignIn } from '../auth/oidc/sign-in.ts'
import { SecondFactors } from '../auth/web/second-factors.ts'
import { WebSignIn } from '../auth/web/sign-in.ts'
import { silent } from '../base/log.ts'
import { permissions } from '../base/permission.ts'
import { addMailbox, removeAddress } from '../directory/change/addresses.ts'
import { lockMailbox } from '../directory/change/locks.ts'
import { addOperator, setMailboxPassword } from '../directory/change/credentials.ts'
import { addCustomer, setCustomer } from '../directory/change/organisation.ts'
import { addPerson, removePerson, setPersonPassword } from '../directory/change/persons.ts'
import { removeSecondFactor } from '../directory/change/second-factors.ts'
import { setSettings } from '../directory/change/settings.ts'
import { waitingPlaceNotices } from '../directory/change/place-notices.ts'
import { secondFactorsOf } from '../directory/query/second-factors.ts'
import { webSessionsOf } from '../directory/query/web-sessions.ts'
import { webUserNamed } from '../directory/query/web-users.ts'
import { type Attempt, type GuessBrakes, Guesses } from '../protection/guesses.ts'
import { KeyVault } from '../signing/key-vault.ts'
import { listen } from '../wire/listen.ts'
import { authenticator } from './authenticate.ts'
import { httpServer } from './server.ts'
import { sessionRoutes } from './session.ts'

const secret = 'correct horse battery staple'
const tester = { actor: 'test', session: undefined }
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** The web pages' side of signing in, with an operator and two mailboxes. */
async function open(
  context: TestContext,
  openDatabase: OpenDatabase,
  {
    plaintext = 'loopback',
    guesses,
    forwardedFrom = [],
  }: { readonly plaintext?: string; readonly guesses?: GuessBrakes; readonly forwardedFrom?: string[] } = {},
) {
  const office = await desk(context, openDatabase)
  await fill(office, plaintext)
  const clock = { nowMs: 1_700_000_000_000, now: () => clock.nowMs }
  const { directory, database } = office
  const vault = new KeyVault(async () => Buffer.alloc(32))
  const secondFactors = new SecondFactors({ directory, database, vault, clock, issuer: () => 'mx.example.org' })
  const clients = { of: () => Promise.reject(new Error('no provider is there')) }
  const providers = new ProviderSignIn({ directory, database, clients, vault, clock, log: silent })
  const signIn = new WebSignIn({ directory, database, guesses: guesses ?? new Guesses(clock), secondFactors, providers, processes: 1, clock, log: silent })
  const server = await httpServer(
    [sessionRoutes({ signIn, authenticate: authenticator(signIn), database, longestMs: () => directory.settings['session.longest'] })],
    { log: silent, forwardedFrom },
  )
  const listener = await listen({ host: '127.0.0.1', port: 0, proxyFrom: [], onPeer: (peer) => server.serve(peer) })
  context.after(async () => {
    await listener.close()
    await server.close()
  })
  const url = `http://127.0.0.1:${listener.address.port}`
  const ask = (method: string, path: string, { cookie = '', body, headers = {} }: Ask = {}) =>
    fetch(url + path, {
      method,
      headers: {
        ...{ 'sec-fetch-site': 'same-origin', 'user-agent': firefox, cookie },
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  /** The cookie that the browser gets. */
  const enter = async (name: string, password = secret): Promise<string> => {
    const answer = await ask('POST', '/api/session', { body: { name, password } })
    assert.equal(answer.status, 200, name)
    return /^posthorn=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? ''
  }
  const who = async (cookie: string): Promise<unknown> => {
    const answer = await ask('GET', '/api/me', { cookie })
    return answer.status === 200 ? ((await answer.json()) as { name: string }).name : answer.status
  }
  return { ...office, desk: office, clock, secondFactors, url, ask, enter, who }
}

interface Ask {
  readonly cookie?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

async function fill(office: Desk, plaintext: string): Promise<void> {
  const credentials = await newCredentials(secret, { scram: false })
  await office.make(addOperator, { name: 'admin', mailbox: undefined, credentials })
  await office.domain('a.example')
  for (const address of ['ann@a.example', 'bob@a.example']) await office.make(addMailbox, { address: at(address), quotaBytes: null, credentials })
  await office.pointer('alias', 'anna@a.example', 'ann@a.example')
  await office.make(setSettings, { values: { 'plaintext-login': plaintext } })
}

withEachEngine((_, openDatabase) => {
  test('operators, mailboxes and aliases sign in; the cookie is out of reach of scripts and other sites', async (context) => {
    const web = await open(context, openDatabase)
    for (const [name, kind, own] of [
      ['admin', 'operator', 'admin'],
      ['ADMIN', 'operator', 'admin'],
      ['ann@a.example', 'mailbox', 'ann@a.example'],
      ['ann@A.example', 'mailbox', 'ann@a.example'],
      ['anna@a.example', 'mailbox', 'ann@a.example'],
    ]) {
      const answer = await web.ask('POST', '/api/session', { body: { name, password: secret } })
      const me = kind === 'operator' ? { customer: null, mailbox: null, permissions } : { customer: 'main', mailbox: own, permissions: [] }
      assert.deepEqual(
        [answer.status, await answer.json()],
        [200, { kind, name: own, role: null, reseller: false, ...me, language: 'en', secondFactors: [], mustDo: [] }],
      )
      assert.match(
        answer.headers.get('set-cookie') ?? '',
        /^posthorn=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000, posthorn-device=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=34560000$/,
      )
    }
    assert.equal(await web.who(await web.enter('bob@a.example')), 'bob@a.example')
    assert.deepEqual([await web.who(''), await web.who('posthorn=x'), await web.who(`posthorn=${'A'.repeat(43)}`)], [401, 401, 401])
  })

  test('behind a balancer that ends TLS people sign in; a stranger’s word for it is worth nothing', async (context) => {
    const said = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' }
    const body = { name: 'ann@a.example', password: secret }
    const balanced = await open(context, openDatabase, { plaintext: 'never', forwardedFrom: ['127.0.0.1'] })
    const entered = await balanced.ask('POST', '/api/session', { body, headers: said })
    assert.equal(entered.status, 200)
    assert.match(
      entered.headers.get('set-cookie') ?? '',
      /^__Host-posthorn=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000; Secure, __Host-posthorn-device=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=34560000; Secure$/,
    )
    assert.equal(entered.headers.get('strict-transport-security'), 'max-age=31536000')
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
    const ann = await balanced.database.query(webUserNamed, { kind: 'mailbox', key: 'ann@a.example' })
    assert.deepEqual(
      (ann && (await balanced.database.query(webSessionsOf, ann)))?.map(({ ip }) => ip),
      ['192.0.2.7'],
    )
    assert.equal((await balanced.ask('GET', '/api/me', { cookie, headers: said })).status, 200)
    // Without TLS to the balancer there is no session, whatever the browser sends.
    assert.equal((await balanced.ask('GET', '/api/me', { cookie, headers: { ...said, 'x-forwarded-proto': 'http' } })).status, 401)
    assert.equal((await balanced.ask('GET', '/api/me', { cookie, headers: { ...said, forwarded: 'for=127.0.0.1;proto=https' } })).status, 400)

    const plain = await open(context, openDatabase, { forwardedFrom: ['10.0.0.0/8'] })
    assert.equal((await plain.ask('POST', '/api/session', { body })).status, 200)
    for (const lie of [said, { forwarded: 'for=127.0.0.1;proto=https' }, { 'x-forwarded-for': '127.0.0.1' }])
      assert.equal((await plain.ask('POST', '/api/session', { body, headers: lie })).status, 403)
  })

  test('people who work for a customer sign in by their mailbox or by a password of their own, for one customer at a time', async (context) => {
    const web = await open(context, openDatabase)
    await web.desk.make(addCustomer, { name: 'other', plan: undefined })
    const by = await newCredentials(secret, { scram: false })
    const person = { role: 'owner', credentials: by } as const
    await web.desk.make(addPerson, { customer: 'main', name: at('ann@a.example'), role: 'manager', credentials: undefined })
    for (const customer of ['main', 'other']) await web.desk.make(addPerson, { customer, name: at('eva@c.example'), ...person })
    const signIn = async (body: unknown) => {
      const answer = await web.ask('POST', '/api/session', { body })
      const said = (await answer.json()) as Readonly<Record<string, unknown>>
      return { status: answer.status, cookie: answer.headers.get('set-cookie'), said }
    }
    const ann = await signIn({ name: 'ann@a.example', password: secret })
    assert.deepEqual(
      [ann.said['kind'], ann.said['role'], ann.said['mailbox'], ann.said['permissions']],
      ['person', 'manager', 'ann@a.example', ['see', 'help', 'manage']],
    )
    const eva = { name: 'eva@c.example', password: secret }
    const asked = await signIn(eva)
    assert.deepEqual([asked.status, asked.cookie, asked.said['customers']], [200, null, ['main', 'other']])
    const other = await signIn({ ...eva, customer: 'other' })
    assert.deepEqual([other.said['kind'], other.said['customer'], other.said['mailbox']], ['person', 'other', null])
    assert.equal((await signIn({ ...eva, customer: 'another' })).status, 401)
    await web.desk.make(setPersonPassword, { customer: 'other', name: at('eva@c.example'), credentials: await newCredentials('hers', { scram: false }) })
    const left = await signIn(eva)
    assert.equal(left.said['customer'], 'main')
    await web.desk.make(setCustomer, { customer: 'main', plan: undefined, isReseller: true, values: {} })
    assert.deepEqual([(await signIn(eva)).said['reseller'], (await signIn({ name: 'bob@a.example', password: secret })).said['reseller']], [true, false])
    await web.desk.make(removePerson, { customer: 'main', name: at('ann@a.example') })
    assert.equal((await signIn({ name: 'ann@a.example', password: secret })).said['kind'], 'mailbox')
  })

  test('who signs in from a new place is told once, but not the first time, nor with a browser that was here before', async (context) => {
    const web = await open(context, openDatabase, { plaintext: 'never', forwardedFrom: ['127.0.0.1'] })
    const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
    const enter = async (ip: string, browser: string, device = '', name = 'ann@a.example') => {
      const headers = { 'x-forwarded-for': ip, 'x-forwarded-proto': 'https', 'user-agent': browser, 'accept-language': 'de' }
      const answer = await web.ask('POST', '/api/session', { body: { name, password: secret }, headers, cookie: device })
      assert.equal(answer.status, 200)
      return /__Host-posthorn-device=[\w-]+/.exec(answer.headers.get('set-cookie') ?? '')?.[0] ?? ''
    }
    const told = async () => {
      const notices = await web.database.query(waitingPlaceNotices, { limit: 100 })
      return notices.map(({ owner, ip, browser, language }) => `${owner} ${ip} ${browser} ${language}`).toSorted()
    }
    const device = await enter('192.0.2.7', firefox)
    assert.match(device, /=[\w-]{22}$/)
    // The same again; another address of the same network; the same browser elsewhere, which keeps what it is known by.
    await enter('192.0.2.7', firefox)
    await enter('192.0.2.99', firefox)
    assert.equal(await enter('198.51.100.7', firefox, device), device)
    assert.deepEqual(await told(), [])
    const expected = ['account 203.0.113.7 Firefox (Windows) de', 'account 192.0.2.7 Chrome (Linux) de']
    await enter('203.0.113.7', firefox)
    await enter('203.0.113.8', firefox)
    await enter('192.0.2.7', chrome)
    await enter('192.0.2.7', chrome)
    assert.deepEqual(await told(), expected.toSorted())
    // What a browser is known by is so for each of its users alone.
    await enter('192.0.2.7', firefox, '', 'bob@a.example')
    await enter('198.51.100.9', chrome, device, 'bob@a.example')
    assert.equal((await told()).length, 3)
    await web.desk.make(setSettings, { values: { 'session.new-place-notice': 'off' } })
    await enter('203.0.113.200', 'curl/8.0')
    await enter('2001:db8::1', chrome)
    assert.equal((await told()).length, 3)
  })

  test('an unknown name and a wrong password hear the same', async (context) => {
    const web = await open(context, openDatabase)
    const hear = async (name: string, password: string) => {
      const answer = await web.ask('POST', '/api/session', { body: { name, password } })
      return [answer.status, answer.headers.get('set-cookie'), await answer.text()]
    }
    const wrong = await hear('ann@a.example', 'wrong')
    assert.equal(wrong[0], 401)
    for (const name of ['nobody@a.example', 'ann@b.example', 'nobody', 'a@b@c', 'admin']) assert.deepEqual(await hear(name, 'wrong'), wrong)
    assert.deepEqual(await hear('admin', 'x'.repeat(1000)), wrong)
  })

  test('the brakes against guessing hold here as well, for known and unknown names', async (context) => {
    const told: string[] = []
    const note = (what: string) => (attempt: Attempt) => void told.push(`${what} ${attempt.account} ${attempt.ip}`)
    const guesses: GuessBrakes = {
      delayMs: ({ account }) => (told.filter((line) => line.startsWith(`failed ${account} `)).length < 2 ? 0 : 'throttled'),
      failed: note('failed'),
      succeeded: note('succeeded'),
      unanswered: note('unanswered'),
    }
    const web = await open(context, openDatabase, { guesses })
    const signIn = async (name: string, password: string) => (await web.ask('POST', '/api/session', { body: { name, password } })).status
    assert.equal(await signIn('anna@A.example', secret), 200)
    for (const name of ['Admin', 'nobody@a.example']) {
      assert.deepEqual([await signIn(name, 'wrong'), await signIn(name, 'wrong'), await signIn(name, secret)], [401, 401, 429], name)
    }
    assert.deepEqual(told, [
      'succeeded anna@a.example 127.0.0.1',
      ...['failed admin 127.0.0.1', 'failed admin 127.0.0.1'],
      ...['failed nobody@a.example 127.0.0.1', 'failed nobody@a.example 127.0.0.1'],
    ])
  })

  test('who signs out, has another password, is locked or gone is out; other sessions stay where they may', async (context) => {
    const web = await open(context, openDatabase)
    const [one, two] = [await web.enter('ann@a.example'), await web.enter('ann@a.example')]
    const bob = await web.enter('bob@a.example')
    assert.equal((await web.ask('DELETE', '/api/session', { cookie: one })).status, 204)
    assert.deepEqual([await web.who(one), await web.who(two)], [401, 'ann@a.example'])
    await web.desk.make(setMailboxPassword, { address: at('ann@a.example'), credentials: await newCredentials('another one', { scram: false }) })
    assert.deepEqual([await web.who(two), await web.who(bob)], [401, 'bob@a.example'])
    const three = await web.enter('ann@a.example', 'another one')
    await web.desk.make(lockMailbox, { address: at('ann@a.example'), kind: 'whole', reason: 'unpaid' })
    assert.equal(await web.who(three), 401)
    assert.equal((await web.ask('POST', '/api/session', { body: { name: 'ann@a.example', password: 'another one' } })).status, 403)
    await web.desk.make(removeAddress, { address: at('bob@a.example'), kind: 'mailbox' })
    assert.equal(await web.who(bob), 401)
  })

  test('a session ends when nothing is done for long, and after the longest time in any case', async (context) => {
    const web = await open(context, openDatabase)
    await web.desk.make(setSettings, { values: { 'session.idle': '1h', 'session.longest': '1d' } })
    const [busy, idle] = [await web.enter('ann@a.example'), await web.enter('ann@a.example')]
    for (let half = 0; half < 47; half += 1) {
      web.clock.nowMs += 30 * 60_000
      assert.equal(await web.who(busy), 'ann@a.example')
      await eventually('the note that it was seen', async () => {
        const sessions = await web.database.query(webSessionsOf, { owner: 'account', ownerId: 1 })
        return sessions.some(({ seenAtMs }) => seenAtMs === web.clock.nowMs) || undefined
      })
    }
    assert.equal(await web.who(idle), 401)
    web.clock.nowMs += 30 * 60_000
    assert.equal(await web.who(busy), 401)
  })

  test('a session is listed with its browser and place, and its token is nowhere in the database', async (context) => {
    const web = await open(context, openDatabase)
    const cookie = await web.enter('ann@a.example')
    const [session] = await web.database.query(webSessionsOf, { owner: 'account', ownerId: 1 })
    assert.deepEqual([session?.browser, session?.ip, session?.method], ['Firefox (Windows)', '127.0.0.1', 'password'])
    assert.ok(!JSON.stringify(session).includes(cookie.slice('posthorn='.length)))
    assert.deepEqual(await web.database.query(webSessionsOf, { owner: 'operator', ownerId: 1 }), [])
  })

  test('pages of others, forms and programs without a token change nothing', async (context) => {
    const web = await open(context, openDatabase)
    const cookie = await web.enter('ann@a.example')
    const body = { name: 'bob@a.example', password: secret }
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' }] as const) {
      assert.equal((await web.ask('POST', '/api/session', { body, headers })).status, 403)
      assert.equal((await web.ask('DELETE', '/api/session', { cookie, headers })).status, 403)
    }
    // Browsers that know no Fetch Metadata say who asks in Origin.
    const older = (origin: string | undefined) =>
      fetch(`${web.url}/api/session`, { method: 'DELETE', headers: { cookie, ...(origin !== undefined && { origin }) } })
    for (const origin of [undefined, 'null', 'https://evil.example', web.url.replace('http', 'https')]) assert.equal((await older(origin)).status, 403)
    assert.equal(await web.who(cookie), 'ann@a.example')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const answer = await web.ask('POST', '/api/session', { body, headers: { 'content-type': type } })
      assert.ok([415, 422].includes(answer.status), type)
    }
    for (const wrong of ['[]', '{"name":"admin"}', '{"name":"admin","password":"x","more":1}', '{"name":{"a":1},"password":"x"}']) {
      assert.equal((await web.ask('POST', '/api/session', { body: wrong })).status, 422)
    }
    assert.equal((await older(web.url)).status, 204)
    assert.equal(await web.who(cookie), 401)
  })

  test('without TLS nobody signs in unless the setting lets this machine', async (context) => {
    const web = await open(context, openDatabase, { plaintext: 'never' })
    assert.equal((await web.ask('POST', '/api/session', { body: { name: 'admin', password: secret } })).status, 403)
    await web.desk.make(setSettings, { values: { 'plaintext-login': 'always' } })
    const cookie = await web.enter('admin')
    await web.desk.make(setSettings, { values: { 'plaintext-login': 'never' } })
    assert.equal(await web.who(cookie), 401)
  })
})

withEachEngine((_, openDatabase) => {
  const origin = 'http://localhost'
  /** Somebody with a second factor: an app and a passkey, made as operations make them. */
  async function withFactors(context: TestContext) {
    const web = await open(context, openDatabase)
    const user = await web.database.query(webUserNamed, { kind: 'mailbox', key: 'ann@a.example' })
    assert.ok(user)
    const { secret: key } = web.secondFactors.offerTotp(user)
    const octets = parseTotpSecret(key) ?? new Uint8Array()
    const codeAt = (ms: number) => totpCode(octets, Math.floor(ms / 30_000))
    assert.equal(await web.secondFactors.addTotp(user, tester, { name: 'app', secret: key, code: '000000' }), undefined)
    const added = await web.secondFactors.addTotp(user, tester, { name: 'app', secret: key, code: codeAt(web.clock.nowMs) })
    assert.deepEqual(added?.changed.done, { first: true })
    const authenticator = new Authenticator()
    const page = { origin: `${origin}:${new URL(web.url).port}`, rpId: 'localhost' }
    const { challenge } = await web.secondFactors.offerPasskey(user)
    const response = authenticator.make({ ...page, challenge })
    assert.equal((await web.secondFactors.addPasskey(user, tester, { name: 'key', response }))?.changed.done?.first, false)
    // What was answered once is good no more, nor is what was asked of somebody else.
    assert.equal(await web.secondFactors.addPasskey(user, tester, { name: 'key2', response }), undefined)
    const other = await web.database.query(webUserNamed, { kind: 'operator', name: 'admin' })
    assert.ok(other)
    const theirs = authenticator.make({ ...page, challenge: (await web.secondFactors.offerPasskey(other)).challenge })
    assert.equal(await web.secondFactors.addPasskey(user, tester, { name: 'key3', response: theirs }), undefined)
    /** As a browser at localhost. */
    const signIn = async (body: unknown, host = new URL(page.origin).host) => {
      const answer = await askAs(web.url, host, body)
      return { status: answer.status, cookie: answer.cookie !== undefined, ...answer.json }
    }
    return { ...web, user, codeAt, codes: added?.codes ?? [], authenticator, page, signIn }
  }
  const ann = { name: 'ann@a.example', password: secret }

  test('an app’s code is asked for beside the password, and good once', async (context) => {
    const web = await withFactors(context)
    const asked = await web.signIn(ann)
    assert.deepEqual([asked.status, asked.cookie, asked.second?.kinds.toSorted()], [200, false, ['passkey', 'recovery-code', 'totp']])
    // The one that it was added with is used up, too.
    assert.equal((await web.signIn({ ...ann, second: { totp: web.codeAt(web.clock.nowMs) } })).status, 401)
    web.clock.nowMs += 30_000
    const second = { totp: web.codeAt(web.clock.nowMs) }
    assert.equal((await web.signIn({ ...ann, password: 'wrong', second })).status, 401)
    assert.deepEqual([(await web.signIn({ ...ann, second })).cookie, (await web.signIn({ ...ann, second })).cookie], [true, false])
    web.clock.nowMs += 60_000
    // Two at once: one of them.
    const again = { totp: web.codeAt(web.clock.nowMs) }
    const both = await Promise.all([web.signIn({ ...ann, second: again }), web.signIn({ ...ann, second: again })])
    assert.equal(both.filter(({ cookie }) => cookie).length, 1)
    // Others are asked for nothing.
    assert.equal((await web.signIn({ ...ann, name: 'bob@a.example' })).cookie, true)
  })

  test('codes are not found by trying, side by side or from everywhere; another second factor lets its owner in', async (context) => {
    const web = await withFactors(context)
    web.clock.nowMs += 60_000
    const { owner, ownerId } = web.user
    const wrong = (now: string) => Array.from({ length: 30 }, (_, at) => String((Number(now) + 1 + at) % 1_000_000).padStart(6, '0'))
    const answers = await Promise.all(wrong(web.codeAt(web.clock.nowMs)).map((totp) => web.secondFactors.check(web.user, { totp }, web.page.origin)))
    assert.deepEqual([answers.filter((one) => one === undefined).length, answers.filter((one) => one === 'throttled').length], [10, 20])
    assert.equal((await web.signIn({ ...ann, second: { totp: web.codeAt(web.clock.nowMs) } })).status, 429)
    assert.equal((await web.signIn({ ...ann, second: { recoveryCode: web.codes[0] } })).cookie, true)
    // One more after a while; a right one makes all forgotten.
    web.clock.nowMs += 5 * 60_000
    assert.equal((await web.signIn({ ...ann, second: { totp: web.codeAt(web.clock.nowMs) } })).cookie, true)
    for (let time = 0; time < 10; time++)
      assert.equal(await web.secondFactors.check({ ...web.user, owner, ownerId }, { totp: '1' }, web.page.origin), undefined)
  })

  test('a recovery code is good once, and for its owner', async (context) => {
    const web = await withFactors(context)
    const second = { recoveryCode: ` ${web.codes[3]?.toUpperCase()} ` }
    assert.equal(web.codes.length, 10)
    assert.deepEqual([(await web.signIn({ ...ann, second })).cookie, (await web.signIn({ ...ann, second })).cookie], [true, false])
    assert.ok(!JSON.stringify(await web.database.query(secondFactorsOf, web.user)).includes(web.codes[4] ?? '?'))
  })

  test('a passkey is enough beside the password, or alone where it knows who uses it', async (context) => {
    const web = await withFactors(context)
    const challengeOf = async () => (await web.signIn(ann)).second?.passkey?.challenge ?? ''
    const passkey = web.authenticator.use({ ...web.page, challenge: await challengeOf() }, { flags: 0x01 })
    assert.equal((await web.signIn({ ...ann, second: { passkey } })).cookie, true)
    assert.equal((await web.signIn({ ...ann, second: { passkey } })).cookie, false)
    const alone = async () => (await askAs(web.url, new URL(web.page.origin).host, {}, '/api/session/passkey')).json.challenge ?? ''
    const used = web.authenticator.use({ ...web.page, challenge: await alone() })
    assert.deepEqual([(await web.signIn({ passkey: used })).name, (await web.signIn({ passkey: used })).status], ['ann@a.example', 401])
    for (const wrong of [{ flags: 0x01 }, { origin: 'https://evil.example' }, { challenge: await challengeOf() }, { counter: 1 }]) {
      const answer = web.authenticator.use({ ...web.page, challenge: await alone() }, wrong)
      assert.equal((await web.signIn({ passkey: answer })).status, 401, JSON.stringify(wrong))
    }
    const stranger = new Authenticator().use({ ...web.page, challenge: await alone() })
    assert.equal((await web.signIn({ passkey: stranger })).status, 401)
    // At another name of this server no passkey is asked for: it was made for the other.
    assert.equal((await web.signIn(ann, 'mail.example:80')).second?.passkey, undefined)
    web.clock.nowMs += 10 * 60_000
    assert.equal((await web.signIn({ passkey: web.authenticator.use({ ...web.page, challenge: await challengeOf() }) })).status, 401)
  })

  test('with the first second factor, who is signed in by the password alone is signed out; with a removed one, who came by it', async (context) => {
    const web = await open(context, openDatabase)
    const user = await web.database.query(webUserNamed, { kind: 'mailbox', key: 'ann@a.example' })
    assert.ok(user)
    const [own, thiefs] = [await web.enter('ann@a.example'), await web.enter('ann@a.example')]
    const sessionIds = async () => (await web.database.query(webSessionsOf, user)).map(({ sessionId, method }) => ({ sessionId, method }))
    const cookies = [own, thiefs]
    const [first] = await sessionIds()
    const { secret: key } = web.secondFactors.offerTotp(user)
    const code = totpCode(parseTotpSecret(key) ?? new Uint8Array(), Math.floor(web.clock.nowMs / 30_000))
    const added = await web.secondFactors.addTotp(user, { actor: 'test', session: first?.sessionId }, { name: 'app', secret: key, code })
    assert.deepEqual(new Set(await Promise.all(cookies.map((cookie) => web.who(cookie)))), new Set([401, 'ann@a.example']))
    assert.deepEqual(await sessionIds(), [first])

    const enter = (second: unknown) => web.ask('POST', '/api/session', { body: { name: 'ann@a.example', password: secret, second } })
    web.clock.nowMs += 30_000
    const next = totpCode(parseTotpSecret(key) ?? new Uint8Array(), Math.floor(web.clock.nowMs / 30_000))
    for (const second of [{ totp: next }, { recoveryCode: added?.codes[0] }]) assert.equal((await enter(second)).status, 200)
    const { owner, ownerId, name: whose } = user
    const totp = (await web.database.query(secondFactorsOf, user)).find(({ kind }) => kind === 'totp')?.factorId ?? ''
    await web.desk.make(removeSecondFactor, { owner, ownerId, whose, factorId: totp, session: undefined })
    assert.deepEqual((await sessionIds()).map(({ method }) => method).toSorted(), ['password', 'password+recovery-code'])
  })

  test('who must have a second factor can do nothing else before', async (context) => {
    const web = await open(context, openDatabase)
    await web.desk.make(setSettings, { values: { 'second-factor.required': 'operators' } })
    const mustDo = async (name: string) => {
      const answer = await web.ask('GET', '/api/me', { cookie: await web.enter(name) })
      return ((await answer.json()) as { readonly mustDo: unknown }).mustDo
    }
    assert.deepEqual([await mustDo('admin'), await mustDo('ann@a.example')], [['second-factor'], []])
  })
})

interface Said {
  readonly name?: string
  readonly challenge?: string
  readonly second?: { readonly kinds: readonly string[]; readonly passkey?: { readonly challenge: string } }
}

/** With a Host field of one's own, which fetch does not take. */
function askAs(
  url: string,
  host: string,
  body: unknown,
  path = '/api/session',
): Promise<{ readonly status: number | undefined; readonly cookie: string | undefined; readonly json: Said }> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', connection: 'close' }
    request(url + path, { method: 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      response.on('end', () => resolve({ status: response.statusCode, cookie: response.headers['set-cookie']?.[0], json: JSON.parse(text) as Said }))
    })
      .on('error', reject)
      .end(JSON.stringify(body))
  })
}
