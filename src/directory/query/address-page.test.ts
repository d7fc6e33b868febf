import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../../test/harness/database.ts'
import { at, desk } from '../../../test/harness/directory.ts'
import { lockMailbox } from '../change/locks.ts'
import { addCustomer } from '../change/organisation.ts'
import { forwardMailbox } from '../change/pointers.ts'
import type { Reach } from '../reach.ts'
import { countAddresses, listAddresses } from './address-page.ts'

const everybody: Reach = { kind: 'all' }

withEachEngine((_, open) => {
  test('addresses come in pages, each once, in one order', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    const names = Array.from({ length: 25 }, (_unused, index) => `u${String(index).padStart(2, '0')}@a.example`)
    for (const name of names) await d.mailbox(name)
    const seen: string[] = []
    let after: string | undefined = ''
    while (after !== undefined) {
      const page: Awaited<ReturnType<typeof listAddresses.run>> = await d.directory.query(listAddresses, { reach: everybody, after, limit: 10 })
      seen.push(...page.addresses.map(({ address }) => address))
      after = page.next
    }
    assert.deepEqual(seen, names)
  })

  test('by kind, domain and a part of the name, whatever its letters', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.domain('b.example')
    for (const name of ['Ann.Books@a.example', 'bob_books@a.example', 'bob%@a.example', 'ann@b.example']) await d.mailbox(name)
    await d.pointer('list', 'books@a.example', 'ann.books@a.example', 'x@c.example')
    const found = async (search: object) => {
      const { addresses } = await d.directory.query(listAddresses, { reach: everybody, after: '', limit: 100, ...search })
      assert.equal(await d.directory.query(countAddresses, { reach: everybody, ...search }), addresses.length)
      return addresses.map(({ address }) => address)
    }
    assert.deepEqual(await found({ contains: 'BOOKS' }), ['Ann.Books@a.example', 'bob_books@a.example', 'books@a.example'])
    assert.deepEqual(await found({ contains: '_' }), ['bob_books@a.example'])
    assert.deepEqual(await found({ contains: '%' }), ['bob%@a.example'])
    assert.deepEqual(await found({ contains: '\\' }), [])
    assert.deepEqual(await found({ kind: 'list' }), ['books@a.example'])
    assert.deepEqual(await found({ domain: 'b.example' }), ['ann@b.example'])
    assert.deepEqual(await found({ domain: 'c.example' }), [])
  })

  test('each with what the list shows of it', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    for (const name of ['ann@a.example', 'bob@a.example']) await d.mailbox(name)
    await d.make(lockMailbox, { address: at('ann@a.example'), kind: 'whole', reason: 'unpaid' })
    await d.make(forwardMailbox, { address: at('bob@a.example'), targets: [at('x@c.example')], keepCopy: true })
    await d.pointer('list', 'many@a.example', ...Array.from({ length: 30 }, (_unused, index) => `u${index + 10}@c.example`))
    const { addresses } = await d.directory.query(listAddresses, { reach: everybody, after: '', limit: 100 })
    const mailbox = { quotaBytes: null, locked: false, sendingLocked: false }
    assert.deepEqual(addresses, [
      { address: 'ann@a.example', kind: 'mailbox', customer: 'main', targets: [], targetCount: 0, mailbox: { ...mailbox, accountId: 1, locked: true } },
      { address: 'bob@a.example', kind: 'mailbox', customer: 'main', targets: ['x@c.example'], targetCount: 1, mailbox: { ...mailbox, accountId: 2 } },
      {
        ...{ address: 'many@a.example', kind: 'list', customer: 'main', mailbox: undefined },
        ...{ targets: Array.from({ length: 20 }, (_unused, index) => `u${index + 10}@c.example`), targetCount: 30 },
      },
    ])
  })

  test('a customer’s people see its own and no others', async (context) => {
    const d = await desk(context, open)
    for (const name of ['one', 'two']) await d.make(addCustomer, { name, plan: undefined })
    await d.domain('a.example', 'one')
    await d.domain('b.example', 'two')
    for (const name of ['ann@a.example', 'bob@b.example']) await d.mailbox(name)
    const seen = async (reach: Reach, domain?: string) =>
      (await d.directory.query(listAddresses, { reach, domain, after: '', limit: 100 })).addresses.map(({ address }) => address)
    assert.deepEqual(await seen({ kind: 'customer', customerId: 2 }), ['bob@b.example'])
    assert.deepEqual(await seen({ kind: 'customer', customerId: 2 }, 'a.example'), [])
    assert.equal(await d.directory.query(countAddresses, { reach: { kind: 'customer', customerId: 1 } }), 1)
  })
})
