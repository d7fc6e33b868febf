import assert from 'node:assert/strict'
import test from 'node:test'
import { type Address, formatAddress, parseAddress } from './address.ts'
import { Srs } from './srs.ts'

const nowMs = Date.UTC(2026, 10, 22)
const day = 86_400_000
const ours = new Srs('secret', 'srs.ours.example')

function at(text: string): Address {
  const address = parseAddress(text)
  assert.ok(address, text)
  return address
}

const shown = (address: Address | undefined): string => (address === undefined ? 'none' : formatAddress(address))

test('there and back', () => {
  for (const sender of ['ann@a.example', 'Ann+x=y@a.example', '"a b"@a.example', 'zoë@a.example', 'a=b=c@xn--bcher-kva.example']) {
    const forwarded = ours.forward(at(sender), nowMs)
    assert.match(shown(forwarded), /^"?SRS0=[a-z2-7]{8}=[a-z2-7]{2}=.*@srs\.ours\.example$/)
    assert.equal(shown(forwarded && ours.back(forwarded, nowMs)), sender)
  }
})

test('what was forwarded to us goes back to the first one who forwarded it', () => {
  const first = new Srs('other', 'first.example')
  const second = new Srs('third', 'second.example')
  const once = first.forward(at('ann@a.example'), nowMs)
  assert.ok(once)
  const twice = second.forward(once, nowMs)
  const thrice = twice && ours.forward(twice, nowMs)
  assert.match(shown(thrice), /^SRS1=[a-z2-7]{8}=first\.example==[a-z2-7]{8}=[a-z2-7]{2}=a\.example=ann@srs\.ours\.example$/)
  assert.equal(shown(thrice && ours.back(thrice, nowMs)), shown(once))
  assert.equal(shown(first.back(once, nowMs)), 'ann@a.example')
})

test('nobody else makes such addresses, and none is good for ever', () => {
  const forwarded = ours.forward(at('ann@a.example'), nowMs)
  assert.ok(forwarded)
  const { localPart, domain } = forwarded
  const back = (text: string, atMs = nowMs) => shown(ours.back({ localPart: text, domain }, atMs))
  assert.equal(back(localPart.toUpperCase()), 'ANN@a.example')
  assert.equal(back(localPart, nowMs + 21 * day), 'ann@a.example')
  assert.equal(back(localPart, nowMs + 22 * day), 'none')
  assert.equal(back(localPart.replace('ann', 'eve')), 'none')
  assert.equal(back(localPart.replace(/=(..)=a/, '=aa=a')), 'none')
  assert.equal(shown(new Srs('another', domain).back(forwarded, nowMs)), 'none')
  for (const text of ['ann', 'SRS0=', 'SRS0=aaaaaaaa=', 'SRS1=aaaaaaaa=a.example==b', 'SRS2=aaaaaaaa=x', `SRS0=${'ä'.repeat(8)}=x`])
    assert.equal(back(text), 'none', text)
})

test('what would be too long is not rewritten', () => {
  assert.equal(ours.forward(at(`${'a'.repeat(60)}@a.example`), nowMs), undefined)
})

test('days go round', () => {
  const atEnd = 1023 * day
  const forwarded = ours.forward(at('ann@a.example'), atEnd)
  assert.equal(shown(forwarded && ours.back(forwarded, atEnd + 2 * day)), 'ann@a.example')
})
