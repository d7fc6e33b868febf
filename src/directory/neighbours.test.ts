import assert from 'node:assert/strict'
import test from 'node:test'
import { withEachEngine } from '../../test/harness/database.ts'
import { at, desk } from '../../test/harness/directory.ts'
import { formatAddress } from '../mail/address.ts'
import type { AccountId } from '../mail/ids.ts'
import { removeAddress, renameMailbox } from './change/addresses.ts'
import { lockMailbox } from './change/locks.ts'
import { neighbours } from './neighbours.ts'

withEachEngine((_, open) => {
  test('neighbours are of the same domain: not of the same customer, not by an alias elsewhere (SPEC C9)', async (context) => {
    const d = await desk(context, open)
    await d.domain('a.example')
    await d.domain('b.example')
    const [ann, ben, eve] = [await d.mailbox('ann@a.example'), await d.mailbox('ben@a.example'), await d.mailbox('eve@b.example')].map(
      ({ accountId }) => accountId,
    ) as [AccountId, AccountId, AccountId]
    await d.pointer('alias', 'post@a.example', 'ben@a.example')
    await d.pointer('alias', 'eve@a.example', 'eve@b.example')
    await d.pointer('forward', 'to-ben@a.example', 'ben@a.example')
    const near = neighbours(d.directory)
    const names = async (of: AccountId, ...others: AccountId[]) => [...(await near.of(of, others)).values()].map(({ address }) => formatAddress(address))
    const found = async (of: AccountId, text: string) => (await near.find(of, text))?.accountId
    assert.deepEqual(await names(ann, ben, eve, 99 as AccountId), ['ben@a.example'])
    assert.deepEqual(await names(eve, ann, ben), [])
    assert.deepEqual(await names(99 as AccountId, ann), [])
    assert.equal(await found(ann, 'BEN@A.example'), ben)
    assert.equal(await found(ann, 'post@a.example'), ben)
    for (const text of ['eve@b.example', 'eve@a.example', 'to-ben@a.example', 'nobody@a.example', 'anyone', ''])
      assert.equal(await found(ann, text), undefined, text)

    await d.make(lockMailbox, { address: at('ben@a.example'), kind: 'whole', reason: 'unpaid' })
    assert.equal((await near.of(ann, [ben])).get(ben)?.locked, true)
    let changes = 0
    const stop = near.onChange(() => changes++)
    await d.make(renameMailbox, { from: at('eve@b.example'), to: at('eva@a.example') })
    assert.equal(changes, 1)
    stop()
    assert.deepEqual(await names(ann, eve), ['eva@a.example'])
    assert.equal(await found(ann, 'eve@b.example'), undefined)
    await d.make(removeAddress, { address: at('eve@a.example'), kind: 'alias' })
    await d.make(removeAddress, { address: at('eva@a.example'), kind: 'mailbox' })
    assert.deepEqual(await names(ann, eve), [])
  })
})
