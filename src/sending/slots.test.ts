import assert from 'node:assert/strict'
import test from 'node:test'
import { Slots } from './slots.ts'

test('who waits gets the slot that is given back; one that rests makes room', () => {
  const slots = new Slots(() => 1)
  const woken: string[] = []
  const waiter = (name: string) => {
    const wake = (): boolean => {
      woken.push(name)
      return slots.take(wake)
    }
    return wake
  }
  assert.ok(slots.take(() => false))
  assert.ok(!slots.take(waiter('a')))
  assert.ok(!slots.take(waiter('b')))
  slots.give()
  assert.deepEqual([woken, slots.wanted], [['a'], true])
  // The one that a has rests, and its end gives it back.
  slots.rest(() => slots.give())
  assert.ok(!slots.take(waiter('c')))
  assert.deepEqual(woken, ['a', 'b'])
})

test('a limit that was lowered holds, and nobody spins', { timeout: 5_000 }, () => {
  let most = 2
  const slots = new Slots(() => most)
  const wake = (): boolean => slots.take(wake)
  assert.ok(slots.take(wake) && slots.take(wake))
  assert.ok(!slots.take(wake))
  most = 1
  slots.give()
  assert.ok(slots.wanted)
})
