import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { at, desk } from '../../../test/harness/directory.ts'
import { addMailbox } from './addresses.ts'
import { addCustomer, addDomain, setCustomer } from './organisation.ts'
import { addPlan, setPlan } from './plans.ts'

withEachEngine((_engine, open) => {
  test('a reseller gives its customers only plans that are within its own; one beyond is to it as if it were not there', async (context) => {
    const d = await desk(context, open)
    const gigabyte = 1024 ** 3
    const plan = (name: string, limits: object) => d.make(addPlan, { name, limits, values: {} })
    await plan('whole', { storageBytes: 4 * gigabyte, maxMailboxes: 10, maxMessageBytes: 50_000_000, features: ['lists', 'api'] })
    await plan('part', { storageBytes: 4 * gigabyte, maxMailboxes: 2, maxMessageBytes: 50_000_000, features: ['lists'] })
    await plan('more-storage', { storageBytes: 5 * gigabyte, maxMailboxes: 2, maxMessageBytes: 50_000_000, features: [] })
    await plan('no-limit', { storageBytes: gigabyte, maxMailboxes: null, maxMessageBytes: 50_000_000, features: [] })
    await plan('more-features', { storageBytes: gigabyte, maxMailboxes: 2, maxMessageBytes: 50_000_000, features: ['autoresponder'] })
    await plan('larger-mail', { storageBytes: gigabyte, maxMailboxes: 2, maxMessageBytes: 50_000_001, features: [] })
    const { customerId: resellerId } = await d.make(addCustomer, { name: 'north', plan: 'whole' })
    await d.make(setCustomer, { customer: 'north', plan: undefined, isReseller: true, values: {} })

    assert.equal((await d.make(addCustomer, { name: 'books', plan: undefined, resellerId })).plan, 'whole')
    assert.equal((await d.make(addCustomer, { name: 'tools', plan: 'part', resellerId })).plan, 'part')
    for (const name of ['more-storage', 'no-limit', 'more-features', 'larger-mail', 'standard', 'nowhere']) {
      const unknown = { code: 'unknown', thing: 'plan', name, near: undefined }
      assert.deepEqual({ ...(await d.refused(addCustomer, { name: 'x', plan: name, resellerId })), near: undefined }, unknown)
      assert.deepEqual({ ...(await d.refused(setCustomer, { customer: 'north.books', plan: name, resellerId, values: {} })), near: undefined }, unknown)
    }
    // Operators may.
    await d.make(setCustomer, { customer: 'north.books', plan: 'no-limit', values: {} })
    await d.make(setCustomer, { customer: 'north.books', plan: 'part', resellerId, values: {} })
  })

  test('what a reseller’s customers have counts as its own', async (context) => {
    const d = await desk(context, open)
    await d.make(addPlan, { name: 'three', limits: { maxMailboxes: 3, maxAddresses: 3, maxDomains: 2 }, values: {} })
    const { customerId: resellerId } = await d.make(addCustomer, { name: 'north', plan: 'three' })
    await d.make(setCustomer, { customer: 'north', plan: undefined, isReseller: true, values: {} })
    for (const name of ['books', 'tools']) await d.make(addCustomer, { name, plan: undefined, resellerId })
    await d.domain('books.example', 'north.books')
    await d.domain('tools.example', 'north.tools')
    assert.deepEqual(await d.refused(addDomain, { name: 'more.example', customer: 'north.books' }), { code: 'reseller-full', of: 'domains' })
    assert.deepEqual(await d.refused(addDomain, { name: 'own.example', customer: 'north' }), { code: 'too-many', of: 'domains', limit: 2, plan: 'three' })
    for (const address of ['ann@books.example', 'bob@books.example', 'tim@tools.example']) await d.mailbox(address)
    const mailbox = (address: string) => ({ address: at(address), quotaBytes: null, credentials: [] })
    const full = await d.refused(addMailbox, mailbox('eve@tools.example'))
    assert.equal(full.code, 'reseller-full')
    await d.make(setPlan, { name: 'three', limits: { maxMailboxes: 4, maxAddresses: 4 }, values: {} })
    await d.make(addMailbox, mailbox('eve@tools.example'))
    // Another customer of the same plan has room of its own.
    await d.make(addCustomer, { name: 'alone', plan: 'three' })
    await d.domain('alone.example', 'alone')
    await d.mailbox('ann@alone.example')
  })
})
