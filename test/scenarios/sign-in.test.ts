import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import type { ConnectionOptions, SecureVersion } from 'node:tls'
import { clientCa, clientCertificates } from '../harness/client-certificates.ts'
import { IdentityProvider } from '../harness/identity-provider.ts'
import { Player } from '../harness/play.ts'
import { ScramClient } from '../harness/scram-client.ts'
import { password, Server } from '../harness/server.ts'

const ann = 'ann@a.example'
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')

const folder = mkdtempSync(join(tmpdir(), 'posthorn-sign-in-'))
let server: Server
let provider: IdentityProvider
before(async () => {
  provider = await IdentityProvider.start()
  const oauth = ['issuer = "https://id.example"', `introspection = "${provider.url}/introspect"`, 'client-id = "posthorn"', 'client-secret = "s:cret"']
  const authorities = join(folder, 'clients.pem')
  writeFileSync(authorities, clientCa)
  const tables = ['[tls]', `client-ca = ${JSON.stringify(authorities)}`, '[oauth]', ...oauth].join('\n')
  server = await Server.start({ mailboxes: [ann], settings: ['password.scram=on'], tables })
})
after(async () => {
  try {
    await server[Symbol.asyncDispose]()
  } finally {
    // It would keep this process from ending.
    await provider[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  }
})

/** A client over TLS that has read the greeting. */
async function client(protocol: 'imaps' | 'pop3s', version: SecureVersion = 'TLSv1.3', options: ConnectionOptions = {}): Promise<Player> {
  const player = await Player.connect(server.port(protocol), { tls: { maxVersion: version, ...options } })
  await player.line()
  return player
}

/** What binds the client's side; the test server's certificate is signed with ECDSA and SHA-256. */
function binding(player: Player, type: string): Uint8Array {
  if (type === 'tls-exporter') return player.tls.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
  return createHash('sha256').update(player.tls.getPeerCertificate().raw).digest()
}

/** Goes through SCRAM; resolves to the answer after the last response. */
async function scram(player: Player, command: string, who: ScramClient): Promise<string | undefined> {
  player.write(`${command} ${base64(who.first())}\r\n`)
  const challenge = await player.line()
  if (challenge?.startsWith('+ ') !== true) return challenge
  player.write(`${base64(who.final(Buffer.from(challenge.slice(2), 'base64').toString()))}\r\n`)
  const final = await player.line()
  if (final?.startsWith('+ ') !== true) return final
  assert.ok(who.trusts(Buffer.from(final.slice(2), 'base64').toString()), 'the server proves that it knows the keys')
  player.write('\r\n')
  return await player.line()
}

for (const [version, type, offered] of [
  ['TLSv1.3', 'tls-exporter', true],
  ['TLSv1.3', 'tls-server-end-point', true],
  ['TLSv1.2', 'tls-server-end-point', true],
  ['TLSv1.2', 'tls-exporter', false],
] as const) {
  test(`SCRAM-SHA-256-PLUS with ${type} over ${version}: ${offered ? 'opens' : 'not bound'}`, async () => {
    for (const [protocol, command, good] of [
      ['imaps', 'a AUTHENTICATE SCRAM-SHA-256-PLUS', /^a OK /],
      ['pop3s', 'AUTH SCRAM-SHA-256-PLUS', /^\+OK 0 messages/],
    ] as const) {
      using player = await client(protocol, version)
      const who = new ScramClient(ann, password, { header: `p=${type},,`, binding: binding(player, type) })
      const answer = (await scram(player, command, who)) ?? ''
      if (offered) assert.match(answer, good)
      else assert.match(answer, /^(?:a BAD|-ERR) /)
    }
  })
}

test('SCRAM-SHA-256: right, wrong, another nonce; then by password on the same connection', async () => {
  for (const [protocol, command, good, bad, plain] of [
    ['imaps', 'a AUTHENTICATE SCRAM-SHA-256', /^a OK /, /^a NO \[AUTHENTICATIONFAILED\] sign-in failed$/, 'b AUTHENTICATE PLAIN'],
    ['pop3s', 'AUTH SCRAM-SHA-256', /^\+OK /, /^-ERR \[AUTH\] sign-in failed$/, 'AUTH PLAIN'],
  ] as const) {
    using player = await client(protocol)
    assert.match((await scram(player, command, new ScramClient(ann, 'wrong'))) ?? '', bad)
    assert.match((await scram(player, command, new ScramClient('bob@a.example', password))) ?? '', bad)
    player.write(`${plain} ${base64(`\0${ann}\0${password}`)}\r\n`)
    assert.match((await player.line()) ?? '', /OK/)
    using other = await client(protocol)
    assert.match((await scram(other, command, new ScramClient(ann, password))) ?? '', good)
  }
})

test('hostile exchanges: huge, truncated, not base64, cancelled; the connection goes on', async () => {
  using imap = await client('imaps')
  await imap.play(`
    C: a AUTHENTICATE SCRAM-SHA-256
    S: + *
    C: *
    S: a BAD cancelled
    C: b AUTHENTICATE SCRAM-SHA-256 ${base64(`n,,n=${ann},r=abc`)}
    S: + *
    C: *
    S: b BAD cancelled
    C: c AUTHENTICATE SCRAM-SHA-256 ${base64(`n,,n=${ann},r=abc`)}
    S: + *
    C: ${'A'.repeat(6000)}
    S: c BAD SASL response too long
    C: d AUTHENTICATE SCRAM-SHA-256 !!!!
    S: d BAD a SASL response is not base64
    C: e AUTHENTICATE SCRAM-SHA-256 ${base64(`n,,n=${ann}`)}
    S: e BAD not a response of SCRAM-SHA-256
    C: f AUTHENTICATE SCRAM-SHA-256 ${base64(`n,,n=${ann},r=abc`)}
    S: + *
    C: =
    S: f BAD not a response of SCRAM-SHA-256
    C: g AUTHENTICATE SCRAM-SHA-256 ${base64(`n,a=bob@a.example,n=${ann},r=abc`)}
    S: g NO [AUTHENTICATIONFAILED] sign-in failed
    C: h AUTHENTICATE SCRAM-SHA-1
    S: h NO [CANNOT] no such mechanism
    C: i LOGIN ${ann} "${password}"
    S: i OK *
  `)
  using pop3 = await client('pop3s')
  await pop3.play(`
    C: CAPA
    S: ...
    S: SASL SCRAM-SHA-256-PLUS SCRAM-SHA-256 OAUTHBEARER XOAUTH2 PLAIN LOGIN
    S: .
    C: AUTH SCRAM-SHA-256 ${base64(`n,,n=${ann},r=abc`)}
    S: + *
    C: *
    S: -ERR sign-in cancelled
    C: AUTH SCRAM-SHA-256 ${base64(`n,,n=${ann},r=abc`)}
    S: + *
    C: ${'A'.repeat(6000)}
    S: -ERR the response is too long or has no CRLF
    C: AUTH SCRAM-SHA-256 ${base64('n,,r=abc')}
    S: -ERR not a response of SCRAM-SHA-256
    C: AUTH SCRAM-SHA-256 ${base64(`n,,n=${ann},r=abc`)}
    S: + *
    C: c=b!ws
    S: -ERR the response is not base64
  `)
  assert.deepEqual(server.complaints(), [])
})

test('a password that is changed or removed, and a lock, end the sessions that stand on them, idle or not', async () => {
  const bob = 'bob@a.example'
  await server.addMailbox(bob)
  const phone = (await server.json(['mailbox', 'app-password', 'add', bob, '--name', 'phone', '--protocol', 'imap'])) as { password: string }
  const desk = (await server.json(['mailbox', 'app-password', 'add', bob, '--name', 'desk'])) as { password: string }
  const imap = async (secret: string) => {
    const player = await client('imaps')
    await player.play(`C: a LOGIN ${bob} "${secret}"\nS: a OK *\nC: b SELECT INBOX\nS: ...\nS: b OK *`)
    return player
  }
  using own = await imap(password)
  using onPhone = await imap(phone.password)
  using onDesk = await imap(desk.password)
  using pop3 = await client('pop3s')
  await pop3.play(`C: USER ${bob}\nS: +OK *\nC: PASS ${desk.password}\nS: +OK *`)
  using wrongProtocol = await client('pop3s')
  await wrongProtocol.play(`C: USER ${bob}\nS: +OK *\nC: PASS ${phone.password}\nS: -ERR [AUTH] sign-in failed`)

  await onPhone.play('C: c IDLE\nS: + idling')
  await server.posthorn(['mailbox', 'app-password', 'remove', bob, 'phone'])
  await onPhone.play('S: * BYE signed out: *\nS: <closed>')
  await own.play('C: c NOOP\nS: c OK *')
  await server.posthorn(['mailbox', 'password', bob, '--password-stdin'], 'another horse battery\n')
  await own.play('S: * BYE signed out: *\nS: <closed>')
  await onDesk.play('C: c NOOP\nS: c OK *')
  await pop3.play('C: NOOP\nS: +OK *')
  await server.posthorn(['mailbox', 'lock', bob, '--reason', 'test'])
  await onDesk.play('S: * BYE signed out: *\nS: <closed>')
  await pop3.play('S: -ERR [AUTH] signed out: *\nS: <closed>')
  assert.deepEqual(server.complaints(), [])
})

test('OAUTHBEARER and XOAUTH2: the token says who is there; whom else the client names, is refused', async () => {
  const bob = 'carl@a.example'
  await server.addMailbox(bob)
  const token = 'x'.repeat(3000)
  provider.tokens.set(token, { active: true, iss: 'https://id.example', email: 'ANN@a.example' })
  provider.tokens.set('stranger', { active: true, email: 'nobody@elsewhere.example' })
  const bearer = (user: string, secret: string) => base64(`n,${user === '' ? '' : `a=${user}`},\x01auth=Bearer ${secret}\x01\x01`)
  const xoauth2 = (user: string, secret: string) => base64(`user=${user}\x01auth=Bearer ${secret}\x01\x01`)
  using imap = await client('imaps')
  await imap.play(`
    C: a AUTHENTICATE OAUTHBEARER ${bearer(bob, token)}
    S: + ${base64('{"status":"invalid_token"}')}
    C: AQ==
    S: a NO [AUTHENTICATIONFAILED] sign-in failed
    C: b AUTHENTICATE XOAUTH2 ${xoauth2(ann, 'stranger')}
    S: + ${base64('{"status":"401","schemes":"bearer"}')}
    C:
    S: b NO [AUTHENTICATIONFAILED] sign-in failed
    C: c AUTHENTICATE OAUTHBEARER ${base64('n,,\x01auth=Bearer x')}
    S: c BAD not a response of OAUTHBEARER
    C: d AUTHENTICATE OAUTHBEARER
    S: + *
    C: *
    S: d BAD cancelled
    C: e AUTHENTICATE OAUTHBEARER ${bearer('', token)}
    S: e OK *
  `)
  using other = await client('imaps')
  await other.play(`C: a AUTHENTICATE XOAUTH2 ${xoauth2(ann, token)}\nS: a OK *`)
  using pop3 = await client('pop3s')
  // Too long for an initial response (RFC 5034 4).
  await pop3.play(`C: AUTH OAUTHBEARER\nS: + *\nC: ${bearer(ann, token)}\nS: +OK 0 messages*`)
  // While nobody can be asked, that is our fault, and a token that is known goes on.
  provider.misbehave = (response) => response.destroy()
  using later = await client('imaps')
  await later.play(`
    C: a AUTHENTICATE XOAUTH2 ${xoauth2(ann, 'another')}
    S: a NO [UNAVAILABLE] *
    C: b AUTHENTICATE XOAUTH2 ${xoauth2(ann, token)}
    S: b OK *
  `)
})

test('EXTERNAL: the certificate names the mailbox', async () => {
  using imap = await client('imaps', 'TLSv1.3', clientCertificates.ann)
  await imap.play(`
    C: a CAPABILITY
    S: * CAPABILITY * AUTH=EXTERNAL *
    S: a OK *
    C: b AUTHENTICATE EXTERNAL ${base64('carl@a.example')}
    S: b NO [AUTHENTICATIONFAILED] sign-in failed
    C: c AUTHENTICATE EXTERNAL
    S: + *
    C: *
    S: c BAD cancelled
    C: d AUTHENTICATE EXTERNAL =
    S: d OK *
  `)
  using pop3 = await client('pop3s', 'TLSv1.2', clientCertificates.ann)
  await pop3.play(`C: AUTH EXTERNAL\nS: + *\nC: ${base64(ann)}\nS: +OK 0 messages*`)
  using stranger = await client('imaps', 'TLSv1.3', clientCertificates.stranger)
  await stranger.play(`C: a AUTHENTICATE EXTERNAL =\nS: a NO [CANNOT] no such mechanism\nC: b LOGIN ${ann} "${password}"\nS: b OK *`)
  using startTls = await Player.connect(server.port('imap'))
  await startTls.play('S: * OK *\nC: a AUTHENTICATE EXTERNAL =\nS: a NO [PRIVACYREQUIRED] *')
})
