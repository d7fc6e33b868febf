import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import test, { mock } from 'node:test'
import { Worker } from 'node:worker_threads'
import { silent } from '../base/log.ts'
import type { Log } from '../base/log.ts'
import { ContentDamaged, ContentFailed, ContentFull } from './content.ts'
import type { Location } from './content.ts'
import { at, collect, contentSuite, fill, heads, pseudoRandom, withFolder } from './content.suite.ts'
import { segmentHeadBytes } from './frame.ts'
import { segmentPath, tornPath } from './segment-files.ts'
import { SegmentReader } from './segment-reader.ts'
import { openSegments } from './segments.ts'

const text = (value: string) => new TextEncoder().encode(value)
const open = (folder: string, segmentBytes = 1_000_000, log: Log = silent) => openSegments({ folder, log, segmentBytes })

contentSuite({ name: 'segments', open })
contentSuite({ name: 'compressed segments', open: (folder, segmentBytes = 1_000_000) => openSegments({ folder, log: silent, segmentBytes, compress: true }) })

const names = (count: number) => Array.from({ length: count }, (_, index) => `h${index}`)

test('a torn tail of any length costs nothing before it, and is never appended to', () =>
  withFolder(async (folder) => {
    const made = await open(folder)
    const appended = await fill(made, 3, 60)
    await made.close()
    const whole = fs.readFileSync(segmentPath(folder, 1))
    const start = at(appended, 2).location.offset
    for (let length = start; length < whole.length; length++) {
      fs.rmSync(segmentPath(folder, 2), { force: true })
      fs.rmSync(tornPath(folder, 1), { force: true })
      fs.writeFileSync(segmentPath(folder, 1), whole.subarray(0, length))
      const reader = new SegmentReader({ folder })
      assert.deepEqual(await heads(reader), names(2), `reader at ${length}`)
      await reader.close()
      const content = await open(folder)
      assert.deepEqual(content.end(), { segment: 1, offset: start })
      assert.deepEqual(await heads(content), names(2))
      const { location } = await content.append({ header: text('new'), octets: [] })
      assert.deepEqual(await heads(content), [...names(2), 'new'])
      assert.deepEqual(await heads(content, { segment: 1, offset: start }), ['new'])
      assert.equal(location.segment, length === start ? 1 : 2)
      if (length > start) assert.equal(fs.statSync(segmentPath(folder, 1)).size, length)
      await content.close()
      const again = await open(folder)
      assert.deepEqual(await heads(again), [...names(2), 'new'])
      await again.close()
    }
  }))

test('a torn group of several records leaves its whole records or none, and no gap', () =>
  withFolder(async (folder) => {
    const made = await open(folder)
    await fill(made, 2)
    const group = await Promise.all(Array.from({ length: 4 }, (_, index) => made.append({ header: text(`g${index}`), octets: [pseudoRandom(100, index)] })))
    await made.close()
    const octets = fs.readFileSync(segmentPath(folder, 1))
    octets.fill(0, at(group, 1).location.offset, at(group, 1).location.offset + 40)
    fs.writeFileSync(segmentPath(folder, 1), octets)
    const reader = new SegmentReader({ folder })
    assert.deepEqual(await heads(reader), ['h0', 'h1', 'g0'])
    await reader.close()
  }))

test('a flipped bit is found wherever it is', () =>
  withFolder(async (folder) => {
    const made = await open(folder, 400)
    const appended = await fill(made, 8, 100)
    await made.close()
    const segments = [...new Set(appended.map(({ location }) => location.segment))]
    assert.ok(segments.length > 2)
    const whole = fs.readFileSync(segmentPath(folder, 1))
    const inFirst = appended.filter(({ location }) => location.segment === 1)
    for (let offset = 0; offset < whole.length; offset += 7) {
      const flipped = Buffer.from(whole)
      flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset % 8))
      fs.writeFileSync(segmentPath(folder, 1), flipped)
      const content = await open(folder, 400)
      const damaged = await collect(content).then(
        () => undefined,
        (error: unknown) => error,
      )
      assert.ok(damaged instanceof ContentDamaged, `offset ${offset}`)
      const hit = inFirst.findIndex(({ location, end }) => offset >= location.offset && offset < end.offset)
      if (offset >= segmentHeadBytes) {
        assert.deepEqual(damaged.location, at(inFirst, hit).location)
        assert.deepEqual(damaged.resumeAt, inFirst[hit + 1]?.location ?? { segment: 2, offset: segmentHeadBytes })
        assert.equal(await content.verify(at(inFirst, hit).location), false)
      }
      assert.deepEqual(await heads(content, damaged.resumeAt), names(8).slice(hit === -1 ? inFirst.length : hit + 1))
      await content.close()
    }
  }))

