import assert from 'node:assert/strict'
import test from 'node:test'
import { noRevocations } from '../../test/harness/sign-in.ts'
import { silent } from '../base/log.ts'
import { settingsFrom } from '../directory/settings.ts'
import { type Address, addressKey } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { Guesses } from '../protection/guesses.ts'
import { DirectorySignIn } from './directory-sign-in.ts'

const accounts: Readonly<Record<string, { readonly accountId: number; readonly locked?: boolean }>> = {
  'ann@a.example': { accountId: 7 },
  'a.smith@a.example': { accountId: 7 },
  'bob@a.example': { accountId: 8 },
  'locked@a.example': { accountId: 9, locked: true },
}

const directory = {
  ...noRevocations,
  settings: settingsFrom({}),
  secret: () => Promise.resolve(new Uint8Array(32)),
  async signInRow(address: Address) {
    const account = accounts[addressKey(address)]
    if (account === undefined) return undefined
    return {
      accountId: account.accountId as AccountId,
      address,
      locked: account.locked ?? false,
      credentials: [{ credentialId: 1, kind: 'argon2id' as const, value: '' }],
    }
  },
}
const clock = { now: () => 0 }
const signIn = await DirectorySignIn.open({ directory, guesses: new Guesses(clock), clock, log: silent })

for (const [index, [names, wanted, expected]] of (
  [
    [['ann@a.example'], '', 7],
    [['ANN@A.example'], 'ann@a.example', 7],
    [['ann@a.example'], 'a.smith@a.example', 7],
    [['ann@a.example', 'a.smith@a.example'], '', 7],
    [['ann@a.example', 'gone@a.example'], '', 7],
    [['ann@a.example', 'bob@a.example'], '', 'credentials'],
    [['ann@a.example', 'bob@a.example'], 'bob@a.example', 8],
    [['ann@a.example'], 'bob@a.example', 'credentials'],
    [['gone@a.example'], '', 'credentials'],
    [['gone@a.example'], 'gone@a.example', 'credentials'],
    [['no address'], '', 'credentials'],
    [['ann@a.example'], 'no address', 'credentials'],
    [['ann@a.example'], 'ann@a.example\0', 'syntax'],
    [['ann@a.example'], 'x'.repeat(600), 'syntax'],
    [['locked@a.example'], '', 'locked'],
    [[], 'ann@a.example', 'mechanism'],
  ] as const
).entries()) {
  test(`a certificate for ${names.join(' and ') || 'nobody'}, as ${JSON.stringify(wanted.slice(0, 20))}: ${expected}`, async () => {
    const from = { ip: `198.51.${index}.1`, protocol: 'imap', tls: true, clientAddresses: () => names } as const
    for (const initial of [Buffer.from(wanted), undefined]) {
      const dialogue = { initial, ask: () => Promise.resolve(Buffer.from(wanted)) }
      const answer = await signIn.withSasl('external', dialogue, from)
      assert.equal(answer.signedIn?.accountId ?? answer.refused ?? answer.fault, expected)
    }
    assert.equal(signIn.mechanisms(from).includes('EXTERNAL'), names.length > 0)
  })
}
