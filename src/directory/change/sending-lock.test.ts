import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { at, desk } from '../../../test/harness/directory.ts'
import { addCustomer } from './organisation.ts'
import { addPlan } from './plans.ts'
import { lockSending, lockSendingOfCustomer } from './sending-lock.ts'
import { setAddressSettings } from './settings.ts'
import type { AccountId } from '../../mail/ids.ts'
import { addressOverview } from '../query/overview.ts'

withEachEngine((_engine, open) => {
  test('sending is locked and freed, by mailbox and by customer, each for itself (SPEC E6)', async (context) => {
    const d = await desk(context, open)
    await d.make(addCustomer, { name: 'acme', plan: undefined })
    await d.domain('a.example', 'acme')
    const { accountId } = await d.mailbox('ann@a.example')
    const locked = async (account: AccountId = accountId) => (await d.directory.senderOf(account))?.sendingLocked
    assert.equal(await locked(), undefined)
    await d.make(lockSending, { address: at('ann@a.example'), reason: 'sends spam' })
    assert.equal(await locked(), 'sends spam')
    await d.make(lockSendingOfCustomer, { customer: 'ACME', reason: 'unpaid' })
    assert.equal(await locked(), 'sends spam')
    assert.equal(await locked((await d.mailbox('ben@a.example')).accountId), 'unpaid')
    await d.make(lockSending, { address: at('ann@a.example'), reason: null })
    assert.equal(await locked(), 'unpaid')
    const overview = await d.directory.query(addressOverview, { address: at('ann@a.example') })
    assert.equal(overview.refused === undefined && overview.found.mailbox?.sendingLockedReason, 'unpaid')
    await d.make(lockSendingOfCustomer, { customer: 'acme', reason: null })
    assert.equal(await locked(), undefined)
    assert.equal((await d.refused(lockSending, { address: at('nobody@a.example'), reason: 'x' })).code, 'unknown')
    assert.equal((await d.refused(lockSendingOfCustomer, { customer: 'nobody', reason: 'x' })).code, 'unknown')
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
