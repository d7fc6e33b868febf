import assert from 'node:assert/strict'
import test from 'node:test'
import { ScramClient } from '../../test/harness/scram-client.ts'
import { noRevocations } from '../../test/harness/sign-in.ts'
import { silent } from '../base/log.ts'
import { DatabaseUnavailable } from '../database/database.ts'
import type { SignInRow } from '../directory/query/sign-in.ts'
import { settingsFrom } from '../directory/settings.ts'
import { type Address, addressKey } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { Guesses } from '../protection/guesses.ts'
import { DirectorySignIn } from './directory-sign-in.ts'
import { newCredentials } from './new-credentials.ts'
import type { SaslAnswer, SignInFrom } from './sign-in.ts'

const password = 'fish & chips'
const exporter = Buffer.alloc(32, 7)
const overTls: SignInFrom = {
  ip: '192.0.2.1',
  protocol: 'imap',
  tls: true,
  channelBinding: (type) => (type === 'tls-exporter' ? exporter : undefined),
}

const made = await newCredentials(password, { scram: true })

/** ann@a.example has keys for SCRAM, eve@a.example an older password without. */
async function door(options: { settings?: Record<string, string>; locked?: boolean; fails?: boolean; secret?: number } = {}) {
  const clock = { nowMs: 1_000_000, now: () => clock.nowMs }
  const rows: Record<string, SignInRow> = {
    'ann@a.example': {
      accountId: 7 as AccountId,
      address: { localPart: 'Ann', domain: 'a.example' },
      locked: options.locked ?? false,
      credentials: made.map((credential, index) => ({ credentialId: index + 1, ...credential })),
    },
    'eve@a.example': {
      accountId: 8 as AccountId,
      address: { localPart: 'eve', domain: 'a.example' },
      locked: false,
      credentials: [{ credentialId: 9, kind: 'argon2id', value: made[0]?.value ?? '' }],
    },
  }
  const directory = {
    settings: settingsFrom({ 'password.scram': 'on', ...options.settings }),
    ...noRevocations,
    secret: () => Promise.resolve(Buffer.alloc(32, options.secret ?? 1)),
    async signInRow(address: Address) {
      if (options.fails === true) throw new DatabaseUnavailable('gone')
      return rows[addressKey(address)]
    },
  }
  return DirectorySignIn.open({ directory, guesses: new Guesses(clock), clock, log: silent })
}

interface Wrong {
  readonly mechanism?: string
  readonly from?: SignInFrom
  readonly header?: string
  readonly binding?: Uint8Array
  /** What the client sends in the place of its n-th response. */
  readonly instead?: readonly (string | undefined)[]
  readonly nonce?: string
  readonly noInitial?: boolean
}

/** The whole exchange; what the server sent. */
async function exchange(signIn: DirectorySignIn, username: string, given: string, wrong: Wrong = {}) {
  const client = new ScramClient(username, given, { header: wrong.header ?? 'n,,', ...(wrong.binding && { binding: wrong.binding }) })
  const sent: string[] = []
  const first = Buffer.from(wrong.instead?.[0] ?? client.first())
  const responses = [(challenge: string) => client.final(challenge, wrong.nonce), (final: string) => Buffer.from(client.trusts(final) ? '' : 'no trust')]
  const ask = (challenge: Uint8Array): Promise<Uint8Array> => {
    const text = Buffer.from(challenge).toString()
    if (text === '') return Promise.resolve(first)
    const step = sent.push(text)
    return Promise.resolve(Buffer.from(wrong.instead?.[step] ?? responses[step - 1]?.(text) ?? ''))
  }
  const dialogue = { initial: wrong.noInitial === true ? undefined : first, ask }
  const answer = await signIn.withSasl(wrong.mechanism ?? 'SCRAM-SHA-256', dialogue, wrong.from ?? overTls)
  return { result: resultOf(answer), sent }
}

