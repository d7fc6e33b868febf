import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { noOrderKeys } from '../message/order-keys.ts'
import { orderColumns, sentDay, sentSeconds, unpackHashes } from './order-columns.ts'

const dayMs = 86_400_000

test('dates come back, whatever lies between them', () => {
  const ms = fc.integer({ min: -1e12, max: 4e12 })
  fc.assert(
    fc.property(ms, ms, fc.constantFrom(-1, 0, 1), (internalDateMs, sent, ahead) => {
      const sentMs = Math.floor(sent / 1000) * 1000
      const columns = orderColumns(internalDateMs, { ...noOrderKeys, sentMs, sentDay: Math.floor(sentMs / dayMs) + ahead })
      assert.equal(sentSeconds(internalDateMs, columns.sent), sentMs / 1000)
      assert.equal(sentDay(internalDateMs, columns.sent), Math.floor(sentMs / dayMs) + ahead)
    }),
  )
})

test('without a date INTERNALDATE stands for it, but for no day', () => {
  const { sent } = orderColumns(5_999, noOrderKeys)
  assert.equal(sent, null)
  assert.equal(sentSeconds(5_999, sent), 5)
  assert.ok(Number.isNaN(sentDay(5_999, sent)))
})

test('references come back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 47 - 1 })), (references) => {
      const back: number[] = []
      assert.equal(unpackHashes(orderColumns(0, { ...noOrderKeys, references }).reference_hashes, back), references.length)
      assert.deepEqual(back, references)
    }),
  )
})
