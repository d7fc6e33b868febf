import assert from 'node:assert/strict'
import { writeBody, writeBodyStructure } from '../../src/message/body-structure.ts'
import { messageLimits } from '../../src/message/limits.ts'
import type { Part, Scanned } from '../../src/message/part.ts'
import { decodeParts, encodeParts, type StoredPart } from '../../src/message/parts.ts'
import { Scanner } from '../../src/message/scan.ts'
import { findSection } from '../../src/message/section.ts'
import { summarise } from '../../src/message/summary.ts'

/** What holds for every message, however it is made. */
export function checkScanned(scanned: Scanned): void {
  const { top, sizeBytes } = scanned
  assert.equal(top.headerStart, 0)
  assert.equal(top.bodyEnd, sizeBytes)
  assert.ok(countParts(top) <= messageLimits.parts, 'too many parts')
  checkPart(top, 0, true)
  assertBalanced(writeBodyStructure(top))
  assertBalanced(writeBody(top))
  const stored = decodeParts(encodeParts(top))
  assert.ok(stored !== undefined)
  assertSameTree(top, stored)
}

function checkPart(part: Part, depth: number, isMessage: boolean): void {
  assert.ok(depth <= messageLimits.depth, 'too deep')
  assert.ok(part.headerStart <= part.bodyStart && part.bodyStart <= part.bodyEnd, 'a part ends before it begins')
  assert.ok(part.lines <= part.bodyEnd - part.bodyStart, 'more lines than octets')
  assert.equal(part.envelope !== undefined, isMessage, 'an envelope belongs to a message')
  if (part.envelope !== undefined) assertBalanced(part.envelope)
  if (part.kind === 'leaf') assert.equal(part.children.length, 0)
  if (part.kind === 'message') assert.equal(part.children.length, 1)
  let from = part.bodyStart
  for (const child of part.children) {
    assert.ok(child.headerStart >= from && child.bodyEnd <= part.bodyEnd, 'a part is not inside its parent, or overlaps the one before')
    from = child.bodyEnd
    checkPart(child, depth + 1, part.kind === 'message')
  }
}

/** The same octets in pieces give the same views. `cuts` decides their lengths, over and over. */
export function assertSameInPieces(octets: Uint8Array, whole: Scanned, cuts: readonly number[]): void {
  const scanner = new Scanner()
  for (let at = 0, index = 0; at < octets.length; index += 1) {
    const length = Math.max(1, cuts[index % cuts.length] ?? 1)
    // A copy that is overwritten afterwards: the scanner may keep no view of what it was given.
    const piece = Buffer.from(octets.subarray(at, at + length))
    scanner.push(piece)
    piece.fill(0x2d)
    at += length
  }
  const pieces = scanner.finish()
  assert.equal(pieces.sizeBytes, whole.sizeBytes)
  assert.deepEqual(pieces.known, whole.known)
  assert.deepEqual(summarise(pieces), summarise(whole))
}

function assertSameTree(part: Part, stored: StoredPart): void {
  const { kind, headerStart, bodyStart, bodyEnd } = stored
  assert.deepEqual(
    { kind, headerStart, bodyStart, bodyEnd },
    { kind: part.kind, headerStart: part.headerStart, bodyStart: part.bodyStart, bodyEnd: part.bodyEnd },
  )
  assert.equal(stored.children.length, part.children.length)
  for (const [index, child] of part.children.entries()) {
    const same = stored.children[index]
    assert.ok(same !== undefined)
    assertSameTree(child, same)
  }
}

/** Every section that the tree has is found, where the tree says. */
export function checkSections(scanned: Scanned, prefixLength: number): void {
  const parts = encodeParts(scanned.top)
  const extent = { prefixLength, octetsLength: scanned.sizeBytes }
  const { top } = scanned
  const first = top.kind === 'multipart' ? top.children : [top]
  for (const [index, part] of first.entries()) {
    const found = findSection(parts, { path: [index + 1], of: 'all' }, extent)
    assert.deepEqual(found, { start: part.bodyStart + prefixLength, end: part.bodyEnd + prefixLength })
  }
  assert.equal(findSection(parts, { path: [first.length + 1], of: 'all' }, extent), undefined)
  assert.deepEqual(findSection(parts, { path: [], of: 'header' }, extent), { start: 0, end: top.bodyStart + prefixLength })
  assert.deepEqual(findSection(parts, { path: [], of: 'text' }, extent), { start: top.bodyStart + prefixLength, end: top.bodyEnd + prefixLength })
}

function countParts(part: Part): number {
  return part.children.reduce((sum, child) => sum + countParts(child), 1)
}

/** One parenthesised list of strings, numbers, NIL and lists (RFC 9051 9), with nothing behind it. */
export function assertBalanced(wire: Uint8Array): void {
  const text = Buffer.from(wire).toString('latin1')
  let depth = 0
  let index = 0
  while (index < text.length) {
    const rest = text[index]
    if (rest === '(') depth += 1
    else if (rest === ')') {
      depth -= 1
      assert.ok(depth > 0 || index === text.length - 1, 'text behind the list')
    } else if (rest === '"') index = quotedEnd(text, index)
    else if (rest === '{') {
      const literal = /\{(\d+)\}\r\n/y
      literal.lastIndex = index
      const length = literal.exec(text)?.[1]
      assert.ok(length !== undefined, 'a literal without length')
      index = literal.lastIndex + Number(length) - 1
      assert.ok(index < text.length, 'a literal longer than the text')
      assert.ok(!text.slice(literal.lastIndex, index + 1).includes('\0'), 'NUL')
    } else assert.match(rest ?? '', /[0-9NIL ]/, `a stray ${JSON.stringify(rest)} at ${index}`)
    assert.ok(depth > 0 || index === text.length - 1, 'text outside the list')
    index += 1
  }
  assert.equal(depth, 0, 'parentheses that do not match')
  assert.ok(text.startsWith('('))
}

function quotedEnd(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    assert.ok((code >= 0x20 && code <= 0x7e) || code === 0x09, 'an octet that wants a literal')
    if (code === 0x22) return index
    if (code === 0x5c) index += 1
  }
  assert.fail('a quoted string without end')
}
