import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OpenDatabase, withEachEngine } from '../../test/harness/database.ts'
import { at, type Desk, desk } from '../../test/harness/directory.ts'
import { silent } from '../base/log.ts'
import { addMailbox, removeAddress, renameMailbox, setQuota } from '../directory/change/addresses.ts'
import { lockMailbox } from '../directory/change/locks.ts'
import { addAppPassword, removeAppPassword } from '../directory/change/app-passwords.ts'
import { setMailboxPassword } from '../directory/change/credentials.ts'
import { OpenSessions } from './open-sessions.ts'
import type { SignedIn } from './sign-in.ts'

const fresh = [{ kind: 'argon2id', value: 'x' }] as const

class Session {
  readonly signedIn: SignedIn
  revocations = 0

  constructor(signedIn: SignedIn) {
    this.signedIn = signedIn
  }

  revoked(): void {
    this.revocations += 1
  }
}

/** ann and bob, each with a password and two app passwords, and a session for each of those. */
async function house(context: TestContext, open: OpenDatabase) {
  const d = await desk(context, open)
  await d.domain('a.example')
  const sessions = new OpenSessions(d.directory, silent)
  context.after(() => sessions.close())
  const all: Record<string, Session> = {}
  for (const name of ['ann', 'bob']) {
    await d.make(addMailbox, { address: at(`${name}@a.example`), quotaBytes: null, credentials: fresh })
    for (const app of ['phone', 'scanner']) {
      await d.make(addAppPassword, { address: at(`${name}@a.example`), name: app, protocols: ['imap'], value: `${name} ${app}` })
    }
    for (const session of await sessionsOf(d, name)) {
      all[session.key] = session.session
      sessions.add(session.session)
    }
  }
  return { d, sessions, all, ended: () => Object.keys(all).filter((key) => (all[key]?.revocations ?? 0) > 0) }
}

async function sessionsOf(d: Desk, name: string) {
  const { version } = d.directory
  const row = await d.directory.signInRow(at(`${name}@a.example`))
  assert.ok(row)
  return row.credentials.map(({ credentialId }, index) => ({
    key: `${name} ${['password', 'phone', 'scanner'][index]}`,
    session: new Session({ accountId: row.accountId, address: row.address, standing: { credentialId, version } }),
  }))
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition() && waited < 5_000; waited += 10) await sleep(10)
}

withEachEngine((_engine, open) => {
  const ann = at('ann@a.example')
  for (const [name, act, expected] of [
    ['a new password ends who has the old one', (d: Desk) => d.make(setMailboxPassword, { address: ann, credentials: fresh }), ['ann password']],
    ['a removed app password ends its own sessions', (d: Desk) => d.make(removeAppPassword, { address: ann, name: 'phone' }), ['ann phone']],
    ['a lock ends all', (d: Desk) => d.make(lockMailbox, { address: ann, kind: 'whole', reason: 'unpaid' }), ['ann password', 'ann phone', 'ann scanner']],
    ['so does removal', (d: Desk) => d.make(removeAddress, { address: ann, kind: 'mailbox' as const }), ['ann password', 'ann phone', 'ann scanner']],
    ['another address ends nobody', (d: Desk) => d.make(renameMailbox, { from: ann, to: at('anna@a.example') }), []],
    ['nor another quota', (d: Desk) => d.make(setQuota, { address: ann, quotaBytes: 5 }), []],
  ] as const) {
    test(name, async (context) => {
      const { d, ended } = await house(context, open)
      await act(d)
      if (expected.length > 0) await until(() => ended().length >= expected.length)
      else await sleep(300)
      assert.deepEqual(ended(), expected)
    })
  }

  test('who signed in while the password was changed is ended too; who signed out is left alone', async (context) => {
    const { d, sessions, all, ended } = await house(context, open)
    const [late] = await sessionsOf(d, 'ann')
    assert.ok(late)
    const gone = all['ann password']
    assert.ok(gone)
    sessions.remove(gone)
    await d.make(setMailboxPassword, { address: ann, credentials: fresh })
    sessions.add(late.session)
    await until(() => late.session.revocations > 0)
    assert.equal(late.session.revocations, 1)
    assert.deepEqual(ended(), [])
  })
})
