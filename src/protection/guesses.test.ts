import assert from 'node:assert/strict'
import test from 'node:test'
import { Guesses, maxDelayMs } from './guesses.ts'

function make() {
  const clock = { ms: 1_700_000_000_000, now: () => clock.ms }
  const guesses = new Guesses(clock)
  const wrong = (account: string, ip: string, times: number) => {
    for (let turn = 0; turn < times; turn++) guesses.failed({ account, ip })
  }
  return { clock, guesses, wrong, delay: (account: string, ip: string) => guesses.delayMs({ account, ip }) }
}

test('a few wrong passwords cost nothing, then each answer comes later', () => {
  const { clock, wrong, delay } = make()
  wrong('ann@a.example', '192.0.2.1', 4)
  assert.equal(delay('ann@a.example', '192.0.2.1'), 0)
  const delays: (number | string)[] = []
  for (let turn = 0; turn < 6; turn++) {
    wrong('ann@a.example', '192.0.2.1', 1)
    const wait = delay('ann@a.example', '192.0.2.1')
    delays.push(wait)
    clock.ms += Number(wait)
  }
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 8000])
  clock.ms += 3_600_000
  assert.equal(delay('ann@a.example', '192.0.2.1'), 0, 'forgotten after a while')
})

test('in parallel, answers of one host queue up; past the longest delay it is told to come later', () => {
  const { wrong, delay } = make()
  wrong('ann@a.example', '192.0.2.1', 12)
  const delays = Array.from({ length: 6 }, () => delay('bob@a.example', '192.0.2.1'))
  assert.deepEqual(delays, [8000, 16_000, 24_000, 'throttled', 'throttled', 'throttled'])
})

test('one IPv6 host cannot use its many addresses; a network is slowed as a whole', () => {
  const { wrong, delay } = make()
  wrong('ann@a.example', '2001:db8:1:2::1', 8)
  assert.notEqual(delay('bob@a.example', '2001:db8:1:2::ffff'), 0)
  for (let host = 0; host < 25; host++) wrong(`user${host}@a.example`, `198.51.100.${host}`, 1)
  assert.notEqual(delay('bob@a.example', '198.51.100.200'), 0)
})

test('an account guessed at from everywhere is slow from new places, never closed', () => {
  const { wrong, delay } = make()
  for (let host = 0; host < 250; host++) wrong('ann@a.example', `10.${host}.0.1`, 1)
  for (let turn = 0; turn < 20; turn++) assert.equal(delay('ann@a.example', '192.0.2.1'), 8000)
})

test('the owner is not locked out by guesses from the same host or network', () => {
  const { guesses, wrong, delay } = make()
  guesses.succeeded({ account: 'ann@a.example', ip: '192.0.2.1' })
  wrong('ann@a.example', '10.0.0.1', 300)
  wrong('ann@a.example', '192.0.2.2', 300)
  wrong('bob@a.example', '192.0.2.1', 300)
  assert.equal(delay('bob@a.example', '192.0.2.1'), 8000)
  assert.equal(delay('ann@a.example', '192.0.2.1'), 0)
})

test('guesses at an account from where its owner signs in are slowed, but not turned away', () => {
  const { guesses, wrong, delay } = make()
  guesses.succeeded({ account: 'ann@a.example', ip: '192.0.2.1' })
  wrong('ann@a.example', '192.0.2.1', 29)
  assert.equal(delay('ann@a.example', '192.0.2.1'), 0)
  wrong('ann@a.example', '192.0.2.1', 30)
  for (let turn = 0; turn < 20; turn++) {
    const wait = delay('ann@a.example', '192.0.2.1')
    assert.ok(wait !== 'throttled' && wait > 0 && wait <= maxDelayMs, String(wait))
  }
})

test('guesses side by side from where the owner signs in are as many as there is room for, and no more', () => {
  const { guesses, delay } = make()
  guesses.succeeded({ account: 'ann@a.example', ip: '192.0.2.1' })
  const answers = Array.from({ length: 1000 }, () => delay('ann@a.example', '192.0.2.1'))
  assert.equal(answers.filter((answer) => answer !== 'throttled').length, 50)
  guesses.failed({ account: 'ann@a.example', ip: '192.0.2.1' })
  assert.notEqual(delay('ann@a.example', '192.0.2.1'), 'throttled')
})

test('a right password from a host does not pay for its wrong ones', () => {
  const { guesses, wrong, delay } = make()
  wrong('ann@a.example', '192.0.2.1', 9)
  guesses.succeeded({ account: 'mallory@a.example', ip: '192.0.2.1' })
  assert.notEqual(delay('ann@a.example', '192.0.2.1'), 0)
})

test('a whole office may sign in at once; a thousand guesses at once are too many', () => {
  const { guesses, delay } = make()
  for (let user = 0; user < 50; user++) assert.equal(delay(`u${user}@a.example`, '192.0.2.1'), 0)
  for (let user = 0; user < 50; user++) guesses.succeeded({ account: `u${user}@a.example`, ip: '192.0.2.1' })
  for (let user = 50; user < 100; user++) assert.equal(delay(`u${user}@a.example`, '192.0.2.1'), 0)
  const answers = Array.from({ length: 900 }, (_, at) => delay(`g${at}@a.example`, '192.0.2.1'))
  assert.ok(answers.filter((answer) => answer === 0).length <= 6, 'without waiting')
  assert.equal(answers.at(-1), 'throttled')
})

test('what we could not answer is not held against anybody, nor what nobody reported', () => {
  const { clock, guesses, delay } = make()
  for (let turn = 0; turn < 200; turn++) {
    assert.equal(delay('ann@a.example', '192.0.2.1'), 0)
    guesses.unanswered({ account: 'ann@a.example', ip: '192.0.2.1' })
  }
  for (let turn = 0; turn < 60; turn++) delay('ann@a.example', '192.0.2.1')
  assert.notEqual(delay('ann@a.example', '192.0.2.1'), 0)
  clock.ms += 3 * 60_000
  assert.equal(delay('ann@a.example', '192.0.2.1'), 0)
})
