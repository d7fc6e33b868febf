import assert from 'node:assert/strict'
import fs from 'node:fs'
import test from 'node:test'
import { silent } from '../base/log.ts'
import type { Log } from '../base/log.ts'
import { at, fill, heads, withFolder } from './content.suite.ts'
import { segmentPath } from './segment-files.ts'
import { openSegments } from './segments.ts'

const open = (folder: string, segmentBytes = 1_000_000, log: Log = silent) => openSegments({ folder, log, segmentBytes })

test('zeros that a killed process left ahead of its records are no damage, and are appended to', () =>
  withFolder(async (folder) => {
    const killed = await open(folder)
    await fill(killed, 2)
    const { offset: end } = killed.end()
    assert.ok(fs.statSync(segmentPath(folder, 1)).size > end, 'the process is ahead')
    assert.equal((await killed.segments())[0]?.sizeBytes, end, 'and counts its records')
    const left = fs.readFileSync(segmentPath(folder, 1))
    await killed.close()
    assert.equal(fs.statSync(segmentPath(folder, 1)).size, end)
    for (const [written, segment] of [
      [0, 1],
      // A group of which something reached the disk, be it the last octet.
      [1, 2],
    ] as const) {
      left[left.length - 1] = written
      fs.writeFileSync(segmentPath(folder, 1), left)
      const warnings: string[] = []
      const content = await open(folder, 1_000_000, { ...silent, warn: (event) => warnings.push(event) })
      assert.equal(warnings.length, written)
      const { location } = await content.append({ header: Buffer.from('new'), octets: [] })
      assert.equal(location.segment, segment)
      assert.deepEqual(await heads(content), ['h0', 'h1', 'new'])
      await content.close()
    }
  }))

test('a finished segment has nothing behind its records', () =>
  withFolder(async (folder) => {
    const content = await open(folder, 1000)
    const appended = await fill(content, 12)
    for (const segment of new Set(appended.map(({ location }) => location.segment))) {
      const { end } = at(appended.filter(({ location }) => location.segment === segment).slice(-1), 0)
      if (segment !== content.end().segment) assert.equal(fs.statSync(segmentPath(folder, segment)).size, end.offset)
    }
    assert.ok(content.end().segment > 2)
    await content.close()
  }))

test('a segment in which a killed process had left zeros, and which grew and was finished since, is read to its end', () =>
  withFolder(async (folder) => {
    const killed = await open(folder)
    await fill(killed, 2)
    const left = fs.readFileSync(segmentPath(folder, 1))
    await killed.close()
    fs.writeFileSync(segmentPath(folder, 1), left)
    const content = await open(folder, 1000)
    await fill(content, 8)
    assert.ok(content.end().segment > 1)
    assert.deepEqual(
      await heads(content),
      [0, 1, 0, 1, 2, 3, 4, 5, 6, 7].map((index) => `h${index}`),
    )
    await content.close()
  }))
