import assert from 'node:assert/strict'
import test from 'node:test'
import type { AccountId } from '../mail/ids.ts'
import { nextLevel, type QuotaLevel } from './quota-level.ts'

const cases: readonly [
  what: string,
  percent: number,
  told: QuotaLevel,
  options: { toldOf?: number; quota?: number; refused?: boolean },
  next: number | undefined,
][] = [
  ['nothing yet', 69.9, 0, {}, undefined],
  ['70 %', 70, 0, {}, 70],
  ['told once', 75, 70, {}, undefined],
  ['90 %', 90, 70, {}, 90],
  ['from nothing to 90 % at once', 91, 0, {}, 90],
  ['full', 99, 90, {}, 100],
  ['past the quota', 104, 90, {}, 100],
  ['refused near the end', 90, 90, { refused: true }, 100],
  ['refused, since the message was large', 60, 0, { refused: true }, undefined],
  ['refused at 80 %', 80, 70, { refused: true }, undefined],
  ['refused again', 91, 100, { refused: true }, undefined],
  ['a little less than full', 91, 100, {}, undefined],
  ['a good deal less than full', 84.9, 100, {}, 70],
  ['hovering about 90 %', 88, 90, {}, undefined],
  ['hovering about 70 %', 66, 70, {}, undefined],
  ['fallen below 70 %', 64.9, 70, {}, 0],
  ['emptied', 0, 100, {}, 0],
  ['a larger quota', 69, 70, { toldOf: 999 }, 0],
  ['a larger quota, still 70 %', 72, 90, { toldOf: 999 }, 70],
  ['a smaller quota', 95, 70, { toldOf: 999 }, 90],
  ['another quota, the same level', 72, 70, { toldOf: 999 }, undefined],
  ['no quota any more', 95, 90, { quota: 0, toldOf: 999 }, 0],
  ['never any quota', 95, 0, { quota: 0 }, undefined],
]

test('which level is noted, and when it is told again (SPEC C6)', () => {
  for (const [what, percent, level, { toldOf = 1_000, quota = 1_000, refused = false }, next] of cases) {
    const stand = { accountId: 1 as AccountId, usedBytes: percent * 10, quotaBytes: quota === 0 ? undefined : quota, level, levelBytes: toldOf }
    assert.equal(nextLevel(stand, refused), next, what)
  }
})
