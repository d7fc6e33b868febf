import assert from 'node:assert/strict'
import test from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { contract } from '../api/contract.ts'
import { openApiDocument } from './openapi.ts'

/** As a client has it. */
const document = JSON.parse(JSON.stringify(openApiDocument())) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object }[]
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { readonly schema: object }>> }
}
const operationAt = (path: string, method: string) => document.paths[path]?.[method]

test('the document is one of OpenAPI 3.1', async () => {
  const validator = new Validator()
  assert.deepEqual(await validator.validate(structuredClone(document)), { valid: true })
  assert.equal(validator.version, '3.1')
})

test('every operation is in it, once', () => {
  const named = Object.values(document.paths).flatMap((place) => Object.values(place).map(({ operationId }) => operationId))
  assert.deepEqual(named.toSorted(), Object.keys(contract).toSorted())
})

test('fields stand in path, query or body', () => {
  const list = operationAt('/queue', 'get')
  assert.deepEqual(
    list?.parameters?.map(({ name, in: where, required }) => [name, where, required]),
    ['id', 'destination', 'mailbox', 'customer', 'limit', 'after'].map((name) => [name, 'query', false]),
  )
  const set = operationAt('/addresses/{address}', 'patch')
  assert.deepEqual(
    set?.parameters?.map(({ name, in: where, required }) => [name, where, required]),
    [['address', 'path', true]],
  )
  assert.deepEqual(set?.requestBody?.content['application/json']?.schema, {
    type: 'object',
    properties: {
      values: {
        description: 'Settings by their names; null: inherited again, or back to the default.',
        type: 'object',
        propertyNames: { type: 'string', maxLength: 1000 },
        additionalProperties: { anyOf: [{ type: 'string', maxLength: 1000 }, { type: 'null' }] },
      },
    },
    required: ['values'],
    additionalProperties: false,
  })
})
