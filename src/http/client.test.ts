import assert from 'node:assert/strict'
import test from 'node:test'
import { clientOf, proxiesOf } from './client.ts'

const proxies = proxiesOf(['10.0.0.0/24', '2001:db8:ff::/48'])
const tls = 'TLSv1.3 TLS_AES_256_GCM_SHA384'
/** The client as "address TLS"; undefined: nobody knows. */
const client = (from: string, headers: Readonly<Record<string, string>>, over?: string) => {
  const found = clientOf({ ip: from, tls: over }, headers, proxies)
  return found && `${found.ip}${found.tls ? ' TLS' : ''}`
}

test('a stranger is who connects, whatever it says', () => {
  const lies = [
    { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' },
    { forwarded: 'for=10.0.0.1;proto=https' },
    { forwarded: 'for=127.0.0.1;proto=https' },
  ]
  for (const headers of lies) {
    assert.equal(client('192.0.2.7', headers), '192.0.2.7')
    assert.equal(client('192.0.2.7', headers, tls), '192.0.2.7 TLS')
    assert.equal(client('10.0.1.1', headers), '10.0.1.1')
  }
})

test('who comes through a proxy on this machine that is not to be believed is not on this machine', () => {
  assert.equal(client('127.0.0.1', {}), '127.0.0.1')
  for (const headers of [{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }, { via: '1.1 nginx' }, { 'x-real-ip': '192.0.2.7' }])
    assert.equal(client('127.0.0.1', { ...headers, 'x-forwarded-proto': 'https' }), '0.0.0.0')
})

for (const [what, headers, expected] of [
  ['nothing said: it asks for itself', {}, '10.0.0.1'],
  ['one proxy', { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' }, '192.0.2.7 TLS'],
  ['without TLS', { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'http' }, '192.0.2.7'],
  ['nothing said of TLS', { 'x-forwarded-for': '192.0.2.7' }, '192.0.2.7'],
  ['the client says it is somebody else', { 'x-forwarded-for': '127.0.0.1, 192.0.2.7', 'x-forwarded-proto': 'https' }, '192.0.2.7 TLS'],
  ['the client says it comes by a proxy of ours', { 'x-forwarded-for': '127.0.0.1, 10.0.0.9, 192.0.2.7', 'x-forwarded-proto': 'https' }, '192.0.2.7 TLS'],
  ['two proxies', { 'x-forwarded-for': '192.0.2.7, 10.0.0.9', 'x-forwarded-proto': 'https' }, '192.0.2.7 TLS'],
  ['two proxies that both say so', { 'x-forwarded-for': '192.0.2.7, 10.0.0.9', 'x-forwarded-proto': 'https, http' }, '192.0.2.7 TLS'],
  ['the client said https, the proxy http', { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https, http' }, '192.0.2.7'],
  ['IPv6 and ports', { 'x-forwarded-for': '[2001:db8::7]:4711', 'x-forwarded-proto': 'HTTPS' }, '2001:db8::7 TLS'],
  ['IPv4 with a port', { 'x-forwarded-for': '192.0.2.7:4711' }, '192.0.2.7'],
  ['no address', { 'x-forwarded-for': 'unknown', 'x-forwarded-proto': 'https' }, '0.0.0.0 TLS'],
  ['RFC 7239', { forwarded: 'for=192.0.2.7;proto=https;by=10.0.0.1' }, '192.0.2.7 TLS'],
  ['RFC 7239, in quotation marks', { forwarded: 'For="[2001:db8::7]:4711"; Proto="https"' }, '2001:db8::7 TLS'],
  ['RFC 7239, the client’s own before', { forwarded: 'for=127.0.0.1;proto=https, for=192.0.2.7;proto=http' }, '192.0.2.7'],
  ['RFC 7239, a comma in quotation marks', { forwarded: 'for=127.0.0.1, for="_a, for=127.0.0.1"' }, '0.0.0.0'],
  ['RFC 7239, what is no field of it', { forwarded: 'for=127.0.0.1, for="192.0.2.7' }, '0.0.0.0'],
  ['RFC 7239, hidden', { forwarded: 'for=_hidden;proto=https' }, '0.0.0.0 TLS'],
  ['both agree', { forwarded: 'for=192.0.2.7;proto=https', 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' }, '192.0.2.7 TLS'],
  // The proxy writes one of them, and the client has sent the other.
  ['they disagree on who', { forwarded: 'for=127.0.0.1;proto=https', 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' }, undefined],
  ['they disagree on TLS', { forwarded: 'for=192.0.2.7;proto=https', 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'http' }, undefined],
] as const) {
  test(`a proxy of ours: ${what}`, () => assert.equal(client('10.0.0.1', headers), expected))
}

test('a proxy of ours comes by TLS itself, and does not say that the client did', () => {
  assert.equal(client('2001:db8:ff::1', { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'http' }, tls), '192.0.2.7')
  assert.equal(client('2001:db8:ff::1', { 'x-forwarded-for': '192.0.2.7' }, tls), '192.0.2.7')
  assert.equal(client('2001:db8:ff::1', {}, tls), '2001:db8:ff::1 TLS')
})
