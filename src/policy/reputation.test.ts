import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mail, World } from '../../test/harness/policy.ts'
import { silent } from '../base/log.ts'
import type { AccountId } from '../mail/ids.ts'
import { Correspondents } from '../protection/correspondents.ts'
import { Reputation, type Sender } from '../protection/reputation.ts'
import type { TestHit } from '../spam/input.ts'
import type { Judged } from './judging.ts'

const header = 'From: <ann@mail.sender.example>\r\nSubject: x\r\n'
const client: Sender = { ip: '127.0.0.9', domains: [] }

function judgedWith(...tests: readonly TestHit[]): Judged {
  const score = tests.reduce((sum, test) => sum + test.score, 0)
  return { spam: { found: { common: { score, tests, complete: true, autolearn: 'no' }, own: new Map() }, micros: 5 } }
}

const judgements: readonly (readonly [what: string, judged: Judged, bad: number, good: number])[] = [
  ['spam that leaves little doubt', judgedWith({ name: 'A_TEST', score: 9 }), 1, 0],
  ['spam as it is to others', judgedWith({ name: 'A_TEST', score: 7 }), 0, 0],
  ['nothing against it', judgedWith({ name: 'A_TEST', score: 0.5 }), 0, 1],
  ['only its reputation speaks against it', judgedWith({ name: 'A_TEST', score: 6.5 }, { name: 'REPUTATION_IP_WORST', score: 3 }), 0, 0],
  ['only its reputation speaks for it', judgedWith({ name: 'A_TEST', score: 2 }, { name: 'REPUTATION_DOMAIN_GOOD', score: -1 }), 0, 0],
  ['a test string', judgedWith({ name: 'GTUBE', score: 1000 }), 0, 0],
  ['no score', { noScore: 'too late' }, 0, 0],
]

for (const [what, judged, bad, good] of judgements) {
  test(`what a message says of its sender: ${what}`, async () => {
    await using world = await World.make({ 'bob@our.example': {} })
    const talk = await world.begin()
    await talk.rcpt('bob@our.example')
    world.judging.judged = judged
    await talk.judge(header)
    const [address] = await new Reputation({ ephemeral: world.ephemeral, clock: world.clock, log: silent }).of(client)
    assert.deepEqual([address?.bad, address?.good], [bad, good])
  })
}

test('the filter is told what is known of the client, and of domain and address that the author names', async () => {
  await using world = await World.make({ 'bob@our.example': {}, 'eve@our.example': {} })
  const reputation = new Reputation({ ephemeral: world.ephemeral, clock: world.clock, log: silent })
  const correspondents = new Correspondents({ ephemeral: world.ephemeral, clock: world.clock, log: silent })
  await reputation.note({ ip: '127.0.0.9', domains: ['sender.example'] }, 'good')
  await correspondents.wroteTo(10 as AccountId, [mail('ann@mail.sender.example')])
  const known = async (...recipients: readonly string[]) => {
    const talk = await world.begin()
    for (const to of recipients) await talk.rcpt(to)
    await talk.judge(header)
    return world.judging.asked.at(-1)?.known
  }
  const value = -1 / 3
  const domains = [['mail.sender.example', value]]
  assert.deepEqual(await known('bob@our.example'), { address: value, network: value, domains, writtenTo: ['ann@mail.sender.example'] })
  assert.deepEqual((await known('eve@our.example'))?.writtenTo, [])
  assert.deepEqual((await known('bob@our.example', 'eve@our.example'))?.writtenTo, [], 'one of them does not know him')
})

test('who guesses recipients has it held against him', async () => {
  await using world = await World.make({ 'bob@our.example': {} })
  const talk = await world.begin()
  await talk.rcpt('nobody@our.example')
  const [address] = await new Reputation({ ephemeral: world.ephemeral, clock: world.clock, log: silent }).of(client)
  assert.equal(address?.bad, 0.25)
})
