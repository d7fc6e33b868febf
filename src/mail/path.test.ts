import assert from 'node:assert/strict'
import test from 'node:test'
import { parsePath, readPath } from './path.ts'

// What is and is no path stands in test/conformance/lists; here is what has no address.
test('the null path and postmaster', () => {
  assert.deepEqual(parsePath('<>', { utf8: false }), { kind: 'null' })
  assert.deepEqual(parsePath('<PostMaster>', { utf8: false }), { kind: 'postmaster' })
  assert.deepEqual(parsePath('<postmaster>x', { utf8: false }), { kind: 'invalid', fault: 'syntax' })
  assert.equal(parsePath('<postmaster@a.example>', { utf8: false }).kind, 'mailbox')
})

test('a path says where it ends, so that quoted spaces and brackets do not', () => {
  const line = 'TO:<"a> b"@c.example> NOTIFY=NEVER'
  const { path, end } = readPath(line, 3, { utf8: false })
  assert.deepEqual(path, { kind: 'mailbox', address: { localPart: 'a> b', domain: 'c.example' } })
  assert.equal(line.slice(end), ' NOTIFY=NEVER')
})

test('a long route costs no more than its length', () => {
  assert.equal(parsePath(`<${'@a,'.repeat(500_000)}`, { utf8: false }).kind, 'invalid')
})