test('damage in the newest segment is told from a torn tail, and costs one record', () =>
  withFolder(async (folder) => {
    const made = await open(folder)
    const appended = await fill(made, 5)
    await made.close()
    const octets = fs.readFileSync(segmentPath(folder, 1))
    octets.writeUInt8(octets.readUInt8(at(appended, 2).location.offset + 50) ^ 1, at(appended, 2).location.offset + 50)
    fs.writeFileSync(segmentPath(folder, 1), octets)
    const warnings: string[] = []
    const content = await open(folder, 1_000_000, { ...silent, warn: (event) => warnings.push(event) })
    assert.deepEqual(warnings, ['content log has an unreadable place'])
    assert.deepEqual(content.end(), at(appended, 4).end)
    await assert.rejects(collect(content), (error: unknown) => error instanceof ContentDamaged && error.resumeAt?.offset === at(appended, 3).location.offset)
    const { location } = await content.append({ header: text('new'), octets: [] })
    assert.equal(location.segment, 2)
    assert.deepEqual(await heads(content, at(appended, 3).location), ['h3', 'h4', 'new'])
    await content.close()
    const reader = new SegmentReader({ folder })
    await assert.rejects(collect(reader), ContentDamaged)
    await reader.close()
  }))

test('a flipped bit in the very last record does not cost the record', () =>
  withFolder(async (folder) => {
    const made = await open(folder)
    const appended = await fill(made, 3)
    await made.close()
    const last = at(appended, 2)
    const octets = fs.readFileSync(segmentPath(folder, 1))
    octets.writeUInt8(octets.readUInt8(last.end.offset - 1) ^ 1, last.end.offset - 1)
    fs.writeFileSync(segmentPath(folder, 1), octets)
    const content = await open(folder)
    await content.append({ header: text('new'), octets: [] })
    assert.deepEqual(await heads(content, last.end), ['new'], 'an index that covers it goes on')
    assert.equal((await content.read(last.location, 0, 200)).length, 200)
    assert.equal(await content.verify(last.location), false)
    await content.close()
  }))

/** A disk of `roomBytes`: what goes past it is written in part, then refused. */
function smallDisk(room: { bytes: number }): () => void {
  const mocked = mock.method(
    fs,
    'writev',
    (fd: number, buffers: readonly Uint8Array[], position: number, done: (error: Error | null, written: number) => void) =>
      limited(fd, Buffer.concat(buffers), position, done),
  )
  const limited = (fd: number, octets: Buffer, position: number, done: (error: Error | null, written: number) => void) => {
    const fits = Math.max(0, Math.min(octets.length, room.bytes - position))
    if (fits === 0 && octets.length > 0) return process.nextTick(done, Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }), 0)
    return process.nextTick(done, null, fs.writeSync(fd, octets, 0, fits, position))
  }
  const single = mock.method(
    fs,
    'write',
    (fd: number, octets: Uint8Array, offset: number, length: number, position: number, done: (error: Error | null, written: number) => void) =>
      limited(fd, Buffer.from(octets.buffer, octets.byteOffset + offset, length), position, done),
  )
  return () => {
    mocked.mock.restore()
    single.mock.restore()
  }
}

