import assert from 'node:assert/strict'
import test from 'node:test'
import { normaliseMailboxName } from './mailbox-name.ts'

test('names are normalised', () => {
  for (const [given, kept] of [
    ['inbox', 'INBOX'],
    ['InBox/Work', 'INBOX/Work'],
    ['Sent', 'Sent'],
    ['inboxes', 'inboxes'],
    ['Entwu\u0308rfe', 'Entw\u00fcrfe'],
    ['../../etc', '../../etc'],
  ])
    assert.equal(normaliseMailboxName(given as string), kept)
})

test('what cannot be a name is refused', () => {
  for (const name of ['', '/', 'a/', '/a', 'a//b', 'a\nb', 'a\0', '\ud800', 'x'.repeat(1001), 'a/'.repeat(64) + 'a']) {
    assert.equal(normaliseMailboxName(name), undefined, JSON.stringify(name))
  }
})
