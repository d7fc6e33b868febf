import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract, type OperationName } from './contract.ts'
import { pathFields, rest, restRequest, routeOf } from './rest.ts'

const names = Object.keys(contract) as OperationName[]

test('each operation has a place of its own', () => {
  const places = Object.values(rest).map((place) => place.replaceAll(/\{\w+\}/g, '{}'))
  assert.deepEqual(
    places.filter((place, index) => places.indexOf(place) !== index),
    [],
  )
})

test('what stands in a path is a field that the operation must have', () => {
  for (const name of names) {
    const shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>> = contract[name].input.shape
    for (const field of pathFields(routeOf(name).path)) {
      assert.ok(field in shape, `${name}: ${field}`)
      assert.ok(shape[field]?.safeParse(undefined).success === false, `${name}: ${field} can be left out`)
    }
  }
})

test('a client’s request: fields in the path, the query or the body', () => {
  assert.deepEqual(restRequest('address.show', { address: 'ann+x/y@a.example' }), {
    method: 'GET',
    path: '/api/addresses/ann%2Bx%2Fy%40a.example',
    body: undefined,
  })
  assert.deepEqual(restRequest('queue.list', { destination: 'b.example', limit: 5, id: undefined }), {
    method: 'GET',
    path: '/api/queue?destination=b.example&limit=5',
    body: undefined,
  })
  assert.deepEqual(restRequest('address.set', { address: 'ann@a.example', values: { greylisting: null } }), {
    method: 'PATCH',
    path: '/api/addresses/ann%40a.example',
    body: '{"values":{"greylisting":null}}',
  })
})