test('no room: the large are refused, the small go in, and it heals by itself', () =>
  withFolder(async (folder) => {
    const content = await open(folder)
    await fill(content, 3)
    const room = { bytes: content.end().offset + 5000 }
    const restore = smallDisk(room)
    try {
      const spool = path.join(folder, 'spool')
      fs.writeFileSync(spool, pseudoRandom(4900, 1))
      const sizes = [100, 100_000, 100, 80_000, 5000, 200]
      const settled = await Promise.allSettled([
        ...sizes.map((size, index) => content.append({ header: text(`s${index}`), octets: [pseudoRandom(size, index)] })),
        content.append({ header: text('file'), octets: [{ path: spool, sizeBytes: 4900 }] }),
        content.append({ header: text('last'), octets: [] }),
      ])
      assert.deepEqual(
        settled.map((result) => result.status === 'fulfilled'),
        [true, false, true, false, false, true, false, true],
      )
      for (const result of settled) if (result.status === 'rejected') assert.ok(result.reason instanceof ContentFull)
      const there = [...names(3), 's0', 's2', 's5', 'last']
      assert.deepEqual(await heads(content), there)
      assert.equal(fs.statSync(segmentPath(folder, 1)).size, content.end().offset, 'nothing torn is left')
      room.bytes = content.end().offset
      await assert.rejects(content.append({ header: text('no'), octets: [] }), ContentFull)
      room.bytes += 10_000
      await content.append({ header: text('room'), octets: [pseudoRandom(5000, 1)] })
      assert.deepEqual(await heads(content), [...there, 'room'])
    } finally {
      restore()
    }
    await content.close()
  }))

test('a failed sync is for good: nothing of it is acknowledged, reads go on', () =>
  withFolder(async (folder) => {
    const errors: string[] = []
    const content = await open(folder, 1_000_000, { ...silent, error: (event) => errors.push(event) })
    const appended = await fill(content, 3)
    const broken = mock.method(fs, 'fdatasync', (_fd: number, done: (error: Error) => void) =>
      process.nextTick(done, Object.assign(new Error('input/output error'), { code: 'EIO' })),
    )
    const pending = [content.append({ header: text('1'), octets: [] }), content.append({ header: text('2'), octets: [] })]
    for (const one of await Promise.allSettled(pending)) assert.ok(one.status === 'rejected' && one.reason instanceof ContentFailed)
    broken.mock.restore()
    await assert.rejects(content.append({ header: text('3'), octets: [] }), ContentFailed)
    assert.equal(broken.mock.callCount(), 1)
    assert.deepEqual(errors, ['content log failed, nothing is accepted any more'])
    assert.deepEqual(content.end(), at(appended, 2).end)
    assert.equal(fs.statSync(segmentPath(folder, 1)).size, content.end().offset)
    assert.deepEqual(await heads(content), names(3))
    assert.equal((await content.read(at(appended, 1).location, 0, 200)).length, 200)
    await content.close()
  }))

test('no room for a new segment is no room, not a failure', () =>
  withFolder(async (folder) => {
    const content = await open(folder, 500)
    await fill(content, 3)
    const room = { bytes: 10 }
    const restore = smallDisk(room)
    try {
      await assert.rejects(content.append({ header: text('x'), octets: [] }), ContentFull)
      assert.deepEqual(
        fs.readdirSync(folder).filter((name) => name.endsWith('.new')),
        [],
      )
      room.bytes = 100_000
      await content.append({ header: text('h3'), octets: [] })
    } finally {
      restore()
    }
    assert.deepEqual(await heads(content), names(4))
    await content.close()
  }))

test('a real full disk: 40 MB of appends into 4 MB, then room again', { skip: process.getuid?.() === 0 ? false : 'needs root to mount a small tmpfs' }, (t) =>
  withFolder(async (folder) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'posthorn-test', folder], { stdio: 'pipe' })
    } catch (error) {
      t.skip(`cannot mount a tmpfs: ${String(error)}`)
      return
    }
    try {
      const ballast = path.join(folder, 'ballast')
      fs.writeFileSync(ballast, Buffer.alloc(1_000_000))
      const content = await open(folder, 1_000_000)
      const results = await Promise.allSettled(
        Array.from({ length: 400 }, (_, index) => content.append({ header: text(`h${index}`), octets: [pseudoRandom(100_000, index)] })),
      )
      const accepted = results.flatMap((result, index) => (result.status === 'fulfilled' ? [`h${index}`] : []))
      assert.ok(accepted.length >= 20 && accepted.length < 40, `${accepted.length} accepted`)
      for (const result of results) if (result.status === 'rejected') assert.ok(result.reason instanceof ContentFull, String(result.reason))
      assert.deepEqual(await heads(content), accepted)
      fs.rmSync(ballast)
      await content.append({ header: text('room'), octets: [pseudoRandom(500_000, 1)] })
      await content.close()
      const again = await open(folder, 1_000_000)
      assert.deepEqual(await heads(again), [...accepted, 'room'])
      await again.close()
    } finally {
      execFileSync('umount', [folder])
    }
  }),
)

