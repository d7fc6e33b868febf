import assert from 'node:assert/strict'
import test from 'node:test'
import * as packet from 'dns-packet'
import fc from 'fast-check'
import { maxRecordsInMessage } from './limits.ts'
import { answers, encodeQuery, readMeaning } from './message.ts'

const query = { ...encodeQuery('a.example', 'A', true), type: 'A' as const }
const truth = packet.encode({
  type: 'response',
  id: query.id,
  flags: 0,
  questions: [{ type: 'A', name: 'a.example' }],
  answers: [{ type: 'A', name: 'a.example', ttl: 60, data: '192.0.2.1' }],
})

test('octets of any kind: never an exception, and found only with the address that is there', () => {
  assert.equal(readMeaning(truth, query).kind, 'found')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(truth.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(truth.length), (changes, cut) => {
      const octets = Uint8Array.from(truth.subarray(0, truth.length - (cut % 8)))
      for (const [at, value] of changes) if (at < octets.length) octets[at] = value
      if (!answers(octets, query)) return
      const meaning = readMeaning(octets, query)
      if (meaning.kind === 'found') for (const record of meaning.records) assert.match(record, /^\d+\.\d+\.\d+\.\d+$/)
    }),
    { numRuns: 2000 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (tail) => {
      const octets = new Uint8Array([...truth.subarray(0, 27), ...tail])
      octets[7] = tail.length & 7
      octets[9] = 1
      if (answers(octets, query)) assert.ok(readMeaning(octets, query).kind)
    }),
  )
})

test('more records than anybody needs are refused before they are read', () => {
  const octets = Uint8Array.from(truth)
  octets[6] = (maxRecordsInMessage + 1) >> 8
  octets[7] = (maxRecordsInMessage + 1) & 0xff
  assert.deepEqual(readMeaning(octets, query), { kind: 'failed', why: 'malformed' })
})

test('ids are random', () => {
  const ids = new Set(Array.from({ length: 100 }, () => encodeQuery('a.example', 'A', true).id))
  assert.ok(ids.size > 90)
})
