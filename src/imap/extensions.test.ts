import assert from 'node:assert/strict'
import test from 'node:test'
import { Enabled } from './extensions.ts'

test('what is enabled twice is enabled once, and QRESYNC brings CONDSTORE (RFC 5161 3.1, RFC 7162 3.2.3)', () => {
  const enabled = new Enabled()
  assert.equal(enabled.has('QRESYNC'), false)
  assert.equal(enabled.add('QRESYNC'), true)
  assert.equal(enabled.add('QRESYNC'), false)
  assert.equal(enabled.add('CONDSTORE'), false)
  assert.equal(enabled.has('CONDSTORE'), true)
  assert.equal(enabled.has('UTF8=ACCEPT'), false)
})