function resultOf(answer: SaslAnswer): string {
  return answer.signedIn === undefined ? (answer.refused ?? answer.fault) : 'signed in'
}

test('the right password opens, with and without an initial response, and the server proves itself', async () => {
  const signIn = await door()
  for (const noInitial of [false, true]) {
    const { result, sent } = await exchange(signIn, 'ANN@a.example', password, { noInitial })
    assert.equal(result, 'signed in')
    assert.match(sent[0] ?? '', /^r=.{50,},s=.{24},i=10000$/)
    assert.match(sent[1] ?? '', /^v=/)
  }
})

test('-PLUS binds the sign-in to the TLS connection', async () => {
  const signIn = await door()
  const plus = { mechanism: 'SCRAM-SHA-256-PLUS', header: 'p=tls-exporter,,' }
  assert.equal((await exchange(signIn, 'ann@a.example', password, { ...plus, binding: exporter })).result, 'signed in')
  // Somebody in the middle has a TLS connection of his own to each side, and so other data.
  assert.equal((await exchange(signIn, 'ann@a.example', password, { ...plus, binding: Buffer.alloc(32, 8) })).result, 'credentials')
  assert.equal((await exchange(signIn, 'ann@a.example', password, { ...plus })).result, 'credentials')
})

const from198 = (from: SignInFrom, host: number): SignInFrom => ({ ...from, ip: `198.51.${host}.1` })
const withoutBinding: SignInFrom = { ip: '192.0.2.1', protocol: 'pop3', tls: true }

for (const [index, [name, username, given, wrong, expected]] of (
  [
    ['a wrong password', 'ann@a.example', 'fish', {}, 'credentials'],
    ['an unknown name', 'bob@a.example', password, {}, 'credentials'],
    ['no address', 'ann', password, {}, 'credentials'],
    ['a password older than the setting', 'eve@a.example', password, {}, 'credentials'],
    ['another nonce', 'ann@a.example', password, { nonce: 'abcdefgh' }, 'credentials'],
    ['acting as another', 'ann@a.example', password, { header: 'n,a=bob@a.example,' }, 'authorization'],
    ['acting as oneself', 'ann@a.example', password, { header: 'n,a=ann@a.example,' }, 'signed in'],
    ['nothing', 'ann@a.example', password, { instead: [''] }, 'syntax'],
    ['nonsense', 'ann@a.example', password, { instead: ['n,,garbage'] }, 'syntax'],
    ['nothing as the second message', 'ann@a.example', password, { instead: [undefined, ' '] }, 'syntax'],
    ['nonsense as the last message', 'ann@a.example', password, { instead: [undefined, undefined, 'x'] }, 'syntax'],
    ['a client that was told of no -PLUS (RFC 5802 6)', 'ann@a.example', password, { header: 'y,,' }, 'credentials'],
    ['the same where there is none', 'ann@a.example', password, { header: 'y,,', from: withoutBinding }, 'signed in'],
    ['binding without -PLUS', 'ann@a.example', password, { header: 'p=tls-exporter,,', binding: exporter }, 'syntax'],
    ['-PLUS without binding', 'ann@a.example', password, { mechanism: 'SCRAM-SHA-256-PLUS' }, 'syntax'],
    ['a type of binding that is not there', 'ann@a.example', password, { mechanism: 'SCRAM-SHA-256-PLUS', header: 'p=tls-unique,,' }, 'syntax'],
    ['-PLUS where nothing binds', 'ann@a.example', password, { mechanism: 'SCRAM-SHA-256-PLUS', from: withoutBinding }, 'mechanism'],
    ['a connection in the clear', 'ann@a.example', password, { from: { ...withoutBinding, tls: false } }, 'plaintext'],
  ] as readonly (readonly [string, string, string, Wrong, string])[]
).entries()) {
  test(`${name}: ${expected}`, async () => {
    const signIn = await door()
    assert.equal((await exchange(signIn, username, given, { ...wrong, from: from198(wrong.from ?? overTls, index) })).result, expected)
  })
}

