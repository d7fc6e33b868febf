import assert from 'node:assert/strict'
import { formatAddress, parseAddress } from '../../src/mail/address.ts'
import { findChain } from '../../src/msgauth/arc/chain.ts'
import { claimedAuthor } from '../../src/msgauth/author.ts'
import { BodyHasher } from '../../src/msgauth/dkim/body-hash.ts'
import { readSignature } from '../../src/msgauth/dkim/signature.ts'
import { parseDmarcRecord } from '../../src/msgauth/dmarc/record.ts'
import { forgedResults } from '../../src/msgauth/foreign-results.ts'
import { headerFields } from '../../src/msgauth/header-fields.ts'
import { authenticationResultsField } from '../../src/msgauth/results-field.ts'
import { parseSpfRecord } from '../../src/msgauth/spf/record.ts'

/** What sender authentication reads: header sections, bodies, and records of domains. */
export const name = 'sender'

export const seeds: readonly Uint8Array[] = [
  'From: "Ann, Lee" <ann@a.example> (x), bob@b.example\r\nFrom : eve@c.example\r\n',
  'From: =?utf-8?q?ceo=40a.example?= <"a b"@[192.0.2.1]>\r\n\r\nbody  \r\n\r\n',
  'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=a.example; s=s; i=@b.a.example;\r\n\th=from:to; l=12; t=1; x=2; q=dns/txt; bh=AA; b=AA\r\nFrom: a@a.example\r\n',
  'ARC-Seal: i=1; cv=none; d=a.example; s=s; a=rsa-sha256; b=AA\r\nARC-Message-Signature: i=1; b=AA\r\nARC-Authentication-Results: i=1; x; dmarc=pass\r\n',
  'Authentication-Results: mx.example.org 1; dmarc=pass (x) header.from=a.example\r\n',
  'v=spf1 +a:b.example/24//64 -mx ?ptr ip4:192.0.2.0/24 ip6:2001:db8::/32 exists:%{ir2-}._spf.%{d2} redirect=%{d} exp=x.example',
  'v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; t=y; psd=n; rua=mailto:a@b.example!10m',
  ' a \t\r\n\r\n b\r\n',
].map((text) => Buffer.from(text, 'latin1'))

export function target(input: Uint8Array): void {
  const text = Buffer.from(input).toString('latin1')
  parseSpfRecord(text)
  parseDmarcRecord(text)
  checkAuthor(input)
  checkFields(input)
  checkBodyHash(input)
  for (const { start, end } of forgedResults(input, ['mx.example.org']))
    assert.match(text.slice(start, end), /^authentication-results[ \t]*:[^]*mx\.example\.org/i)
}

function checkAuthor(input: Uint8Array): void {
  const { kind, addresses, shown, trick } = claimedAuthor(input)
  assert.equal(kind === 'hidden', trick !== undefined)
  if (kind === 'one') assert.equal(addresses.length, 1)
  if (kind === 'several') assert.ok(addresses.length > 1)
  if (kind === 'none') assert.equal(addresses.length, 0)
  for (const address of [...addresses, ...shown]) assert.deepEqual(parseAddress(formatAddress(address)), address)
}

function checkFields(input: Uint8Array): void {
  const fields = headerFields(input)
  const { sets, fault } = findChain(fields)
  if (fault === undefined) assert.ok(sets.length <= 50)
  for (const field of fields) {
    const { names, read } = readSignature(field, 'dkim', 0)
    assert.match(`${names.domain}${names.selector}${names.algorithm}`, /^[a-z0-9_.-]*$/)
    if (!('result' in read)) assert.ok(read.signed.includes('from') && read.bodyLimit >= 0)
  }
  // Nothing that a sender chose ends the line, or the value, that it stands in.
  const domain = Buffer.from(input).toString('latin1')
  const none = { result: 'none', domain, policy: 'none', recordDomain: undefined, record: undefined, alignedSpf: false, alignedDkim: false } as const
  const field = authenticationResultsField('mx.example.org', {
    spf: { result: 'none', identity: 'helo', domain },
    dkim: [],
    dmarc: none,
    arc: { result: 'none', sealers: [] },
    author: { kind: 'none', addresses: [], shown: [], domains: [] },
  })
  assert.match(field, /^[^\r\n]+(?:\r\n\t[^\r\n]+)+\r\n$/)
  assert.match(
    field.replace(/"(?:[^"\\]|\\.)*"/g, 'x'),
    /^Authentication-Results: mx\.example\.org;\s+spf=none(?:\s+smtp\.helo=[\w.@+-]+)?;\s+dkim=none;\s+dmarc=none(?:\s+header\.from=[\w.@+-]+)?;\s+arc=none\s+$/,
  )
}

/** Pieces of any cut have the hash of the whole. */
function checkBodyHash(input: Uint8Array): void {
  for (const canonicalization of ['simple', 'relaxed'] as const) {
    const [whole, cut] = [new BodyHasher(canonicalization), new BodyHasher(canonicalization)]
    for (const hasher of [whole, cut]) for (const limit of [0, 7, Number.POSITIVE_INFINITY]) hasher.want(limit)
    whole.update(input)
    const at = (input[0] ?? 0) % (input.length + 1)
    cut.update(input.subarray(0, at))
    cut.update(input.subarray(at))
    assert.deepEqual(cut.finish(), whole.finish())
  }
}
