import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { noRevocations } from '../../test/harness/sign-in.ts'
import { silent } from '../base/log.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { SignInRow } from '../directory/query/sign-in.ts'
import { settingsFrom } from '../directory/settings.ts'
import { addressKey } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { Guesses } from '../protection/guesses.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'
import { newCredentials, scramKeys } from './new-credentials.ts'
import { DirectorySignIn } from './directory-sign-in.ts'
import type { SignInFrom } from './sign-in.ts'
import { TooManyWaiting, Turns } from '../base/turns.ts'

const overTls: SignInFrom = { ip: '192.0.2.1', protocol: 'imap', tls: true }

/** A directory of one: ann@a.example with "fish & chips". */
async function door(options: { settings?: Record<string, string>; locked?: boolean; fails?: boolean } = {}) {
  const clock = { nowMs: 1_000_000, now: () => clock.nowMs }
  const row: { -readonly [Key in keyof SignInRow]: SignInRow[Key] } = {
    accountId: 7 as AccountId,
    address: { localPart: 'Ann', domain: 'a.example' },
    locked: options.locked ?? false,
    credentials: [{ credentialId: 1, kind: 'argon2id', value: await hashPassword('fish & chips') }],
  }
  const directory = {
    settings: settingsFrom(options.settings ?? {}),
    ...noRevocations,
    secret: () => Promise.resolve(new Uint8Array(32)),
    async signInRow(address: Parameters<typeof addressKey>[0]) {
      if (options.fails === true) throw new DatabaseUnavailable('gone')
      return addressKey(address) === 'ann@a.example' ? row : undefined
    },
  }
  const signIn = await DirectorySignIn.open({ directory, guesses: new Guesses(clock), clock, log: silent })
  return { signIn, row, clock, directory }
}

function kind(answer: Awaited<ReturnType<DirectorySignIn['withPassword']>>): string {
  return answer.signedIn === undefined ? answer.refused : 'signed in'
}

test('the right password opens, in any case of the name', async () => {
  const { signIn } = await door()
  for (const name of ['ann@a.example', 'ANN@A.Example']) {
    assert.deepEqual(await signIn.withPassword(name, 'fish & chips', overTls), {
      signedIn: { accountId: 7, address: { localPart: 'Ann', domain: 'a.example' }, standing: { credentialId: 1, version: 1 } },
    })
  }
})

for (const [name, username, password] of [
  ['wrong password', 'ann@a.example', 'fish & ships'],
  ['unknown name', 'bob@a.example', 'fish & chips'],
  ['not an address', 'ann', 'fish & chips'],
  ['empty password', 'ann@a.example', ''],
] as const) {
  test(`${name}: refused for the credentials`, async () => {
    const { signIn } = await door()
    assert.equal(kind(await signIn.withPassword(username, password, overTls)), 'credentials')
  })
}

test('a new password ends the old one at once, and a remembered one after minutes', async () => {
  const { signIn, row, clock } = await door()
  assert.equal(kind(await signIn.withPassword('ann@a.example', 'fish & chips', overTls)), 'signed in')
  const startedMs = performance.now()
  for (let index = 0; index < 50; index += 1) assert.equal(kind(await signIn.withPassword('ann@a.example', 'fish & chips', overTls)), 'signed in')
  assert.ok(performance.now() - startedMs < 100, 'remembered: 50 hashes take 250 ms and more')
  row.credentials = [{ credentialId: 2, kind: 'argon2id', value: await hashPassword('new one here') }]
  assert.equal(kind(await signIn.withPassword('ann@a.example', 'fish & chips', overTls)), 'credentials')
  assert.equal(kind(await signIn.withPassword('ann@a.example', 'new one here', overTls)), 'signed in')
  clock.nowMs += 6 * 60_000
  assert.equal(kind(await signIn.withPassword('ann@a.example', 'new one here', overTls)), 'signed in')
})

test('unknown name and wrong password take the same time', async () => {
  const { signIn } = await door({ settings: { 'login-throttle': 'off' } })
  const names = ['ann@a.example', 'bob@a.example', 'bob']
  const times: number[][] = names.map(() => [])
  // In turn, so that whatever else the machine does meets all of them alike.
  for (let round = 0; round < 25; round += 1) {
    for (const [index, name] of names.entries()) {
      const startedMs = performance.now()
      await signIn.withPassword(name, `guess ${round}`, overTls)
      times[index]?.push(performance.now() - startedMs)
    }
  }
  const [known = 0, unknown = 0, nonsense = 0] = times.map((all) => all.sort((a, b) => a - b)[12] ?? 0)
  // A hash takes 4 ms and more; what differs otherwise is microseconds.
  for (const other of [unknown, nonsense]) assert.ok(other > known / 2 && other < known * 2, `${known} ms and ${other} ms`)
})

