import assert from 'node:assert/strict'
import path from 'node:path'
import test, { after, before } from 'node:test'
import SqliteFile from 'better-sqlite3'
import { CookieJar, MailProgram, mailScope, registration, type Tokens } from '../harness/mail-program.ts'
import { Player } from '../harness/play.ts'
import { password, Server } from '../harness/server.ts'
import { askOverTls } from '../harness/web.ts'

const ann = 'ann@a.example'
const bob = 'bob@a.example'

let server: Server
/** What who cannot be let in is told (RFC 7628 3.2.2). */
let invalid: string
before(async () => {
  server = await Server.start({ config: 'hostname = "mx.a.example"', mailboxes: [ann, bob], settings: ['oauth.provider=on'] })
  const discovery = `https://mx.a.example:${server.port('https')}/.well-known/openid-configuration`
  invalid = JSON.stringify({ status: 'invalid_token', 'openid-configuration': discovery })
})
after(async () => {
  await server[Symbol.asyncDispose]()
})

/** A connection after OAUTHBEARER, and what was answered: "OK", or the status of the failure. */
async function open(protocol: 'imaps' | 'pop3s' | 'submissions', token: string, user = ann): Promise<{ readonly player: Player; readonly answer: string }> {
  const player = await Player.connect(server.port(protocol), { tls: true })
  await player.line()
  const response = Buffer.from(`n,${user === '' ? '' : `a=${user}`},\x01auth=Bearer ${token}\x01\x01`).toString('base64')
  const command = { imaps: `a AUTHENTICATE OAUTHBEARER ${response}`, pop3s: 'AUTH OAUTHBEARER', submissions: `AUTH OAUTHBEARER ${response}` }[protocol]
  if (protocol === 'submissions') {
    player.write('EHLO client.example\r\n')
    while ((await player.line())?.startsWith('250-') === true);
  }
  player.write(`${command}\r\n`)
  let line = (await player.line()) ?? ''
  // Longer than a line of POP3 may be (RFC 2449 4).
  if (protocol === 'pop3s' && /^\+ *$/.test(line)) {
    player.write(`${response}\r\n`)
    line = (await player.line()) ?? ''
  }
  if (/^(?:a OK|\+OK|235) /.test(line)) return { player, answer: 'OK' }
  const [, challenge = ''] = /^(?:\+|334) (\S+)$/.exec(line) ?? []
  return { player, answer: Buffer.from(challenge, 'base64').toString() || line }
}

async function answers(token: string, user = ann): Promise<readonly string[]> {
  const said: string[] = []
  for (const protocol of ['imaps', 'pop3s', 'submissions'] as const) {
    const { player, answer } = await open(protocol, token, user)
    said.push(answer)
    player.close()
  }
  return said
}

