import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { compareLocations, ContentDamaged, ContentFailed } from './content.ts'
import type { Appended, Content, Location, NewRecord, ScanOptions, StoredRecord } from './content.ts'

/** What every engine of the content port must do. `open` opens the log in a folder, again after it has been closed. */
export interface ContentEngine {
  readonly name: string
  /** A log that begins a new segment after about `segmentBytes`. */
  open(folder: string, segmentBytes?: number): Promise<Content>
}

const text = (value: string) => new TextEncoder().encode(value)

/** Octets that do not compress, the same for the same seed. */
export function pseudoRandom(length: number, seed: number): Uint8Array {
  const octets = new Uint8Array(length)
  let state = seed | 1
  for (let index = 0; index < length; index++) {
    state = Math.imul(state ^ (state >>> 13), 0x5bd1e995) + 0x9e3779b9
    octets[index] = state >>> 24
  }
  return octets
}

export async function collect(content: Pick<Content, 'scan'>, from?: Location, to?: Location, options?: ScanOptions): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for await (const record of content.scan(from, to, options)) records.push({ ...record, header: record.header.slice() })
  return records
}

/** Appends records one after another, so that each is a group of its own. */
export async function fill(content: Content, count: number, octetsLength = 200): Promise<Appended[]> {
  const appended: Appended[] = []
  for (let index = 0; index < count; index++)
    appended.push(await content.append({ header: Buffer.from(`h${index}`), octets: [pseudoRandom(octetsLength, index)] }))
  return appended
}

export async function heads(content: Pick<Content, 'scan'>, from?: Location): Promise<string[]> {
  return (await collect(content, from)).map((record) => Buffer.from(record.header).toString())
}

export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await fs.promises.mkdtemp(path.join(os.tmpdir(), 'posthorn-content-'))
  try {
    await run(folder)
  } finally {
    await fs.promises.rm(folder, { recursive: true })
  }
}

