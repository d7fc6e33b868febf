import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { getDomain } from 'tldts'

// The public suffix list's own tests (../shared/suites/README.md) against the list that tldts brings along, asked as msgauth/dmarc/ asks it.
const file = path.join(process.env['POSTHORN_SUITES'] ?? path.join(import.meta.dirname, '../../../shared/suites'), 'psl/test_psl.txt')
const missing = existsSync(file) ? false : `no test data at ${file}`

test('organisational domains by the public suffix list', { skip: missing }, (context) => {
  const lines = readFileSync(file, 'utf8').matchAll(/^checkPublicSuffix\((?:'([^']*)'|null), (?:'([^']*)'|null)\);/gm)
  let cases = 0
  for (const [, domain, expected] of lines) {
    cases += 1
    // A name that begins with a dot is none, and never gets there (dns/name.ts).
    if (domain === undefined || domain.startsWith('.')) continue
    assert.equal(getDomain(domain, { allowPrivateDomains: true }), expected ?? null, domain)
  }
  context.diagnostic(`${cases} cases`)
  assert.equal(cases, 78)
})
