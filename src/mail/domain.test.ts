import assert from 'node:assert/strict'
import test from 'node:test'
import { parseDomain } from './domain.ts'

test('a domain has one text', () => {
  const cases: [string, string | undefined][] = [
    ['Example.ORG', 'example.org'],
    ['localhost', 'localhost'],
    ['Bücher.example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['XN--Bcher-Kva.example', 'xn--bcher-kva.example'],
    ['1.example', '1.example'],
    ['example.1a', 'example.1a'],
    ['127.1', undefined],
    ['0x7f.example.1', undefined],
    ['', undefined],
    ['.', undefined],
    ['example.', undefined],
    ['.example', undefined],
    ['ex ample', undefined],
    ['ex%61mple', undefined],
    ['ex/ample', undefined],
    ['example:25', undefined],
    ['[::1]', undefined],
    ['１２７.example', undefined],
    ['xn--', undefined],
    ['xn--a', undefined],
    [`${'a.'.repeat(126)}b`, `${'a.'.repeat(126)}b`],
    [`${'a.'.repeat(126)}bb`, undefined],
    [`${'ü'.repeat(60)}.example`, undefined],
  ]
  for (const [text, domain] of cases) assert.equal(parseDomain(text), domain, text)
})