export function contentSuite({ name, open }: ContentEngine): void {
  const within = (what: string, run: (content: Content, folder: string) => Promise<void>, segmentBytes?: number) =>
    void test(`${name}: ${what}`, () =>
      withFolder(async (folder) => {
        const content = await open(folder, segmentBytes)
        try {
          await run(content, folder)
        } finally {
          await content.close()
        }
      }))

  within('an empty log has an end and no records', async (content) => {
    assert.deepEqual(await collect(content), [])
    assert.deepEqual(await collect(content, content.end()), [])
  })

  within('what was appended is read back, whole and in ranges', async (content) => {
    const octets = pseudoRandom(5000, 1)
    const { location, end } = await content.append({ header: text('header'), octets: [octets.subarray(0, 1), new Uint8Array(0), octets.subarray(1)] })
    assert.deepEqual(content.end(), end)
    for (const [start, stop] of [
      [0, 5000],
      [0, 0],
      [5000, 5000],
      [4999, 5000],
      [0, 1],
      [17, 4000],
    ] as const) {
      assert.deepEqual(Buffer.from(await content.read(location, start, stop)), Buffer.from(octets.subarray(start, stop)), `${start} to ${stop}`)
    }
    for (const [start, stop] of [
      [-1, 3],
      [4, 3],
      [0, 5001],
    ] as const)
      await assert.rejects(content.read(location, start, stop), RangeError, `${start} to ${stop}`)
  })

  within(
    'neighbours are read together, as many as there is room for',
    async (content) => {
      const appended = [...(await fill(content, 20, 5000)), ...(await fill(content, 1, 900_000)), ...(await fill(content, 20, 300))]
      const expected = [...Array.from({ length: 20 }, (_, seed) => pseudoRandom(5000, seed)), pseudoRandom(900_000, 0)]
      for (let seed = 0; seed < 20; seed++) expected.push(pseudoRandom(300, seed))
      // Many ranges of one record, too.
      const ranges = appended.flatMap(({ location, end }, record) => {
        const whole = at(expected, record).length
        assert.ok(end.offset > location.offset)
        if (whole < 100_000) return [{ record, location, start: record % 3, end: whole - (record % 5) }]
        return Array.from({ length: 90 }, (_, part) => ({ record, location, start: part * 10_000, end: (part + 1) * 10_000 - part }))
      })
      const into = Buffer.alloc(64 * 1024)
      let reads = 0
      let alone = 0
      for (let from = 0; from < ranges.length; reads++) {
        const found = await content.readTogether(ranges.slice(from), into)
        for (const [index, octets] of found.entries()) {
          const { record, start, end } = at(ranges, from + index)
          assert.ok(Buffer.from(octets).equals(at(expected, record).subarray(start, end)), `range ${from + index}`)
          assert.ok(octets.buffer === into.buffer, 'a view')
        }
        if (found.length === 0) alone++
        from += Math.max(1, found.length)
      }
      assert.ok(reads < ranges.length / 3, `${reads} reads`)
      assert.ok(alone < 3, `${alone} of ${ranges.length} ranges would have to be read alone`)
    },
    60_000,
  )

  within('what cannot be read together is nothing, whatever the reason', async (content) => {
    const [first, second] = (await fill(content, 2, 5000)) as [Appended, Appended]
    const range = { location: first.location, start: 0, end: 5000 }
    const into = Buffer.alloc(20_000)
    assert.equal((await content.readTogether([range, { ...range, location: second.location }], into)).length, 2)
    assert.deepEqual(await content.readTogether([], into), [])
    assert.deepEqual(await content.readTogether([range], Buffer.alloc(5000)), [])
    for (const wrong of [
      { ...range, start: -1 },
      { ...range, start: 9, end: 8 },
      { ...range, end: 5001 },
      { ...range, location: { ...first.location, offset: first.location.offset + 1 } },
      { ...range, location: { ...first.location, segment: 99 } },
      { ...range, location: second.end },
    ]) {
      assert.deepEqual(await content.readTogether([wrong, range], into), [], JSON.stringify(wrong))
      assert.equal((await content.readTogether([range, wrong], into)).length, 1, JSON.stringify(wrong))
    }
  })

  within('header and octets may both be empty', async (content) => {
    const { location } = await content.append({ header: new Uint8Array(0), octets: [] })
    assert.equal((await content.read(location, 0, 0)).length, 0)
    assert.deepEqual(
      (await collect(content)).map((record) => [record.header.length, record.octetsLength]),
      [[0, 0]],
    )
    assert.equal(await content.verify(location), true)
  })

  within('the log has the order of the calls, and ends touch', async (content) => {
    const appended = await Promise.all(
      Array.from({ length: 300 }, (_, index) => content.append({ header: text(String(index)), octets: [pseudoRandom(index * 7, index)] })),
    )
    const records = await collect(content)
    assert.deepEqual(
      records.map((record) => Buffer.from(record.header).toString()),
      Array.from({ length: 300 }, (_, index) => String(index)),
    )
    assert.deepEqual(
      records.map(({ location, end }) => ({ location, end })),
      appended,
    )
    for (let index = 1; index < appended.length; index++) assert.ok(compareLocations(at(appended, index - 1).end, at(appended, index).location) <= 0)
  })

  within(
    'a scan begins and ends where it is told',
    async (content) => {
      const appended: Appended[] = []
      for (let index = 0; index < 40; index++) appended.push(await content.append({ header: text(String(index)), octets: [pseudoRandom(500, index)] }))
      const heads = async (from?: Location, to?: Location) => (await collect(content, from, to)).map((record) => Number(Buffer.from(record.header).toString()))
      const all = Array.from({ length: 40 }, (_, index) => index)
      for (const index of [0, 1, 17, 39]) {
        assert.deepEqual(await heads(at(appended, index).location), all.slice(index))
        assert.deepEqual(await heads(at(appended, index).end), all.slice(index + 1))
        assert.deepEqual(await heads(undefined, at(appended, index).location), all.slice(0, index))
        assert.deepEqual(await heads(undefined, at(appended, index).end), all.slice(0, index + 1))
      }
      assert.deepEqual(await heads(at(appended, 5).location, at(appended, 30).end), all.slice(5, 31))
      assert.ok((await content.segments()).length > 5, 'over several segments')
    },
    3000,
  )

  within('octets come with the scan when they are asked for and not too long', async (content) => {
    const lengths = [0, 1, 1000, 1001, 3_000_000, 10]
    for (const [index, length] of lengths.entries()) await content.append({ header: text(String(index)), octets: [pseudoRandom(length, index)] })
    assert.deepEqual(
      (await collect(content)).map((record) => record.octets),
      lengths.map(() => undefined),
    )
    const upTo = await collect(content, undefined, undefined, { octetsUpToBytes: 1000 })
    assert.deepEqual(
      upTo.map((record) => record.octets?.length),
      [0, 1, 1000, undefined, undefined, 10],
    )
    const all: boolean[] = []
    for await (const record of content.scan(undefined, undefined, { octetsUpToBytes: 4_000_000 }))
      all.push(Buffer.from(record.octets ?? text('none')).equals(pseudoRandom(at(lengths, all.length), all.length)))
    assert.deepEqual(
      all,
      lengths.map(() => true),
    )
  })

  within('a file is copied, between records in memory', async (content, folder) => {
    const spooled = pseudoRandom(700_001, 9)
    const file = path.join(folder, 'spool')
    await fs.promises.writeFile(file, spooled)
    const before = content.append({ header: text('a'), octets: [text('before')] })
    const mixed = content.append({ header: text('b'), octets: [text('prefix'), { path: file, sizeBytes: spooled.length }, text('suffix')] })
    const after = content.append({ header: text('c'), octets: [text('after')] })
    await Promise.all([before, mixed, after])
    await fs.promises.rm(file)
    const expected = Buffer.concat([text('prefix'), spooled, text('suffix')])
    const { location } = await mixed
    assert.ok(Buffer.from(await content.read(location, 0, expected.length)).equals(expected))
    assert.ok(Buffer.from(await content.read(location, 300_000, 500_000)).equals(expected.subarray(300_000, 500_000)))
    assert.equal(await content.verify(location), true)
    assert.deepEqual(
      (await collect(content)).map((record) => Buffer.from(record.header).toString()),
      ['a', 'b', 'c'],
    )
  })

  within('a spool file that is missing or too short costs its own record only', async (content, folder) => {
    const file = path.join(folder, 'short')
    await fs.promises.writeFile(file, 'short')
    const settled = await Promise.allSettled([
      content.append({ header: text('1'), octets: [text('one')] }),
      content.append({ header: text('2'), octets: [{ path: file, sizeBytes: 6 }] }),
      content.append({ header: text('3'), octets: [{ path: path.join(folder, 'missing'), sizeBytes: 6 }] }),
      content.append({ header: text('4'), octets: [text('four')] }),
    ])
    assert.deepEqual(
      settled.map((result) => result.status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    for (const result of settled) if (result.status === 'rejected') assert.ok(!(result.reason instanceof ContentFailed))
    assert.deepEqual(
      (await collect(content)).map((record) => Buffer.from(record.header).toString()),
      ['1', '4'],
    )
    await content.append({ header: text('5'), octets: [] })
  })

  test(`${name}: everything is there after it has been opened again, and appending goes on`, () =>
    withFolder(async (folder) => {
      const expected: string[] = []
      let last: Location | undefined
      for (let round = 0; round < 4; round++) {
        const content = await open(folder, 4000)
        if (last !== undefined) assert.deepEqual(content.end(), last)
        for (let index = 0; index < 10; index++) {
          expected.push(`${round}.${index}`)
          const { location } = await content.append({ header: text(`${round}.${index}`), octets: [pseudoRandom(300, index)] })
          if (last !== undefined) assert.ok(compareLocations(last, location) <= 0)
        }
        last = content.end()
        assert.deepEqual(
          (await collect(content)).map((record) => Buffer.from(record.header).toString()),
          expected,
        )
        await content.close()
      }
    }))

  within(
    'a segment that was dropped is gone, the others stay',
    async (content) => {
      const appended: Appended[] = []
      for (let index = 0; index < 30; index++) appended.push(await content.append({ header: text(String(index)), octets: [pseudoRandom(500, index)] }))
      const segments = (await content.segments()).map(({ segment }) => segment)
      assert.ok(segments.length >= 3)
      const [first, second, ...others] = segments
      assert.ok(first !== undefined && second !== undefined)
      await content.read(at(appended, 0).location, 0, 1)
      await content.drop(second)
      assert.deepEqual(
        (await content.segments()).map(({ segment }) => segment),
        [first, ...others],
      )
      const gone = appended.filter(({ location }) => location.segment === second)
      for (const { location } of gone) await assert.rejects(content.read(location, 0, 1), ContentDamaged)
      const left = appended.filter(({ location }) => location.segment !== second)
      assert.deepEqual(
        (await collect(content)).map((record) => record.location),
        left.map(({ location }) => location),
      )
      assert.deepEqual(
        (await collect(content, at(gone, 0).location)).map((record) => record.location),
        left.filter(({ location }) => location.segment > second).map(({ location }) => location),
      )
      await content.drop(first)
      await assert.rejects(content.drop(at(others, others.length - 1)), RangeError)
      const { location } = await content.append({ header: text('more'), octets: [] })
      assert.ok(compareLocations(location, at(appended, 29).end) >= 0)
    },
    3000,
  )

  within('there is nothing to read where no record begins', async (content) => {
    const { location, end } = await content.append({ header: text('h'), octets: [pseudoRandom(500, 1)] })
    await content.append({ header: text('h'), octets: [pseudoRandom(500, 2)] })
    for (const wrong of [
      { ...location, offset: location.offset + 1 },
      { ...location, offset: 0 },
      { ...location, segment: location.segment + 1 },
      { ...end, offset: end.offset + 10_000_000 },
    ]) {
      await assert.rejects(content.read(wrong, 0, 1), ContentDamaged, JSON.stringify(wrong))
      assert.equal(await content.verify(wrong), false)
    }
    await assert.rejects(collect(content, { ...end, offset: end.offset + 10_000_000 }), ContentDamaged)
  })

  within('octets that look like records are none', async (content, folder) => {
    await content.append({ header: text('inner'), octets: [text('x')] })
    const [segment] = await content.segments()
    const names = fs.readdirSync(folder).filter((entry) => fs.statSync(path.join(folder, entry)).size === segment?.sizeBytes)
    const image = names[0] === undefined ? text('rec1') : fs.readFileSync(path.join(folder, names[0])).subarray(32)
    const { location } = await content.append({ header: image, octets: [image, image] })
    await content.append({ header: text('after'), octets: [] })
    assert.equal((await collect(content)).length, 3)
    assert.equal(await content.verify(location), true)
    assert.equal(await content.verify({ ...location, offset: location.offset + image.length }), false)
  })

  within('octets may be changed once append has resolved, and many records go together', async (content) => {
    const shared = new Uint8Array(1000)
    const write = async (value: number) => {
      shared.fill(value)
      return (await content.append({ header: text('h'), octets: [shared] })).location
    }
    const locations = [await write(1), await write(2), await write(3)]
    for (const [index, location] of locations.entries()) assert.deepEqual([...new Set(await content.read(location, 0, 1000))], [index + 1])
  })

  within(
    'many at once, read while others are appended (property)',
    async (content) => {
      const record = fc.record({ header: fc.uint8Array({ maxLength: 40 }), octets: fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 4 }) })
      const written: { appended: Appended; record: NewRecord }[] = []
      await fc.assert(
        fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), async (records) => {
          const appending = records.map(async (one) => written.push({ record: one, appended: await content.append(one) }))
          for (const one of written.slice(-20)) await same(content, one)
          await Promise.all(appending)
          for (const one of written.slice(-20)) await same(content, one)
        }),
        { numRuns: 60 },
      )
      assert.equal((await collect(content)).length, written.length)
    },
    40_000,
  )

  test(`${name}: a closed log takes nothing`, () =>
    withFolder(async (folder) => {
      const content = await open(folder)
      const pending = content.append({ header: text('h'), octets: [] })
      await content.close()
      await pending
      await assert.rejects(content.append({ header: text('h'), octets: [] }), ContentFailed)
    }))
}

async function same(content: Content, { appended, record }: { appended: Appended; record: NewRecord }): Promise<void> {
  const expected = Buffer.concat(record.octets.map((piece) => ('path' in piece ? new Uint8Array(0) : piece)))
  assert.ok(Buffer.from(await content.read(appended.location, 0, expected.length)).equals(expected))
}

export function at<T>(values: readonly T[], index: number): T {
  const value = values[index]
  assert.ok(value !== undefined, `nothing at ${index}`)
  return value
}
