import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SenderAuthentication } from './authentication.ts'
import { authenticationResultsField } from './results-field.ts'

const nothing: SenderAuthentication = {
  spf: { result: 'none', identity: 'mailfrom', domain: 'a.example' },
  dkim: [],
  dmarc: {
    result: 'none',
    domain: 'a.example',
    policy: 'none',
    recordDomain: undefined,
    record: undefined,
    alignedSpf: false,
    alignedDkim: false,
  },
  arc: { result: 'none', sealers: [] },
  author: { kind: 'one', addresses: [], shown: [], domains: [] },
}

test('what was found, each method on lines of its own (RFC 8601 2.2)', () => {
  const field = authenticationResultsField('mx.example.org', {
    ...nothing,
    spf: { result: 'pass', identity: 'mailfrom', domain: 'a.example' },
    dkim: [
      { result: 'pass', domain: 'a.example', selector: 's1', algorithm: 'rsa-sha256', keyBits: 2048, signatureStart: 'dGVzdA/=' },
      {
        result: 'fail',
        domain: 'list.example',
        selector: 's2',
        algorithm: 'ed25519-sha256',
        keyBits: 256,
        signatureStart: 'Zm9v',
        reason: 'signature is wrong',
      },
    ],
  })
  assert.equal(
    field,
    [
      'Authentication-Results: mx.example.org;',
      '\tspf=pass smtp.mailfrom=a.example;',
      '\tdkim=pass header.d=a.example header.s=s1 header.a=rsa-sha256',
      '\theader.b="dGVzdA/=";',
      '\tdkim=fail reason="signature is wrong" header.d=list.example header.s=s2',
      '\theader.a=ed25519-sha256 header.b=Zm9v;',
      '\tdmarc=none header.from=a.example;',
      '\tarc=none',
      '',
    ].join('\r\n'),
  )
})

test('an unsigned message with a null reverse-path', () => {
  const field = authenticationResultsField('mx.example.org', { ...nothing, spf: { result: 'none', identity: 'helo', domain: 'mail.a.example' } })
  assert.match(field, /\tspf=none smtp\.helo=mail\.a\.example;\r\n\tdkim=none;\r\n/)
})

test('what a sender chose cannot be read as a result', () => {
  const hostile = 'x; dmarc=pass "\\\r\n dmarc=pass ü'
  const field = authenticationResultsField('mx.example.org', { ...nothing, spf: { result: 'none', identity: 'helo', domain: hostile } })
  assert.equal(field.split('\r\n')[1], '\tspf=none smtp.helo="x; dmarc=pass \\"\\\\?? dmarc=pass ?";')
  const long = authenticationResultsField('mx.example.org', { ...nothing, spf: { result: 'none', identity: 'helo', domain: 'é'.repeat(100_000) } })
  assert.ok(long.split('\r\n').every((line) => line.length < 998))
})
