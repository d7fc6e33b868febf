import assert from 'node:assert/strict'
import test from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Alarm } from './alarm.ts'

function sleeper(onRing: () => void = () => {}) {
  const rings: number[] = []
  const started = performance.now()
  const alarm = new Alarm({
    alarmRang() {
      rings.push(performance.now() - started)
      onRing()
    },
  })
  return { alarm, rings }
}

test('alarms ring once, not early, and little late; moved ones at their last time; cleared ones never', { timeout: 5_000 }, async () => {
  const soon = sleeper()
  const later = sleeper()
  const sooner = sleeper()
  const cleared = sleeper()
  soon.alarm.set(150)
  later.alarm.set(50)
  later.alarm.set(600)
  sooner.alarm.set(3_600_000)
  sooner.alarm.set(100)
  cleared.alarm.set(100)
  cleared.alarm.clear()
  await pause(1_000)
  for (const [{ rings }, due] of [
    [soon, 150],
    [later, 600],
    [sooner, 100],
  ] as const) {
    assert.equal(rings.length, 1)
    const [at = 0] = rings
    assert.ok(at >= due && at < due + 350, `${at} ms instead of ${due}`)
  }
  assert.deepEqual(cleared.rings, [])
})

test('who rings may clear and set others of the same moment', { timeout: 5_000 }, async () => {
  const second = sleeper()
  const third = sleeper()
  // Both orders, since the wheel promises none.
  const first = sleeper(() => second.alarm.clear())
  const last = sleeper(() => third.alarm.set(200))
  third.alarm.set(3_600_000)
  for (const { alarm } of [first, second, last]) alarm.set(100)
  await pause(700)
  assert.equal(first.rings.length, 1)
  assert.ok(second.rings.length <= 1)
  assert.equal(third.rings.length, 1)
})

test('100,000 alarms set anew ten times each cost little', () => {
  const alarms = Array.from({ length: 100_000 }, () => sleeper().alarm)
  const started = performance.now()
  for (let round = 0; round < 10; round++) for (const alarm of alarms) alarm.set(300_000)
  for (const alarm of alarms) alarm.clear()
  const took = performance.now() - started
  assert.ok(took < 1_500, `${took} ms`)
})
