import assert from 'node:assert/strict'
import test from 'node:test'
import { parseTotpSecret, totpCode } from '../../src/auth/web/totp.ts'
import { IdentityProvider, jwt } from '../harness/identity-provider.ts'
import { Player } from '../harness/play.ts'
import { eventually, password, Server } from '../harness/server.ts'
import { type WebAnswer, WebClient } from '../harness/web.ts'

const ann = 'ann@a.example'
const olga = 'olga@a.example'

/** A server that may ask the provider, and knows it by the command line. */
async function start(provider: IdentityProvider, processes: number): Promise<Server> {
  const server = await Server.start({
    processes,
    mailboxes: [ann, olga],
    settings: ['outside.allow-networks=127.0.0.0/8', `outside.authorities=${provider.certificateFile}`],
  })
  provider.addKey('one')
  await server.posthorn(['person', 'add', olga, '--customer', 'main', '--role', 'owner'])
  const set = [
    'identity-provider',
    'set',
    '--customer',
    'main',
    '--name',
    'Books',
    '--issuer',
    provider.url,
    '--client-id',
    'posthorn',
    '--client-secret-stdin',
  ]
  await server.posthorn(set, 's:cret\n')
  return server
}

/** A browser: it keeps the cookies that it gets. */
class Browser {
  readonly #server: Server
  #cookies = new Map<string, string>()

  constructor(server: Server) {
    this.#server = server
  }

  async ask(method: string, path: string, body?: unknown): Promise<WebAnswer & { readonly json: Readonly<Record<string, unknown>> }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const client = new WebClient(this.#server, { 'sec-fetch-site': 'same-origin', cookie })
    const answer = await client.request(method, path, body === undefined ? undefined : JSON.stringify(body))
    for (const field of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(field) ?? []
      this.#cookies.set(name, value)
    }
    return answer as WebAnswer & { readonly json: Readonly<Record<string, unknown>> }
  }

  /** To the provider and back. */
  async goThere(provider: IdentityProvider, email: string, name = email) {
    provider.user = { sub: email, email, email_verified: true }
    const begun = await this.ask('POST', '/api/session/provider', { name })
    assert.equal(begun.status, 200, begun.text)
    const location = String(begun.json['location'])
    const brought = Object.fromEntries(await provider.signIn(location))
    const [, providerId] = /\/sign-in\/by\/([\w-]+)$/.exec(new URL(location).searchParams.get('redirect_uri') ?? '') ?? []
    return this.ask('POST', '/api/session', { provider: { answer: { providerId, ...brought } } })
  }
}

for (const processes of [1, 2]) {
  test(`people come in by their customer's own identity provider, as soon as it is on, in ${processes} processes`, async () => {
    await using provider = await IdentityProvider.start({ tls: true })
    await using server = await start(provider, processes)
    const way = async (name: string) => (await new Browser(server).ask('POST', '/api/session/way', { name })).json
    assert.deepEqual(await way(ann), { provider: null })
    const tested = (await server.json(['identity-provider', 'test', '--customer', 'main'])) as { readonly good: boolean }
    assert.equal(tested.good, true)
    await server.posthorn(['identity-provider', 'set', '--customer', 'main', '--on', 'on'])
    // The same for a name that is not there.
    for (const name of [ann, 'nobody@a.example']) assert.deepEqual(await way(name), { provider: 'Books' })
    for (const name of ['ann@b.example', 'admin']) assert.deepEqual(await way(name), { provider: null })

    const browser = new Browser(server)
    assert.equal((await browser.goThere(provider, ann)).json['name'], ann)
    assert.equal((await browser.ask('PUT', `/api/mailboxes/${ann}/autoresponder`, { text: 'away' })).status, 200)
    const audit = await server.posthorn(['audit'])
    assert.match(audit, /mailbox ann@a\.example by provider Books/)
    const stranger = await new Browser(server).goThere(provider, 'nobody@a.example')
    assert.deepEqual([stranger.status, (await new Browser(server).goThere(provider, 'ann@b.example', ann)).text], [403, stranger.text])

    // Passwords no more, but for owners.
    await server.posthorn(['identity-provider', 'set', '--customer', 'main', '--required', 'on'])
    const byPassword = (name: string, given = password) => new Browser(server).ask('POST', '/api/session', { name, password: given })
    assert.match((await byPassword(ann)).text, /sign in by its own service/)
    assert.deepEqual([(await byPassword(ann, 'wrong')).status, (await byPassword('nobody@a.example')).status], [401, 401])
    assert.equal((await byPassword(olga)).status, 200)

    // Switched off, what stood on it is over.
    await server.posthorn(['identity-provider', 'set', '--customer', 'main', '--on', 'off'])
    assert.equal((await browser.ask('GET', '/api/me')).status, 401)
    assert.equal((await byPassword(ann)).status, 200)
    assert.deepEqual(server.complaints(), [])
    assert.ok(!JSON.stringify(server.log).includes('s:cret'))
  })
}

