import assert from 'node:assert/strict'
import test from 'node:test'
import { addressKey, formatAddress, longestAddress, parseAddress, parseAddressLiteral, readAddress } from './address.ts'

test('an address as people type it', () => {
  const cases: [string, string | undefined][] = [
    ['ann@a.example', 'ann@a.example'],
    ['Ann@A.Example', 'Ann@a.example'],
    ['ann@Bücher.example', 'ann@xn--bcher-kva.example'],
    ['ann@XN--BCHER-KVA.example', 'ann@xn--bcher-kva.example'],
    ['"ann"@a.example', 'ann@a.example'],
    ['"ann example"@a.example', '"ann example"@a.example'],
    ['ann@[192.0.2.1]', 'ann@[192.0.2.1]'],
    [' ann@a.example', undefined],
    ['ann@a.example ', undefined],
    ['ann@a.example>', undefined],
    ['<ann@a.example>', undefined],
    ['ann', undefined],
    ['ann@', undefined],
    ['@a.example', undefined],
    ['', undefined],
    ['ann@a.example\r\nRCPT TO:<x@y>', undefined],
    ['ann\0@a.example', undefined],
    ['ann@a.exa\0mple', undefined],
  ]
  for (const [text, written] of cases) {
    const address = parseAddress(text)
    assert.equal(address === undefined ? undefined : formatAddress(address), written, text)
  }
})

test('two spellings of one address have one key', () => {
  const cases: [string, string, boolean][] = [
    ['Ann@a.example', 'ann@A.EXAMPLE', true],
    ['"ann"@a.example', 'ann@a.example', true],
    ['ann@bücher.example', 'ann@xn--bcher-kva.example', true],
    ['Bu\u0308cher@a.example', 'B\u00fccher@a.example', true],
    ['ΟΔΟΣ@a.example', 'οδοσ@a.example', true],
    ['a.nn@a.example', 'ann@a.example', false],
    ['ann+tag@a.example', 'ann@a.example', false],
    ['strasse@a.example', 'straße@a.example', false],
    ['"a@b"@c', 'a@b', false],
  ]
  for (const [left, right, same] of cases) {
    const [a, b] = [parseAddress(left), parseAddress(right)]
    assert.ok(a !== undefined && b !== undefined)
    assert.equal(addressKey(a) === addressKey(b), same, `${left} ${right}`)
  }
})

test('a long text costs no more than its length', () => {
  const long = 'a'.repeat(2_000_000)
  assert.equal(parseAddress(`${long}@a.example`), undefined)
  assert.equal(parseAddress(`a@${long}`), undefined)
  assert.equal(parseAddress(`"${'\\"'.repeat(1_000_000)}`), undefined)
  assert.deepEqual(readAddress(`a@${'b.'.repeat(200)}c`, 0, { utf8: false }), { fault: 'too-long' })
  assert.equal(longestAddress, 254)
})

test('an address literal has one spelling', () => {
  assert.equal(parseAddressLiteral('[IPV6:2001:DB8::]'), '[IPv6:2001:db8::]')
  assert.equal(parseAddressLiteral('[]'), undefined)
  assert.equal(parseAddressLiteral('['), undefined)
  assert.equal(parseAddressLiteral('[IPv6:]'), undefined)
})
