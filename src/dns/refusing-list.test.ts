import assert from 'node:assert/strict'
import test from 'node:test'
import { readRefusingLists } from './refusing-list.ts'

test('lists that refuse, as an operator writes them', () => {
  const [any, one, several] = readRefusingLists('bl.example, One.Example=127.0.0.2,some.example=127.0.0.4-11') ?? []
  assert.deepEqual([any?.zone, one?.zone, several?.zone], ['bl.example', 'one.example', 'some.example'])
  const codes = ['127.0.0.2', '127.0.0.4', '127.0.0.11', '127.0.0.12', '127.0.1.4']
  assert.deepEqual(
    codes.map((code) => any?.refuses(code)),
    [true, true, true, true, true],
  )
  assert.deepEqual(
    codes.map((code) => one?.refuses(code)),
    [true, false, false, false, false],
  )
  assert.deepEqual(
    codes.map((code) => several?.refuses(code)),
    [false, true, true, false, false],
  )
  assert.deepEqual(readRefusingLists(''), [])
})

for (const text of [
  'example',
  'bl.example=',
  'bl.example=128.0.0.2',
  'bl.example=127.0.0.9-2',
  'bl.example=127.0.0.2-256',
  'a b.example',
  'bl.example,',
  'x=y=z',
]) {
  test(`not such lists: ${text}`, () => assert.equal(readRefusingLists(text), undefined))
}