test('a second factor of ours is asked for, unless the provider sees to that', async () => {
  await using provider = await IdentityProvider.start({ tls: true })
  await using server = await start(provider, 1)
  await server.posthorn(['identity-provider', 'set', '--customer', 'main', '--on', 'on'])
  const client = await WebClient.signIn(server, ann, password)
  const { secret } = (await client.call('totp.offer', {})).json as { readonly secret: string }
  const code = (steps: number) => totpCode(parseTotpSecret(secret) ?? new Uint8Array(), Math.floor(Date.now() / 30_000) + steps)
  assert.equal((await client.call('totp.add', { name: 'phone', secret, code: code(0), password })).status, 200)

  const browser = new Browser(server)
  const { kinds } = (await browser.goThere(provider, ann)).json['second'] as { readonly kinds: readonly string[] }
  assert.deepEqual(kinds.toSorted(), ['recovery-code', 'totp'])
  assert.equal((await browser.ask('GET', '/api/me')).status, 401)
  const showing = (totp: string) => browser.ask('POST', '/api/session', { provider: { second: { totp } } })
  assert.equal((await showing('000000')).status, 401)
  assert.equal((await showing(code(1))).json['name'], ann)
  assert.equal((await new Browser(server).ask('POST', '/api/session', { provider: { second: { totp: code(2) } } })).status, 401)
  await server.posthorn(['identity-provider', 'set', '--customer', 'main', '--vouches', 'on'])
  assert.equal((await new Browser(server).goThere(provider, ann)).json['name'], ann)
})

test('its tokens open mailboxes by IMAP within a second, those of its domains alone', async () => {
  await using provider = await IdentityProvider.start({ tls: true })
  await using server = await start(provider, 2)
  const key = provider.addKey('mail')
  const claims = { iss: provider.url, aud: 'mail', exp: Math.floor(Date.now() / 1000) + 300, email: ann, email_verified: true }
  const token = jwt(key, claims, { kid: 'mail' })
  const bearer = Buffer.from(`n,a=${ann},\x01auth=Bearer ${token}\x01\x01`).toString('base64')
  const capabilities = async () => {
    using client = await Player.connect(server.port('imaps'), { tls: {} })
    return (await client.line()) ?? ''
  }
  assert.doesNotMatch(await capabilities(), /OAUTHBEARER/)
  await server.posthorn(['identity-provider', 'set', '--customer', 'main', '--mail-tokens', 'signed', '--audience', 'mail', '--on', 'on'])
  await eventually('tokens are taken', async () => ((await capabilities()).includes('OAUTHBEARER') ? true : undefined), 1_000)
  for (let index = 0; index < 4; index += 1) {
    using client = await Player.connect(server.port('imaps'), { tls: {} })
    await client.play(`
      S: * OK *
      C: a AUTHENTICATE OAUTHBEARER ${bearer}
      S: a OK *
    `)
  }
  await server.posthorn(['domain', 'add', 'b.example', '--customer', 'main'])
  await server.posthorn(['identity-provider', 'set', '--customer', 'main', '--domain', 'b.example'])
  using client = await Player.connect(server.port('imaps'), { tls: {} })
  await client.play(`
    S: * OK *
    C: a AUTHENTICATE OAUTHBEARER ${bearer}
    S: + *
    C:
    S: a NO [AUTHENTICATIONFAILED] *
  `)
})