test('a program registers itself, is let in by the mailbox’s session, and opens the mailbox by its token', async () => {
  const found = await askOverTls(server.port('https'), { method: 'GET', path: '/.well-known/oauth-authorization-server' })
  const metadata = found.json as Record<string, unknown>
  const issuer = `https://mx.a.example:${server.port('https')}`
  assert.deepEqual(
    [metadata['issuer'], metadata['token_endpoint'], metadata['registration_endpoint'], metadata['code_challenge_methods_supported']],
    [issuer, `${issuer}/oauth/token`, `${issuer}/oauth/register`, ['S256']],
  )
  assert.ok((metadata['scopes_supported'] as string[]).includes(mailScope))
  const openid = await askOverTls(server.port('https'), { method: 'GET', path: '/.well-known/openid-configuration' })
  assert.equal((openid.json as Record<string, unknown>)['jwks_uri'], `${issuer}/oauth/jwks`)
  const { keys } = (await askOverTls(server.port('https'), { method: 'GET', path: '/oauth/jwks' })).json as { keys: Record<string, unknown>[] }
  assert.deepEqual(
    keys.map((key) => [key['kty'], 'd' in key]),
    [['RSA', false]],
  )

  const program = await MailProgram.register(server)
  const browser = await CookieJar.signedIn(server, ann)
  const page = String((await browser.ask('GET', program.question({ login_hint: ann }))).headers['location'])
  assert.match(String((await browser.ask('GET', page)).headers['location']), /^\/panel\/consent\//)
  assert.deepEqual((await browser.ask('GET', `${page}/question`)).json, {
    ...{ program: 'Test Mail', known: false, protocols: ['imap', 'pop3', 'submission'], site: null, wanted: ann, mailbox: ann, password: false },
  })
  const back = await program.authorize(browser)
  assert.equal(back.origin + back.pathname, 'http://127.0.0.1:45678/back')
  assert.deepEqual([back.searchParams.get('state'), back.searchParams.get('iss')], ['abc', issuer])
  const { status, json } = await program.redeem(back.searchParams.get('code') ?? '')
  assert.equal(status, 200)
  assert.deepEqual(await answers((json as Tokens).access_token), ['OK', 'OK', 'OK'])
  assert.deepEqual(await answers((json as Tokens).access_token, ''), ['OK', 'OK', 'OK'])
  assert.deepEqual(await answers((json as Tokens).access_token, bob), [invalid, invalid, invalid])
  const log = JSON.stringify(server.log)
  for (const secret of [(json as Tokens).access_token, (json as Tokens).refresh_token]) assert.ok(!log.includes(secret))
})

test('a refresh token is good once: shown again, it ends the whole grant and the sessions that stand on it', async () => {
  const program = await MailProgram.register(server, 'com.example.mail:/back')
  const first = await program.tokens(await CookieJar.signedIn(server, ann))
  const { player } = await open('imaps', first.access_token)
  const { status, json } = await program.refresh(first.refresh_token)
  assert.equal(status, 200)
  const second = json as Tokens
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.deepEqual(await answers(second.access_token), ['OK', 'OK', 'OK'])
  const again = await program.refresh(first.refresh_token)
  assert.deepEqual([again.status, (again.json as Record<string, unknown>)['error']], [400, 'invalid_grant'])
  await player.play('S: \\* BYE *\nS: <closed>')
  for (const { access_token: token, refresh_token: refresh } of [first, second]) {
    assert.deepEqual(await answers(token), [invalid, invalid, invalid])
    assert.equal((await program.refresh(refresh)).status, 400)
  }
})

for (const [what, end] of [
  ['revocation by the program', (program: MailProgram, tokens: Tokens) => program.revoke(tokens.refresh_token)],
  ['revocation of an access token', (program: MailProgram, tokens: Tokens) => program.revoke(tokens.access_token)],
  ['a new password', () => server.posthorn(['mailbox', 'password', bob, '--password-stdin'], 'correct horse battery staple\n')],
  ['a lock', () => server.posthorn(['mailbox', 'lock', bob, '--reason', 'unpaid'])],
] as const) {
  test(`${what} ends sessions at once, and tokens for good`, async () => {
    const program = await MailProgram.register(server)
    const tokens = await program.tokens(await CookieJar.signedIn(server, bob))
    const sessions = [await open('imaps', tokens.access_token, bob), await open('pop3s', tokens.access_token, bob)]
    assert.deepEqual(
      sessions.map(({ answer }) => answer),
      ['OK', 'OK'],
    )
    await end(program, tokens)
    const endedAtMs = performance.now()
    await sessions[0]?.player.play('S: \\* BYE *\nS: <closed>')
    await sessions[1]?.player.play('S: ...\nS: <closed>')
    assert.ok(performance.now() - endedAtMs < 1000)
    if (what === 'a lock') {
      assert.equal((await program.refresh(tokens.refresh_token)).status, 400)
      await server.posthorn(['mailbox', 'unlock', bob])
      return
    }
    assert.deepEqual(await answers(tokens.access_token, bob), [invalid, invalid, invalid])
    assert.equal((await program.refresh(tokens.refresh_token)).status, 400)
  })
}

test('a scope for one protocol opens that one alone', async () => {
  const program = await MailProgram.register(server)
  const browser = await CookieJar.signedIn(server, ann)
  assert.deepEqual(await answers((await program.tokens(browser, { scope: 'imap' })).access_token), ['OK', invalid, invalid])
  assert.deepEqual(await answers((await program.tokens(browser, { scope: 'pop smtp' })).access_token), [invalid, 'OK', 'OK'])
})

test('an ID token says whose mailbox it is, and so does userinfo', async () => {
  const program = await MailProgram.register(server)
  const tokens = await program.tokens(await CookieJar.signedIn(server, ann), { scope: `openid email ${mailScope}`, nonce: 'n' })
  const claims = JSON.parse(Buffer.from(tokens.id_token?.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
  assert.deepEqual([claims['email'], claims['email_verified'], claims['aud'], claims['nonce']], [ann, true, program.clientId, 'n'])
  const headers = { authorization: `Bearer ${tokens.access_token}` }
  const { json } = await askOverTls(server.port('https'), { method: 'GET', path: '/oauth/userinfo', headers })
  assert.deepEqual(json, { sub: claims['sub'], email: ann, email_verified: true })
  // Of mail it is a token, of the API it is none.
  assert.equal((await askOverTls(server.port('https'), { method: 'GET', path: '/api/me', headers })).status, 401)
})

test('what is wrong gets no code, or no token', async () => {
  const program = await MailProgram.register(server)
  const browser = await CookieJar.signedIn(server, ann)
  const redirected = async (changed: Readonly<Record<string, string>>) => {
    const { headers } = await browser.ask('GET', program.question(changed))
    const { search, hash } = new URL(String(headers['location']))
    return new URLSearchParams(search || hash.slice(1)).get('error')
  }
  assert.equal(await redirected({ code_challenge_method: 'plain' }), 'invalid_request')
  assert.equal(await redirected({ code_challenge: '' }), 'invalid_request')
  assert.equal(await redirected({ scope: 'openid email' }), 'invalid_scope')
  assert.equal(await redirected({ scope: 'everything' }), 'invalid_scope')
  assert.equal(await redirected({ resource: 'https://other.example/' }), 'invalid_target')
  assert.equal(await redirected({ response_type: 'token' }), 'unsupported_response_type')
  assert.equal(await redirected({ prompt: 'none' }), 'login_required')
  for (const changed of [{ redirect_uri: 'http://127.0.0.1:45678/other' }, { redirect_uri: 'https://evil.example/back' }, { client_id: 'nobody' }]) {
    const { status, headers } = await browser.ask('GET', program.question(changed))
    assert.deepEqual([status, headers['location']], [400, undefined])
  }
  const refused = await program.authorize(browser, {}, false)
  assert.deepEqual([refused.searchParams.get('error'), refused.searchParams.get('code')], ['access_denied', null])

  const error = async (code: string, changed: Readonly<Record<string, string>>) =>
    ((await program.redeem(code, changed)).json as Record<string, unknown>)['error']
  const code = async () => (await program.authorize(browser)).searchParams.get('code') ?? ''
  assert.equal(await error(await code(), { code_verifier: 'a'.repeat(43) }), 'invalid_grant')
  assert.equal(await error(await code(), { redirect_uri: 'http://127.0.0.1:1/back' }), 'invalid_grant')
  assert.equal(await error(await code(), { client_id: (await MailProgram.register(server)).clientId }), 'invalid_grant')
  const used = await code()
  const { json } = await program.redeem(used)
  assert.equal(await error(used, {}), 'invalid_grant')
  assert.deepEqual(await answers((json as Tokens).access_token), [invalid, invalid, invalid])
  assert.deepEqual(await answers('A'.repeat(43)), [invalid, invalid, invalid])
})

test('only the browser that was sent here is asked, and only by who is signed in there', async () => {
  const program = await MailProgram.register(server)
  const attacker = await CookieJar.signedIn(server, bob)
  const page = String((await attacker.ask('GET', program.question())).headers['location'])
  const victim = await CookieJar.signedIn(server, ann)
  assert.equal((await victim.ask('GET', `${page}/question`)).status, 404)
  assert.equal((await victim.ask('POST', `${page}/answer`, { allow: true })).status, 404)
  // Cookies of a question can be planted, an answer's session cannot: who did not give it does not get it.
  assert.equal((await attacker.ask('GET', program.question())).status, 303)
  const planted = String((await attacker.ask('GET', program.question())).headers['location'])
  attacker.lend(victim, /^posthorn_oauth/)
  const { json } = await victim.ask('POST', `${planted}/answer`, { allow: true })
  const taken = await attacker.ask('GET', (json as { readonly to: string }).to)
  assert.deepEqual([taken.status, taken.headers['location']], [404, undefined])
  assert.match(String((await victim.ask('GET', (json as { readonly to: string }).to)).headers['location']), /\?code=/)
  const nobody = new CookieJar(server)
  const asked = String((await nobody.ask('GET', program.question())).headers['location'])
  assert.equal((await nobody.ask('POST', `${asked}/answer`, { allow: true })).status, 401)
  assert.match(String((await nobody.ask('GET', asked.replace('consent', 'authorize'))).headers['location']), /^\/oauth\/consent\//)
})

test('somebody who signed in long ago is asked for the password again', async () => {
  const program = await MailProgram.register(server)
  const browser = await CookieJar.signedIn(server, ann)
  const database = new SqliteFile(path.join(server.data, 'posthorn.db'))
  database.exec('UPDATE web_session SET created_at_ms = created_at_ms - 3600000')
  database.close()
  const page = String((await browser.ask('GET', program.question())).headers['location'])
  assert.equal(((await browser.ask('GET', `${page}/question`)).json as Record<string, unknown>)['password'], true)
  assert.equal((await browser.ask('POST', `${page}/answer`, { allow: true })).status, 403)
  const wrong = await browser.ask('POST', `${page}/answer`, { allow: true, password: 'something else' })
  assert.deepEqual([wrong.status, (wrong.json as { errors?: { pointer: string }[] }).errors?.[0]?.pointer], [403, '#/password'])
  const { json, text } = await browser.ask('POST', `${page}/answer`, { allow: true, password })
  assert.match(String((await browser.ask('GET', (json as { readonly to: string }).to)).headers['location']), /code=/, text)
})

test('a program that registers itself gets its answers on the device where it runs, and nowhere else', async () => {
  const status = async (metadata: unknown) => (await registration(server, metadata)).status
  assert.equal(await status({ redirect_uris: ['http://localhost/back'] }), 201)
  assert.equal(await status({ redirect_uris: ['http://[::1]/back', 'org.example.app:/x'], client_name: 'X', software_id: '7' }), 201)
  for (const wrong of [
    { redirect_uris: ['https://evil.example/back'] },
    { redirect_uris: ['http://evil.example/back'] },
    { redirect_uris: ['javascript:alert(1)'] },
    { redirect_uris: ['myapp:/back'] },
    { redirect_uris: [] },
    {},
    { redirect_uris: ['http://127.0.0.1/'], token_endpoint_auth_method: 'client_secret_basic' },
    { redirect_uris: ['http://127.0.0.1/'], grant_types: ['implicit'], response_types: ['token'] },
    { redirect_uris: ['https://a.example/back'], application_type: 'web' },
    { redirect_uris: ['http://127.0.0.1/'], client_name: 'x'.repeat(5000) },
    { redirect_uris: ['http://127.0.0.1/'], sector_identifier_uri: 'https://127.0.0.1:1/x' },
  ]) {
    assert.equal(await status(wrong), 400, JSON.stringify(wrong))
  }
})

test('the operator makes a webmail known, sees who was let in, and takes it back; so does the mailbox', async () => {
  const back = 'https://webmail.example.org/back'
  const { clientId } = (await server.json(['oauth-client', 'add', 'Webmail', '--redirect', back])) as { readonly clientId: string }
  assert.notEqual((await server.run(['oauth-client', 'add', 'webmail', '--redirect', back])).code, 0)
  for (const wrong of ['http://webmail.example.org/back', 'javascript:alert(1)', 'https://localhost/', `${back}#x`, 'x']) {
    assert.match((await server.run(['oauth-client', 'add', 'Other', '--redirect', wrong])).stderr, /no address that a program could go back to/, wrong)
  }
  const program = new MailProgram(server, clientId, back)
  const browser = await CookieJar.signedIn(server, ann)
  const page = String((await browser.ask('GET', program.question())).headers['location'])
  const question = (await browser.ask('GET', `${page}/question`)).json as Record<string, unknown>
  assert.deepEqual([question['program'], question['known'], question['site']], ['Webmail', true, 'webmail.example.org'])
  const tokens = await program.tokens(browser)
  const again = await program.tokens(browser)
  const { player } = await open('imaps', tokens.access_token)
  const grants = (await server.json(['mailbox', 'grant', 'list', ann])) as { readonly id: number; readonly program: string; readonly lastUsed: string | null }[]
  const [newest, older] = grants.filter(({ program }) => program === 'Webmail')
  assert.deepEqual([newest?.lastUsed, typeof older?.lastUsed], [null, 'string'])
  await server.posthorn(['mailbox', 'grant', 'remove', ann, String(older?.id)])
  await player.play('S: \\* BYE *\nS: <closed>')
  assert.deepEqual(await answers(again.access_token), ['OK', 'OK', 'OK'])
  assert.match(await server.posthorn(['oauth-client', 'list']), /Webmail.*operator.*https:\/\/webmail/)
  assert.match(await server.posthorn(['oauth-client', 'remove', clientId]), /Webmail is forgotten.* 1/)
  assert.deepEqual(await answers(again.access_token), [invalid, invalid, invalid])
  assert.equal((await browser.ask('GET', program.question())).status, 400)
})

test('programs are told of it where they set themselves up, the password first', async () => {
  const path = '/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=ann@a.example'
  const { text } = await askOverTls(server.port('https'), { method: 'GET', path })
  assert.match(text, /<authentication>password-cleartext<\/authentication>\s*<authentication>OAuth2<\/authentication>/)
  assert.ok(text.includes(`<tokenURL>https://mx.a.example:${server.port('https')}/oauth/token</tokenURL>`))
  await server.posthorn(['setting', 'set', 'oauth.provider=off'])
  const off = await askOverTls(server.port('https'), { method: 'GET', path })
  assert.doesNotMatch(off.text, /OAuth2/i)
  assert.equal((await askOverTls(server.port('https'), { method: 'GET', path: '/.well-known/oauth-authorization-server' })).status, 404)
  using player = await Player.connect(server.port('imaps'), { tls: true })
  assert.doesNotMatch((await player.line()) ?? '', /AUTH=OAUTHBEARER/)
  await server.posthorn(['setting', 'set', 'oauth.provider=on'])
  using other = await Player.connect(server.port('imaps'), { tls: true })
  assert.match((await other.line()) ?? '', /AUTH=OAUTHBEARER/)
})

test('whoever registers more programs than one network needs is stopped', async () => {
  const answers: number[] = []
  for (let n = 0; n < 25; n++) answers.push((await registration(server, { redirect_uris: ['http://127.0.0.1/'] })).status)
  assert.equal(answers.at(-1), 429)
  assert.ok(answers.every((status) => status === 201 || status === 429))
  await server.posthorn(['setting', 'set', 'oauth.registration=off'])
  assert.equal((await registration(server, { redirect_uris: ['http://127.0.0.1/'] })).status, 404)
})

test('a second process knows what the first one has given', async () => {
  await using two = await Server.start({ processes: 2, mailboxes: [ann], settings: ['oauth.provider=on'], config: 'hostname = "mx.a.example"' })
  const program = await MailProgram.register(two)
  const tokens = await program.tokens(await CookieJar.signedIn(two, ann))
  for (let n = 0; n < 6; n++) {
    const player = await Player.connect(two.port('imaps'), { tls: true })
    const response = Buffer.from(`n,,\x01auth=Bearer ${tokens.access_token}\x01\x01`).toString('base64')
    await player.play(`S: \\* OK *\nC: a AUTHENTICATE OAUTHBEARER ${response}\nS: a OK *`)
    player.close()
  }
  const { json } = await program.refresh(tokens.refresh_token)
  assert.equal((await program.revoke((json as Tokens).refresh_token)).status, 200)
  assert.deepEqual(two.complaints(), [])
})