test('an office that comes back all at once after a restart is let in', async () => {
  const { signIn } = await door({})
  const answers = await Promise.all(Array.from({ length: 400 }, () => signIn.withPassword('ann@a.example', 'fish & chips', overTls)))
  assert.deepEqual(new Set(answers.map(kind)), new Set(['signed in']))
})

for (const [setting, ip, tls, allowed] of [
  ['never', '127.0.0.1', false, false],
  ['never', '127.0.0.1', true, true],
  ['loopback', '127.0.0.5', false, true],
  ['loopback', '::1', false, true],
  ['loopback', '192.0.2.1', false, false],
  ['always', '192.0.2.1', false, true],
] as const) {
  test(`plaintext-login=${setting} from ${ip} ${tls ? 'with' : 'without'} TLS`, async () => {
    const { signIn } = await door({ settings: { 'plaintext-login': setting } })
    const from: SignInFrom = { ip, tls, protocol: 'pop3' }
    assert.equal(signIn.plaintextAllowed(from), allowed)
    assert.equal(kind(await signIn.withPassword('ann@a.example', 'fish & chips', from)), allowed ? 'signed in' : 'plaintext')
  })
}

test('locked is told only to who knows the password', async () => {
  const { signIn } = await door({ locked: true })
  assert.equal(kind(await signIn.withPassword('ann@a.example', 'fish & chips', overTls)), 'locked')
  assert.equal(kind(await signIn.withPassword('ann@a.example', 'wrong', overTls)), 'credentials')
})

test('a database that is away is our fault, not theirs', async () => {
  const { signIn } = await door({ fails: true })
  assert.equal(kind(await signIn.withPassword('ann@a.example', 'fish & chips', overTls)), 'unavailable')
})

test('who guesses is braked, and told to come later; the owner elsewhere gets in', async () => {
  const { signIn } = await door()
  for (let index = 0; index < 5; index += 1) assert.equal(kind(await signIn.withPassword(`u${index}@a.example`, 'guess', overTls)), 'credentials')
  const startedMs = performance.now()
  // Two at once: the answers of one place come one after another.
  const both = await Promise.all([signIn.withPassword('ann@a.example', 'guess', overTls), signIn.withPassword('ann@a.example', 'other', overTls)])
  assert.ok(performance.now() - startedMs >= 900, 'delayed')
  assert.deepEqual(both.map(kind), ['credentials', 'credentials'])
  assert.equal(kind(await signIn.withPassword('ann@a.example', 'fish & chips', { ...overTls, ip: '198.51.100.7' })), 'signed in')
})

test('with login-throttle off nobody waits', async () => {
  const { signIn } = await door({ settings: { 'login-throttle': 'off' } })
  const startedMs = performance.now()
  for (let index = 0; index < 12; index += 1) await signIn.withPassword('bob@a.example', 'guess', overTls)
  assert.ok(performance.now() - startedMs < 5000, 'delays would come to 15 s and more')
})

test('a password longer than any costs no more than another wrong one', async () => {
  const { signIn } = await door()
  const startedMs = performance.now()
  assert.equal(kind(await signIn.withPassword('ann@a.example', `a${'\u0301\u0323'.repeat(100_000)}`, overTls)), 'credentials')
  assert.ok(performance.now() - startedMs < 1000, 'to compose it takes seconds')
})

test('passwords compare as people type them', async () => {
  const hash = await hashPassword('Grün Tee') // composed ü, no-break space
  assert.equal(await verifyPassword(hash, 'Gru\u0308n Tee'), true)
  assert.equal(await verifyPassword(hash, 'grün Tee'), false)
  assert.equal(await verifyPassword('no hash at all', 'x'), false)
})

test('SCRAM-SHA-256 keys as in RFC 7677 3', async () => {
  const keys = await scramKeys('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096)
  assert.equal(keys, '4096:W22ZaJ0SNY7soEsUEjb6gQ==:WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=')
  const made = await newCredentials('correct horse', { scram: true })
  assert.deepEqual(
    made.map((credential) => credential.kind),
    ['argon2id', 'scram-sha-256'],
  )
  assert.match(made[0]?.value ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('turns: few at once, in order, and not more waiting than allowed', async () => {
  const turns = new Turns(2, 3)
  let running = 0
  let most = 0
  const order: number[] = []
  const work = (name: number) => async () => {
    running += 1
    most = Math.max(most, running)
    order.push(name)
    await sleep(5)
    running -= 1
  }
  const all = [0, 1, 2, 3, 4].map((name) => turns.run(work(name)))
  await assert.rejects(turns.run(work(5)), TooManyWaiting)
  await Promise.all(all)
  assert.deepEqual([most, order], [2, [0, 1, 2, 3, 4]])
  await assert.rejects(
    turns.run(() => Promise.reject(new Error('own'))),
    /own/,
  )
  await turns.run(work(6))
  assert.equal(order.at(-1), 6)
})
