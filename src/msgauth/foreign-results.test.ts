import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgedResults } from './foreign-results.ts'

test('results that claim to be ours are cut, those of others stay (RFC 8601 5)', () => {
  const ours = [
    'Authentication-Results: mx.example.org; dkim=pass header.d=bank.example\r\n',
    'AUTHENTICATION-RESULTS : MX.Example.ORG 1; dmarc=pass\r\n',
    'Authentication-Results:\r\n\t(it (is) us)\r\n mx.example.org;\r\n\tspf=pass\r\n',
    'Authentication-Results: "mx.example.org"; spf=pass\r\n',
    'Authentication-Results: mx.example.org(we); spf=pass\r\n',
    'Authentication-Results: mx.example.org.; spf=pass\r\n',
    'Authentication-Results: mx.example.org\r\n',
    'Authentication-Results: old.example.org; none\r\n',
  ]
  const others = [
    'Authentication-Results: mx.list.example; dkim=pass\r\n',
    'Authentication-Results: mx.example.org.attack.example; spf=pass\r\n',
    'Authentication-Results: not-mx.example.org; spf=pass (mx.example.org)\r\n',
    'ARC-Authentication-Results: i=1; mx.example.org; spf=pass\r\n',
    'X-Authentication-Results: mx.example.org; spf=pass\r\n',
    'Authentication-Results:\r\n',
    'Subject: Authentication-Results: mx.example.org\r\n',
  ]
  const header = `${[...ours, ...others].join('')}${ours.join('')}`
  const body = `\r\n${ours[0]}`
  const cuts = forgedResults(Buffer.from(header + body), ['mx.example.org', 'old.example.org'])
  assert.deepEqual(
    cuts.map(({ start, end }) => (header + body).slice(start, end)),
    [...ours, ...ours],
  )
})
