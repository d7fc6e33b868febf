import assert from 'node:assert/strict'
import test from 'node:test'
import { type Candidate, choose, hasAnother } from './choose.ts'
import type { RelayClass } from '../mail/outgoing.ts'
import { type ListingCase, type Relay, usualWarmUp } from './relay.ts'
import { pauseMs, type RelayPast, standing } from './standing.ts'

const hour = 3_600_000
const day = 24 * hour
const added = 1_000 * day

const listed = (from: number, to?: number, weight = 1): ListingCase => ({
  ...{ kind: 'list', list: 'bl.example', sinceMs: from, heardAtMs: from, goneAtMs: to, weight, withdraws: true },
})
const past = (more: Partial<RelayPast> = {}): RelayPast => ({ addedAtMs: added, withdrawnAtMs: undefined, returnedAtMs: undefined, cases: [], ...more })

for (const [what, known, at, expected] of [
  ['new', past(), added, { state: 'warming', today: 50, day: 1 }],
  ['the third day', past(), added + 2.5 * day, { state: 'warming', today: 200, day: 3 }],
  ['after nine days', past(), added + 9 * day, { state: 'in' }],
  ['on a list', past({ cases: [listed(added + 20 * day)] }), added + 21 * day, { state: 'withdrawn', by: 'listing' }],
  ['on one of two lists still', past({ cases: [listed(added, added + day), listed(added)] }), added + 21 * day, { state: 'withdrawn', by: 'listing' }],
  ['just delisted', past({ cases: [listed(added, added + 20 * day)] }), added + 20 * day + hour, { state: 'pausing', untilMs: added + 20 * day + 6 * hour }],
  [
    'back after the pause, with warm-up',
    past({ cases: [listed(added, added + 20 * day)] }),
    added + 20 * day + 7 * hour,
    { state: 'warming', today: 50, day: 1 },
  ],
  ['warm again', past({ cases: [listed(added, added + 20 * day)] }), added + 30 * day, { state: 'in' }],
  [
    'listed three times within months: longer out',
    past({ cases: [listed(added, added + day), listed(added, added + 2 * day), listed(added, added + 20 * day)] }),
    added + 20 * day + 20 * hour,
    { state: 'pausing', untilMs: added + 20 * day + 24 * hour },
  ],
  [
    'an old case does not count',
    past({ cases: [listed(added, added + day), listed(added, added + 200 * day)] }),
    added + 200 * day + 5 * hour,
    { state: 'pausing', untilMs: added + 200 * day + 6 * hour },
  ],
  ['by hand', past({ withdrawnAtMs: added + day }), added + 2 * day, { state: 'withdrawn', by: 'hand' }],
  ['by hand and back', past({ withdrawnAtMs: added + day, returnedAtMs: added + 30 * day }), added + 30 * day, { state: 'warming', today: 50, day: 1 }],
  [
    'back by hand without the pause',
    past({ cases: [listed(added, added + 20 * day)], returnedAtMs: added + 20 * day + hour }),
    added + 20 * day + hour,
    { state: 'warming', today: 50, day: 1 },
  ],
  ['by hand in the midst of a listing', past({ cases: [listed(added)], returnedAtMs: added + day }), added + 2 * day, { state: 'withdrawn', by: 'listing' }],
] as const) {
  test(`a relay: ${what}`, () => assert.deepEqual(standing(known, usualWarmUp, at), expected))
}

test('no warm-up', () => {
  assert.deepEqual(standing(past(), { firstDay: Number.POSITIVE_INFINITY, growth: 2, days: 9 }, added), { state: 'in' })
})

function candidate(name: string, more: Partial<Candidate> & { weight?: number; classes?: RelayClass[] } = {}): Candidate {
  const { weight = 1, classes = ['paid'], ...rest } = more
  const relay: Relay = { name, way: { kind: 'ip', ip: '192.0.2.1', helloName: `${name}.example` }, weight, classes: new Set(classes), warmUp: usualWarmUp }
  return { relay, standing: { state: 'in' }, today: 0, openCases: [], ...rest }
}

