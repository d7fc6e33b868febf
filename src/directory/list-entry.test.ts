import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { formatListEntry, parseListEntry } from './list-entry.ts'

for (const [written, kind, canonical] of [
  ['Ann@A.Example', 'address', 'ann@a.example'],
  ['"Ann B"@a.example', 'address', '"ann b"@a.example'],
  [' ann@bücher.example ', 'address', 'ann@xn--bcher-kva.example'],
  ['a.example', 'domain', 'a.example'],
  ['@a.example', 'domain', 'a.example'],
  ['*@a.example', 'domain', 'a.example'],
  ['.A.example', 'domain', '.a.example'],
  ['*.a.example', 'domain', '.a.example'],
  ['example', 'domain', 'example'],
  ['192.0.2.1', 'network', '192.0.2.1'],
  ['192.0.2.77/24', 'network', '192.0.2.0/24'],
  ['::ffff:192.0.2.1', 'network', '192.0.2.1'],
  ['2001:DB8::/32', 'network', '2001:db8::/32'],
  ['2001:db8::1', 'network', '2001:db8::1'],
  ['host:MX.a.example', 'host', 'host:mx.a.example'],
  ['Host: .a.example', 'host', 'host:.a.example'],
] as const) {
  test(`"${written}" is the ${kind} ${canonical}`, () => {
    const entry = parseListEntry(written)
    assert.equal(entry?.kind, kind)
    assert.ok(entry)
    assert.equal(formatListEntry(entry), canonical)
    assert.deepEqual(formatListEntry(parseListEntry(canonical) ?? entry), canonical)
  })
}

for (const wrong of [
  '',
  ' ',
  'a b.example',
  'ann@',
  '@',
  '.',
  '*.',
  'host:',
  '192.0.2.1/33',
  '1.2.3.4.5',
  'a..example',
  'ann@a@b',
  '-a.example',
  'x'.repeat(300),
  'a*b.example',
]) {
  test(`"${wrong.slice(0, 20)}" is no entry`, () => {
    assert.equal(parseListEntry(wrong), undefined)
  })
}

test('whatever is read has one spelling', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.emailAddress(),
        fc.domain(),
        fc.ipV4(),
        fc.ipV6(),
        fc.domain().map((name) => `host:${name}`),
      ),
      (text) => {
        const entry = parseListEntry(text)
        if (entry === undefined) return
        const canonical = formatListEntry(entry)
        const again = parseListEntry(canonical)
        assert.ok(again, `"${canonical}" reads back`)
        assert.equal(formatListEntry(again), canonical)
      },
    ),
  )
})
