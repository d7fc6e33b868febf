import assert from 'node:assert/strict'
import { test } from 'node:test'
import { World } from '../../test/harness/policy.ts'
import type { AccountId } from '../mail/ids.ts'
import type { SpamScore } from '../spam/score.ts'
import { finding, type VirusReason } from '../virus/finding.ts'

const header = 'From: <ann@sender.example>\r\nSubject: x\r\n'
const score = (points: number): SpamScore => ({ score: points, tests: [{ name: 'A_TEST', score: points }], complete: true, autolearn: 'no' })
const spam = (common: number, own: readonly (readonly [number, number])[] = []) => ({
  spam: { found: { common: score(common), own: new Map(own.map(([account, points]) => [account as AccountId, score(points)])) }, micros: 5 },
})

test('where mailboxes’ own models disagree, nobody refuses: who would, gets it as spam in a folder (SPEC A7)', async () => {
  const settings = { spamAction: 'refuse' } as const
  await using world = await World.make({ 'bob@our.example': { settings }, 'eve@our.example': { settings } })
  const talk = await world.begin()
  assert.match(await talk.rcpt('bob@our.example'), /^ok/)
  assert.match(await talk.rcpt('eve@our.example'), /^ok/)
  world.judging.judged = spam(7, [[20, 1]])
  const { verdict, fates } = await talk.judge(header)
  assert.equal(verdict.action, 'accept')
  assert.deepEqual(
    fates?.map((fate) => (fate.action === 'deliver' ? fate.folder : fate.action)),
    ['spam', undefined],
  )
  world.judging.judged = spam(7)
  assert.equal((await talk.judge(header)).verdict.action, 'reject')
  assert.deepEqual(world.judging.asked[0]?.accounts, [10, 20])
})

test('no score: the message is delivered, and the journal says why', async () => {
  await using world = await World.make({ 'bob@our.example': {} })
  const talk = await world.begin()
  await talk.rcpt('bob@our.example')
  world.judging.judged = { noScore: 'too late' }
  const { verdict, fates } = await talk.judge(header)
  assert.equal(verdict.action, 'accept')
  assert.deepEqual(
    fates?.[0]?.checks.map(({ result, reason }) => [result, reason]),
    [['temperror', 'too late']],
  )
  world.judging.judged = { busy: true }
  assert.equal(await talk.data(header), '451 4.7.1 Too busy to judge this message now, please try later')
})

const away = '451 4.7.1 Cannot look for viruses now, please try later'
for (const [reason, setting, answer] of [
  ['away', {}, away],
  ['too late', {}, away],
  ['away', { 'virus.unavailable': 'deliver' }, 'ok virus=temperror'],
  ['encrypted archive', {}, 'ok virus=none'],
  ['encrypted archive', { 'virus.encrypted': 'refuse' }, '550 5.7.1 Message rejected: it holds an archive that cannot be looked through'],
  ['encrypted archive', { 'virus.encrypted': 'virus' }, '550 5.7.1 Message rejected: it holds a virus (NAME)'],
  ['beyond limits', {}, '550 5.7.1 Message rejected: it holds an archive that cannot be looked through'],
  ['beyond limits', { 'virus.beyond-limits': 'deliver' }, 'ok virus=none'],
  ['too large', {}, 'ok virus=none'],
  ['too large', { 'virus.too-large': 'refuse' }, '552 5.3.4 Message too large to be looked through for viruses'],
  ['virus', {}, '550 5.7.1 Message rejected: it holds a virus (NAME)'],
  ['clean', {}, 'ok virus=pass'],
] as const satisfies readonly (readonly [VirusReason, Record<string, string>, string])[]) {
  test(`virus check: ${reason}, ${JSON.stringify(setting)}`, async () => {
    await using world = await World.make({ 'bob@our.example': { settings: { spamLevel: 'off' } } }, { settings: setting })
    world.judging.hasVirusCheck = true
    world.judging.judged = { virus: { found: finding(reason, 'NAME'), micros: 1 } }
    const talk = await world.begin()
    await talk.rcpt('bob@our.example')
    assert.equal(await talk.data(header), answer)
  })
}

test('a recipient for whom everything is thrown away does not stop others from getting it', async () => {
  await using world = await World.make({
    'bob@our.example': { settings: { spamAction: 'discard' } },
    'eve@our.example': { settings: { spamAction: 'deliver' } },
  })
  const talk = await world.begin()
  await talk.rcpt('bob@our.example')
  await talk.rcpt('eve@our.example')
  world.judging.judged = spam(50)
  const { verdict, fates } = await talk.judge(header)
  assert.equal(verdict.action, 'accept')
  assert.deepEqual(
    fates?.map(({ action }) => action),
    ['discard', 'deliver'],
  )
  assert.deepEqual(
    world.journal.map(({ outcome, recipient }) => [outcome, recipient]),
    [['discarded', 'bob@our.example']],
  )
})
