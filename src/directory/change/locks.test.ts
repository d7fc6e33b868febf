import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { at, desk } from '../../../test/harness/directory.ts'
import { addCustomer } from './organisation.ts'
import { addPlan } from './plans.ts'
import { endLock, lockCustomer, lockMailbox } from './locks.ts'
import { listLocks, locksDue } from '../query/locks.ts'
import { setAddressSettings } from './settings.ts'
import type { AccountId } from '../../mail/ids.ts'
import { addressOverview } from '../query/overview.ts'

/** The desk's. */
const nowMs = 1_700_000_000_000

withEachEngine((_engine, open) => {
  test('sending is locked and freed, by mailbox and by customer, each for itself (SPEC E6)', async (context) => {
    const d = await desk(context, open)
    await d.make(addCustomer, { name: 'acme', plan: undefined })
    await d.domain('a.example', 'acme')
    const { accountId } = await d.mailbox('ann@a.example')
    const locked = async (account: AccountId = accountId) => (await d.directory.senderOf(account))?.sendingLocked
    assert.equal(await locked(), undefined)
    await d.make(lockMailbox, { address: at('ann@a.example'), kind: 'sending', reason: 'sends spam' })
    assert.equal(await locked(), 'sends spam')
    await d.make(lockCustomer, { customer: 'ACME', kind: 'sending', reason: 'unpaid' })
    assert.equal(await locked(), 'sends spam')
    assert.equal(await locked((await d.mailbox('ben@a.example')).accountId), 'unpaid')
    await d.make(lockMailbox, { address: at('ann@a.example'), kind: 'sending', reason: null })
    assert.equal(await locked(), 'unpaid')
    const overview = await d.directory.query(addressOverview, { address: at('ann@a.example') })
    assert.equal(overview.refused === undefined && overview.found.mailbox?.sendingLockedReason, 'unpaid')
    await d.make(lockCustomer, { customer: 'acme', kind: 'sending', reason: null })
    assert.equal(await locked(), undefined)
    assert.equal((await d.refused(lockMailbox, { address: at('nobody@a.example'), kind: 'sending', reason: 'x' })).code, 'unknown')
    assert.equal((await d.refused(lockCustomer, { customer: 'nobody', kind: 'sending', reason: 'x' })).code, 'unknown')
  })

  test('a lock says who made it and when it ends; mail meanwhile is taken or put off', async (context) => {
    const d = await desk(context, open)
    const customer = await d.make(addCustomer, { name: 'acme', plan: undefined })
    await d.domain('a.example', 'acme')
    await d.mailbox('ann@a.example')
    const ann = { address: at('ann@a.example'), kind: 'whole', reason: 'unpaid' } as const
    assert.equal((await d.make(lockMailbox, { ...ann, untilMs: nowMs + 5 })).held, 'unpaid')
    assert.equal(await d.why('ann@a.example'), 'locked')
    await d.make(lockMailbox, { ...ann, takesMail: true, untilMs: nowMs + 5 })
    assert.equal(await d.why('ann@a.example'), undefined)
    await d.make(lockCustomer, { customer: 'acme', kind: 'whole', reason: 'gone', takesMail: true })
    assert.equal(await d.why('ann@a.example'), undefined)
    await d.make(lockCustomer, { customer: 'acme', kind: 'whole', reason: 'gone' })
    assert.equal(await d.why('ann@a.example'), 'locked')
    const signIn = await d.directory.signInRow(at('ann@a.example'))
    assert.equal(signIn?.locked, true)

    const locks = await d.directory.query(listLocks, { reach: { kind: 'customer', customerId: customer.customerId }, limit: 10 })
    assert.deepEqual(
      locks.map(({ name, kind, reason, takesMail, actor, atMs, untilMs }) => [name, kind, reason, takesMail, actor, atMs, untilMs]),
      [
        ['acme', 'whole', 'gone', false, 'test', nowMs, undefined],
        ['ann@a.example', 'whole', 'unpaid', true, 'test', nowMs, nowMs + 5],
      ],
    )
    assert.deepEqual(await d.directory.query(listLocks, { reach: { kind: 'customer', customerId: 99 }, limit: 10 }), [])
    assert.deepEqual(await d.directory.query(listLocks, { reach: { kind: 'account', accountId: 1 as AccountId }, limit: 10 }), [])
  })

  test('a lock ends when its time is over, and not when it was made longer; another lock stays', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const { accountId } = await d.mailbox('ann@a.example')
    const address = at('ann@a.example')
    const place = { scope: 'account', ownerId: accountId, kind: 'whole', name: 'ann@a.example' } as const
    await d.make(lockMailbox, { address, kind: 'whole', reason: 'unpaid', untilMs: nowMs + 1 })
    assert.deepEqual(await d.directory.query(locksDue, { nowMs, limit: 10 }), [])
    assert.equal((await d.directory.query(locksDue, { nowMs: nowMs + 1, limit: 10 })).length, 1)
    assert.equal((await d.refused(endLock, place)).code, 'unknown')
    await d.make(lockMailbox, { address, kind: 'sending', reason: 'sends spam' })
    await d.make(lockMailbox, { address, kind: 'whole', reason: 'unpaid', untilMs: nowMs })
    assert.deepEqual(await d.make(endLock, place), { held: 'sends spam' })
    assert.equal(await d.why('ann@a.example'), undefined)
    assert.equal((await d.directory.senderOf(accountId))?.sendingLocked, 'sends spam')
  })

  test('a plan says how much its mailboxes send, and an address has the last word', async (context) => {
    const d = await desk(context, open)
    await d.make(addPlan, { name: 'small', limits: {}, values: { 'messages-per-hour': '20', 'relay-class': 'trial' } })
    await d.make(addCustomer, { name: 'acme', plan: 'small' })
    await d.domain('a.example', 'acme')
    await d.mailbox('ann@a.example')
    const { settings } = await d.found('ann@a.example')
    assert.deepEqual([settings.sending.messagesPerHour, settings.sending.messagesPerDay, settings.relayClass], [20, 1500, 'trial'])
    await d.make(setAddressSettings, { address: at('ann@a.example'), values: { 'messages-per-hour': '50' } })
    assert.equal((await d.found('ann@a.example')).settings.sending.messagesPerHour, 50)
  })
})
