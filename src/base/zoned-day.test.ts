import assert from 'node:assert/strict'
import test from 'node:test'
import { dayBeginsMs, isTimeZone, nextDay, ownTimeZone } from './zoned-day.ts'

for (const [day, zone, begins] of [
  ['2026-12-20', 'UTC', '2026-12-20T00:00:00.000Z'],
  ['2026-12-20', 'Europe/Berlin', '2026-12-19T23:00:00.000Z'],
  ['2026-07-01', 'Europe/Berlin', '2026-06-30T22:00:00.000Z'],
  // The clock goes on or back at two or three in the night.
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
  ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
  // … or at midnight: the day begins at one, or the one before ended twice.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
  ['2026-01-01', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z'],
  ['2026-01-01', 'America/New_York', '2026-01-01T05:00:00.000Z'],
] as const) {
  test(`${day} begins in ${zone} at ${begins}`, () => assert.equal(new Date(dayBeginsMs(day, zone) ?? Number.NaN).toISOString(), begins))
}

test('no such day, no such zone', () => {
  for (const day of ['2026-02-30', '2026-13-01', '2026-1-1', '20.12.2026', '']) assert.equal(dayBeginsMs(day, 'UTC'), undefined, day)
  assert.equal(dayBeginsMs('2026-01-01', 'Europe/Berln'), undefined)
  assert.equal(isTimeZone(ownTimeZone()), true)
})

test('the day after', () => {
  assert.equal(nextDay('2026-12-31'), '2027-01-01')
  assert.equal(nextDay('2028-02-28'), '2028-02-29')
})
