import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import test from 'node:test'
import { parseTotpSecret, totpCode } from '../../src/auth/web/totp.ts'
import { Player } from '../harness/play.ts'
import { password, Server } from '../harness/server.ts'
import { type WebAnswer, WebClient } from '../harness/web.ts'

const ann = 'ann@a.example'

/** The code that an app shows in so many steps from now. */
function code(secret: string, steps = 0): string {
  return totpCode(parseTotpSecret(secret) ?? new Uint8Array(), Math.floor(Date.now() / 30_000) + steps)
}

function field(answer: WebAnswer, name: string): unknown {
  return (answer.json as Readonly<Record<string, unknown>>)[name]
}

/** What IMAP says to a password. */
async function imap(server: Server, given: string, expected: string): Promise<void> {
  using client = await Player.connect(server.port('imap'))
  await client.play(`
    S: * OK *
    C: a LOGIN ${ann} "${given}"
    S: a ${expected}
  `)
}

test('a mailbox with a second factor: codes at the web pages, app passwords for mail programs, and a way back', async () => {
  await using server = await Server.start({ processes: 2, mailboxes: [ann, 'bob@a.example'], settings: ['plaintext-login=loopback'] })
  const client = await WebClient.signIn(server, ann, password)
  const other = await WebClient.signIn(server, ann, password)
  const secret = String(field(await client.call('totp.offer', {}), 'secret'))
  const add = { name: 'phone', secret, code: code(secret) }
  assert.equal((await client.call('totp.add', { ...add, password: 'wrong' })).status, 403)
  assert.equal((await client.call('totp.add', add)).status, 403)
  assert.equal((await client.call('totp.add', { ...add, code: '000000', password })).status, 422)
  const added = await client.call('totp.add', { ...add, password })
  const [lost = ''] = field(added, 'recoveryCodes') as readonly string[]
  assert.match(lost, /^\w{4}-\w{4}-\w{4}-\w{4}$/)

  const nobody = new WebClient(server, { 'sec-fetch-site': 'same-origin' })
  const enter = (more: Readonly<Record<string, unknown>>) => nobody.request('POST', '/api/session', JSON.stringify({ name: ann, password, ...more }))
  assert.deepEqual((field(await enter({}), 'second') as { readonly kinds: readonly string[] }).kinds.toSorted(), ['recovery-code', 'totp'])
  assert.equal(field(await enter({ second: { totp: code(secret, 1) } }), 'name'), ann)
  assert.equal(field(await enter({ second: { recoveryCode: lost } }), 'name'), ann)
  assert.equal((await enter({ second: { recoveryCode: lost } })).status, 401)

  await imap(server, password, 'NO [AUTHENTICATIONFAILED] this mailbox has a second factor: use an app password')
  const made = (await server.json(['mailbox', 'app-password', 'add', ann, '--name', 'phone', '--protocol', 'imap'])) as { readonly password: string }
  await imap(server, made.password, 'OK *')
  await imap(server, 'wrong', 'NO [AUTHENTICATIONFAILED] sign-in failed')

  // A new password ends the others, and not the one that set it.
  assert.equal((await client.call('password.set', { current: 'wrong', password: 'Kranich im Nebel 7' })).status, 403)
  assert.equal((await client.call('password.set', { current: password, password: 'Kranich im Nebel 7' })).status, 200)
  assert.deepEqual([(await client.call('session.list', {})).status, (await other.call('session.list', {})).status], [200, 401])

  // Nobody else sees or ends any of it but who is in charge.
  const bob = await WebClient.signIn(server, 'bob@a.example', password)
  assert.equal((await bob.call('second-factor.list', { address: ann })).status, 403)
  assert.deepEqual(field(await bob.call('second-factor.list', {}), 'secondFactors'), [])
  const listed = (await server.json(['second-factor', 'list', '--address', ann])) as { readonly secondFactors: readonly { readonly id: string }[] }
  const [factor] = listed.secondFactors
  assert.equal((await bob.call('second-factor.remove', { id: factor?.id ?? '', password })).status, 404)
  await server.posthorn(['second-factor', 'remove', factor?.id ?? '', '--address', ann])
  await imap(server, 'Kranich im Nebel 7', 'OK *')
  assert.match(await server.posthorn(['session', 'end', '--address', ann]), /\d/)
  assert.equal((await client.call('session.list', {})).status, 401)
  assert.deepEqual(server.complaints(), [])
  for (const hidden of [secret, lost, password, 'Kranich']) assert.ok(!JSON.stringify(server.log).includes(hidden), hidden)
})

test('a password that became known elsewhere is refused, by the command line and at the web pages', async () => {
  await using server = await Server.start({ mailboxes: [ann], settings: ['password.min-score=2'] })
  const file = path.join(server.folder, 'leaked.txt')
  const hashes = ['Sommer2026!', 'correct horse'].map((text) => createHash('sha1').update(text).digest('hex').toUpperCase())
  await writeFile(
    file,
    hashes
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((hash) => `${hash}:12\n`)
      .join(''),
  )
  await server.posthorn(['setting', 'set', `password.leaked=${file}`])
  const client = await WebClient.signIn(server, ann, password)
  assert.equal((await client.call('password.set', { current: password, password: 'Sommer2026!' })).status, 422)
  const { code, stderr } = await server.run(['mailbox', 'password', ann, '--password-stdin'], 'Sommer2026!\n')
  assert.equal(code, 2)
  assert.match(stderr, /became known elsewhere/)
  await server.posthorn(['mailbox', 'password', ann, '--password-stdin'], 'Sommer2027! am See\n')
  assert.match((await server.run(['health', '--all'])).stdout, /compared with about 2 that became known elsewhere/)
  const check = async (given: string) => await server.run(['password', 'check', '--for', ann], `${given}\n`, { LC_ALL: 'de_DE.UTF-8' })
  const known = await check('Sommer2026!')
  assert.equal(known.code, 1)
  assert.match(known.stdout, /anderswo bekannt wurden[^]*Stärke: 2 von 4[^]*aus Datenlecks bekannt: ja/)
  const good = await check('Kraniche am Fluss')
  assert.deepEqual([good.code, /würde angenommen[^]*bekannt: nein/.test(good.stdout)], [0, true])
  // Data that is gone is a matter for the operator, not for who needs a new password.
  await server.posthorn(['setting', 'set', 'password.leaked=/does/not/exist'])
  const health = await server.run(['health'])
  assert.deepEqual([health.code, /password\.leaked\): \/does\/not\/exist is not there/.test(health.stdout)], [1, true])
  await server.posthorn(['mailbox', 'password', ann, '--password-stdin'], 'Sommer2026!\n')
})

test('who must have a second factor adds one, and then everything is open', async () => {
  await using server = await Server.start({ settings: ['second-factor.required=operators'] })
  await server.posthorn(['operator', 'add', 'otto', '--password-stdin'], `${password}\n`)
  const otto = await WebClient.signIn(server, 'otto', password)
  assert.equal((await otto.call('domain.list', {})).status, 403)
  const secret = String(field(await otto.call('totp.offer', {}), 'secret'))
  assert.equal((await otto.call('totp.add', { name: 'phone', secret, code: code(secret), password })).status, 200)
  assert.equal((await otto.call('domain.list', {})).status, 200)
  const ended = await otto.call('session.end', {})
  assert.deepEqual([ended.status, (await otto.call('domain.list', {})).status], [200, 200])
})