test('compressed: any range of octets that compress, do not, or do in part; the log may be read and written without', () =>
  withFolder(async (folder) => {
    const words = Buffer.from('Received: from mx.example by mail.example with ESMTPS; please find the report attached\r\n')
    const repeated = (length: number) => Buffer.alloc(length, words)
    const half = Buffer.concat([repeated(400_000), pseudoRandom(400_000, 5), repeated(300_001)])
    const spool = path.join(folder, 'spool')
    fs.writeFileSync(spool, half)
    const plain = await open(folder)
    const first = await plain.append({ header: text('plain'), octets: [half] })
    await plain.close()
    const packed = await openSegments({ folder, log: silent, compress: true })
    const bodies = [
      half,
      repeated(255),
      repeated(256),
      repeated(2000),
      repeated(262_144),
      repeated(262_145),
      Buffer.alloc(0),
      Buffer.from(pseudoRandom(5000, 1)),
    ]
    const appending = bodies.map((octets, index) => packed.append({ header: text(`p${index}`), octets: [octets.subarray(0, 100), octets.subarray(100)] }))
    appending.push(packed.append({ header: text('file'), octets: [text('Return-Path: <>\r\n'), { path: spool, sizeBytes: half.length }] }))
    const expected = [half, ...bodies, Buffer.concat([text('Return-Path: <>\r\n'), half])]
    const appended = [first, ...(await Promise.all(appending))]
    const stored = packed.end().offset - at(appended, 1).location.offset
    assert.ok(stored < 0.45 * expected.slice(1).reduce((sum, octets) => sum + octets.length, 0), `${stored} octets stored`)
    await packed.close()
    const content = await open(folder)
    for (const [index, { location }] of appended.entries()) {
      const octets = at(expected, index)
      const ends = [0, 1, 100, 255, 262_143, 262_144, 262_145, 524_288, 700_000, octets.length].filter((end) => end <= octets.length)
      for (const start of ends)
        for (const end of ends)
          if (start <= end) assert.ok(Buffer.from(await content.read(location, start, end)).equals(octets.subarray(start, end)), `${index}: ${start} to ${end}`)
      await assert.rejects(content.read(location, 0, octets.length + 1), RangeError)
      assert.equal(await content.verify(location), true)
    }
    const scanned = await collect(content, undefined, undefined, { octetsUpToBytes: 2_000_000 })
    assert.ok(scanned.every(({ octets }, index) => octets !== undefined && Buffer.from(octets).equals(at(expected, index))))
    await content.close()
  }))

test('a reader in another thread follows what is appended', () =>
  withFolder(async (folder) => {
    const content = await open(folder, 50_000)
    await content.append({ header: text('0'), octets: [pseudoRandom(300, 0)] })
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads')
       import(workerData.module).then(({ SegmentReader }) => {
         const reader = new SegmentReader({ folder: workerData.folder, blocking: true })
         let from
         parentPort.on('message', async to => {
           if (to === 'close') { await reader.close(); process.exit() }
           const seen = []
           for await (const record of reader.scan(from, to)) seen.push(Buffer.from(record.header).toString() + ':' + Buffer.from(await reader.read(record.location, 0, record.octetsLength)).length)
           from = to
           parentPort.postMessage(seen)
         })
       })`,
      { eval: true, workerData: { folder, module: new URL('./segment-reader.ts', import.meta.url).href } },
    )
    const seen: string[] = []
    const follow = async (to: Location) => seen.push(...(await new Promise<string[]>((resolve) => worker.once('message', resolve).postMessage(to))))
    try {
      await follow(content.end())
      for (let index = 1; index < 400; index++) {
        const { end } = await content.append({ header: text(String(index)), octets: [pseudoRandom(300 + index, index)] })
        if (index % 7 === 0) await follow(end)
      }
      await follow(content.end())
    } finally {
      worker.postMessage('close')
      await new Promise((resolve) => worker.once('exit', resolve))
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 400 }, (_, index) => `${index}:${300 + index}`),
    )
    assert.ok((await content.segments()).length > 2)
    await content.close()
  }))
