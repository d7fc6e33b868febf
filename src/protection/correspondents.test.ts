import assert from 'node:assert/strict'
import test from 'node:test'
import { greylisted, mail, World } from '../../test/harness/policy.ts'
import { silent } from '../base/log.ts'
import type { AccountId } from '../mail/ids.ts'
import { Correspondents } from './correspondents.ts'

const dayMs = 86_400_000
/** World's first address has account 10. */
const bob = 10 as AccountId

test('who was written to is known to that mailbox, whatever the case, for 400 days after the last message', async () => {
  await using world = await World.make({})
  const correspondents = new Correspondents({ ...world, log: silent })
  await correspondents.wroteTo(bob, [mail('Ann@sender.example')])
  assert.equal(await correspondents.knows(bob, mail('ann@sender.example')), true)
  assert.equal(await correspondents.knows(11 as AccountId, mail('ann@sender.example')), false)
  assert.equal(await correspondents.knows(bob, mail('eve@sender.example')), false)
  world.clock.ms += 300 * dayMs
  await correspondents.wroteTo(bob, [mail('ann@sender.example')])
  world.clock.ms += 399 * dayMs
  assert.equal(await correspondents.knows(bob, mail('ann@sender.example')), true)
  world.clock.ms += 2 * dayMs
  assert.equal(await correspondents.knows(bob, mail('ann@sender.example')), false)
})

test('an answer to a mailbox that wrote first is not greylisted (SPEC A2); an answer to a list or by somebody else is', async () => {
  const settings = { greylisting: true }
  await using world = await World.make({ 'bob@our.example': { settings }, 'team@our.example': { kind: 'list', settings } })
  const correspondents = new Correspondents({ ...world, log: silent })
  await correspondents.wroteTo(bob, [mail('ann@sender.example')])
  await correspondents.wroteTo(20 as AccountId, [mail('ann@sender.example')])
  assert.equal(await (await world.begin()).rcpt('bob@our.example'), 'ok address=pass greylisting=skip')
  assert.equal(await (await world.begin({ from: 'eve@sender.example' })).rcpt('bob@our.example'), greylisted)
  assert.equal(await (await world.begin()).rcpt('team@our.example'), greylisted.replace('bob', 'team'))
})
