import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import { formatAddress } from '../../src/mail/address.ts'
import { author } from '../../src/message/author.ts'
import { readDate } from '../../src/message/date.ts'
import { decodeText } from '../../src/message/decode.ts'
import { readText } from '../../src/message/encoded-word.ts'
import { fields } from '../../src/message/header-section.ts'
import { decodeParts, type StoredPart } from '../../src/message/parts.ts'
import { scan } from '../../src/message/scan.ts'
import { findSection } from '../../src/message/section.ts'
import { summarise } from '../../src/message/summary.ts'
import { assertSameInPieces, checkScanned, checkSections } from '../harness/message-invariants.ts'

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.eml'))
  .map((file) => file.slice(0, -4))

test('there is a corpus', () => {
  assert.ok(names.length >= 15, String(names.length))
})

for (const name of names) {
  test(`corpus: ${name}`, () => {
    const octets = readFileSync(new URL(`${name}.eml`, import.meta.url))
    const { why: _, ...expected } = JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as Record<string, unknown>
    assert.deepEqual(view(octets), expected)
    const scanned = scan(octets)
    checkScanned(scanned)
    checkSections(scanned, 7)
    assertSameInPieces(octets, scanned, [1])
    assertSameInPieces(octets, scanned, [13, 5])
  })
}

/** What the index and the readers make of a message, in the form of the JSON files. */
function view(octets: Buffer): Record<string, unknown> {
  const { envelope, bodyStructure, parts } = summarise(scan(octets))
  const from = author(octets)
  const dateMs = readDate(fields(octets, 'date')[0] ?? '')
  const top = decodeParts(parts)
  assert.ok(top !== undefined)
  return {
    subject: readText(fields(octets, 'subject')[0] ?? ''),
    date: dateMs === undefined ? null : new Date(dateMs).toISOString(),
    author: from.fault !== undefined ? from.fault : from.authors.map(formatAddress).join(', '),
    envelope: Buffer.from(envelope).toString('latin1'),
    bodyStructure: Buffer.from(bodyStructure).toString('latin1'),
    parts: Object.fromEntries(leaves(top, []).map(({ path, part }) => [path.join('.'), leafView(octets, parts, path, part)])),
  }
}

function leafView(octets: Buffer, parts: Uint8Array, path: readonly number[], part: StoredPart): unknown {
  const range = findSection(parts, { path, of: 'all' }, { prefixLength: 0, octetsLength: octets.length })
  assert.ok(range !== undefined)
  const octetsRange = [range.start, range.end]
  return part.type.startsWith('text/') ? { octets: octetsRange, text: decodeText(part, octets.subarray(range.start, range.end)) } : { octets: octetsRange }
}

/** Section numbers of all leaves (RFC 9051 6.4.5.1). */
function leaves(part: StoredPart, path: readonly number[]): { readonly path: readonly number[]; readonly part: StoredPart }[] {
  switch (part.kind) {
    case 'multipart':
      return part.children.flatMap((child, index) => (child.kind === 'multipart' ? leaves(child, [...path, index + 1]) : single(child, [...path, index + 1])))
    case 'leaf':
    case 'message':
      return single(part, [...path, 1])
  }
}

function single(part: StoredPart, path: readonly number[]): { readonly path: readonly number[]; readonly part: StoredPart }[] {
  const inner = part.kind === 'message' ? part.children[0] : undefined
  return inner === undefined ? [{ path, part }] : leaves(inner, path)
}