test('an exchange that was overheard is worth nothing', async () => {
  const signIn = await door()
  const client = new ScramClient('ann@a.example', password)
  let overheard: Uint8Array = new Uint8Array()
  const ask = (challenge: Uint8Array) => {
    const text = Buffer.from(challenge).toString()
    return Promise.resolve(text.startsWith('v=') ? new Uint8Array() : (overheard = client.final(text)))
  }
  assert.equal(resultOf(await signIn.withSasl('SCRAM-SHA-256', { initial: client.first(), ask }, withoutBinding)), 'signed in')
  const again = () => Promise.resolve(overheard)
  assert.equal(resultOf(await signIn.withSasl('SCRAM-SHA-256', { initial: client.first(), ask: again }, withoutBinding)), 'credentials')
})

test('a name that does not exist has a salt of its own, the same after a restart', async () => {
  const saltOf = async (signIn: DirectorySignIn, name: string, host: number) => {
    const { sent } = await exchange(signIn, name, 'guess', { from: from198(withoutBinding, host) })
    return (sent[0] ?? '').slice((sent[0] ?? '').indexOf(',s='))
  }
  const signIn = await door()
  const salts = [await saltOf(signIn, 'bob@a.example', 1), await saltOf(signIn, 'BOB@a.example', 2), await saltOf(await door(), 'bob@a.example', 3)]
  assert.deepEqual(new Set(salts).size, 1)
  assert.match(salts[0] ?? '', /^,s=[A-Za-z0-9+/]{22}==,i=10000$/)
  const others = [
    await saltOf(signIn, 'rob@a.example', 4),
    await saltOf(signIn, 'eve@a.example', 5),
    await saltOf(await door({ secret: 2 }), 'bob@a.example', 6),
  ]
  assert.equal(new Set([...salts, ...others]).size, 4)
})

test('wrong guesses are braked like those by password', async () => {
  const signIn = await door()
  for (let index = 0; index < 5; index += 1) await exchange(signIn, 'bob@a.example', 'guess', { from: withoutBinding })
  const startedMs = performance.now()
  assert.equal((await exchange(signIn, 'ann@a.example', 'guess', { from: withoutBinding })).result, 'credentials')
  assert.ok(performance.now() - startedMs >= 450, 'delayed')
})

test('who says nothing for long holds up nobody', async () => {
  const signIn = await door()
  const silence = Array.from({ length: 30 }, () => {
    const client = new ScramClient('ann@a.example', password)
    return signIn.withSasl('SCRAM-SHA-256', { initial: client.first(), ask: () => new Promise<never>(() => {}) }, withoutBinding)
  })
  assert.equal((await exchange(signIn, 'ann@a.example', password, { from: withoutBinding })).result, 'signed in')
  assert.equal(silence.length, 30)
})

test('locked is told to who knows the password; a database that is away is our fault', async () => {
  const locked = await door({ locked: true })
  assert.equal((await exchange(locked, 'ann@a.example', password)).result, 'locked')
  assert.equal((await exchange(locked, 'ann@a.example', 'wrong')).result, 'credentials')
  assert.equal((await exchange(await door({ fails: true }), 'ann@a.example', password)).result, 'unavailable')
})

test('offered where keys can exist and TLS protects them', async () => {
  const signIn = await door()
  assert.deepEqual(signIn.mechanisms(overTls), ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN', 'LOGIN'])
  assert.deepEqual(signIn.mechanisms(withoutBinding), ['SCRAM-SHA-256', 'PLAIN', 'LOGIN'])
  assert.deepEqual(signIn.mechanisms({ ...withoutBinding, tls: false }), [])
  const without = await door({ settings: { 'password.scram': 'off' } })
  assert.deepEqual(without.mechanisms(overTls), ['PLAIN', 'LOGIN'])
  assert.equal((await exchange(without, 'ann@a.example', password)).result, 'mechanism')
})
