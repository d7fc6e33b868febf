import assert from 'node:assert/strict'
import test from 'node:test'
import { contactOrNone, domainsOrNone, lineOrNone } from './setting-kind.ts'

test('what the server says of itself is one line; how its operator is reached is a URI (RFC 5464 3.2.1.1)', () => {
  for (const text of ['', 'Wartung am Samstag', 'a'.repeat(1000)]) assert.equal(lineOrNone(1000).parse(text), text)
  for (const text of ['two\r\nlines', 'a\0', 'a'.repeat(1001)]) assert.equal(lineOrNone(1000).parse(text), undefined)
  for (const text of ['mailto:help@a.example', 'tel:+49301234567', 'https://a.example/help']) assert.equal(contactOrNone.parse(text), text)
  for (const text of ['help@a.example', 'javascript:alert(1)', 'http://a.example', 'mailto:', 'mailto:a b', 'https://a.example/ä']) {
    assert.equal(contactOrNone.parse(text), undefined, text)
  }
  for (const kind of [contactOrNone, lineOrNone(10)]) {
    assert.equal(kind.parse('none'), '')
    assert.equal(kind.format(''), 'none')
  }
})

test('domains are written one way', () => {
  assert.equal(domainsOrNone.parse('List.example, bücher.example,list.example'), 'list.example,xn--bcher-kva.example')
  assert.equal(domainsOrNone.format(domainsOrNone.parse('none') ?? '?'), 'none')
  for (const text of ['a@list.example', '*.list.example', 'a.example;b.example', 'd.example,'.repeat(101)])
    assert.equal(domainsOrNone.parse(text), undefined, text)
})