const out = { state: 'withdrawn', by: 'listing' } as const
const byHand = { state: 'withdrawn', by: 'hand' } as const
const chosen = (candidates: Candidate[], chance = 0, not: string[] = [], patient = true): string => {
  const found = choose(candidates, { class: 'paid', not: new Set(not), patient }, chance)
  return found === undefined ? 'wait' : `${found.relay.name}${found.despite === undefined ? '' : ` though ${found.despite}`}`
}

test('by weight', () => {
  const pool = [candidate('a', { weight: 3 }), candidate('b'), candidate('spare', { weight: 0 })]
  assert.deepEqual(
    [0, 0.5, 0.74, 0.76, 0.999].map((chance) => chosen(pool, chance)),
    ['a', 'a', 'a', 'b', 'b'],
  )
})

test('the spare one carries when nobody else can', () => {
  assert.equal(chosen([candidate('a', { standing: out }), candidate('spare', { weight: 0 })], 0.5), 'spare')
})

test('of another class nobody carries', () => {
  assert.equal(chosen([candidate('a', { classes: ['bulk'] })]), 'wait')
})

test('while it warms up, as many as the day permits, then the others', () => {
  const warming = { state: 'warming', today: 50, day: 1 } as const
  assert.equal(chosen([candidate('a', { standing: warming, today: 49 })]), 'a')
  assert.equal(chosen([candidate('a', { standing: warming, today: 50 }), candidate('b')]), 'b')
  assert.equal(chosen([candidate('a', { standing: warming, today: 50 })]), 'wait')
})

test('what was refused because of a listing goes another way, if there is one', () => {
  const pool = [candidate('a'), candidate('b')]
  assert.deepEqual([chosen(pool, 0, ['a']), chosen(pool, 0, ['a', 'b'])], ['b', 'a'])
})

test('all are listed: the least bad one, and an alarm; none that was taken out by hand', () => {
  const pool = [
    candidate('a', { standing: out, openCases: [listed(0, undefined, 5)] }),
    candidate('b', { standing: out, openCases: [listed(0), listed(0)] }),
    candidate('c', { standing: byHand }),
  ]
  assert.equal(chosen(pool), 'b though listed')
  assert.equal(chosen([candidate('c', { standing: byHand })]), 'wait')
})

test('mail waits for a way that pauses or warms up, but not for ever', () => {
  const listedOne = candidate('a', { standing: out, openCases: [listed(0)] })
  const pausing = candidate('d', { standing: { state: 'pausing', untilMs: 1 } })
  const full = candidate('e', { standing: { state: 'warming', today: 50, day: 1 }, today: 50 })
  assert.equal(chosen([listedOne, pausing]), 'wait')
  assert.equal(chosen([listedOne, pausing], 0, [], false), 'd though pausing')
  assert.equal(chosen([listedOne, full, pausing], 0, [], false), 'e though warming')
  assert.equal(chosen([candidate('c', { standing: byHand })], 0, [], false), 'wait')
})

test('is there another way?', () => {
  const wish = { class: 'paid', not: new Set(['a']) } as const
  assert.equal(hasAnother([candidate('a')], wish), false)
  assert.equal(hasAnother([candidate('a'), candidate('b')], wish), true)
  assert.equal(hasAnother([candidate('a'), candidate('b', { standing: out })], wish), false)
  assert.equal(hasAnother([candidate('a'), candidate('b', { classes: ['bulk'] })], wish), false)
})

test('a listing that only is shown withdraws nobody, and costs no pause', () => {
  const shown = { ...listed(added), withdraws: false }
  assert.deepEqual(standing(past({ cases: [shown] }), usualWarmUp, added + 20 * day), { state: 'in' })
  assert.equal(pauseMs([shown, listed(added, added + day)], added + day, hour), hour)
  assert.equal(pauseMs([listed(added, added + day), listed(added)], added + day, hour), 2 * hour, 'the second one')
})
