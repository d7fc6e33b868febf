import assert from 'node:assert/strict'
import test from 'node:test'
import type { Answer } from '../dns/answer.ts'
import { recordSeen, recordStrings, recordText } from './key-record.ts'

const found = (...records: string[]): Answer<'TXT'> => ({ status: 'found', records, expiresAtMs: 0, authenticated: false })

for (const [what, answer, seen] of [
  ['as we said', found(recordText('ed25519', 'AAAA')), 'fine'],
  ['with what others write besides', found('k = ed25519; t=s; p=AA AA ;'), 'fine'],
  ['of another key', found('v=DKIM1; k=ed25519; p=BBBB'), 'different'],
  ['with a key that only begins so', found('v=DKIM1; k=ed25519; p=AAAAB'), 'different'],
  ['without the word that it is Ed25519', found('v=DKIM1; p=AAAA'), 'different'],
  ['of a key that was revoked', found('v=DKIM1; k=ed25519; p='), 'different'],
  ['and another one', found(recordText('ed25519', 'AAAA'), 'v=spf1 -all'), 'different'],
  ['no record', { status: 'none', why: 'no such name', expiresAtMs: 0, authenticated: false }, 'missing'],
  ['nobody could tell', { status: 'failed', why: 'timeout' }, 'unknown'],
] as const satisfies readonly (readonly [string, Answer<'TXT'>, string])[]) {
  test(`a record ${what}: ${seen}`, () => assert.equal(recordSeen(answer, 'ed25519', 'AAAA'), seen))
}

test('RSA need not be said, and a long record has several strings', () => {
  const key = 'A'.repeat(392)
  assert.equal(recordSeen(found(`v=DKIM1; p=${key}`), 'rsa', key), 'fine')
  assert.deepEqual(
    recordStrings(recordText('rsa', key)).map(({ length }) => length),
    [255, 155],
  )
})
