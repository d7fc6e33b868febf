import assert from 'node:assert/strict'
import test from 'node:test'
import type { ModSeq, Uid } from '../mail/ids.ts'
import { decodeFlagPage, encodeFlagPage, FlagPage } from './flag-page.ts'
import { byPage } from './flag-pages.ts'

type Row = Parameters<typeof FlagPage.ofRows>[0][number]

const row = (uid: number, system: number, keywords: string, modSeq: number): Row => ({ uid: uid as Uid, system, keywords, modSeq: modSeq as ModSeq })

const rowsOf = (page: FlagPage): Row[] => Array.from(page.uids, (uid, at) => row(uid, page.system[at] ?? 0, page.keywordsAt(at), page.modSeqs[at] ?? 0))

test('a page comes out as it went in', async (t) => {
  const pages: Readonly<Record<string, readonly Row[]>> = {
    empty: [],
    'one message': [row(1, 31, '$Work', 1)],
    'all alike': Array.from({ length: 1024 }, (_, at) => row(1024 + at, 1, '', 77)),
    'modSeqs within two octets, UIDs with gaps': Array.from({ length: 300 }, (_, at) => row(2048 + 3 * at, at % 32, at % 3 === 0 ? 'a b' : '', 1000 + 7 * at)),
    'within four': [row(0xffff_fc00, 0, '', 3), row(0xffff_ffff, 1, '$grün', 3 + 2 ** 32 - 1)],
    'the greatest that there are': [row(5, 0, 'x', 1), row(6, 0, 'y', 2 ** 40 + 12_345), row(7, 16, 'x', Number.MAX_SAFE_INTEGER)],
    'sets of keywords past one octet': Array.from({ length: 1000 }, (_, at) => row(at + 1, 0, `k${at}`, 9)),
  }
  for (const [name, rows] of Object.entries(pages)) {
    await t.test(name, () => assert.deepEqual(rowsOf(decodeFlagPage(encodeFlagPage(FlagPage.ofRows(rows)))), rows))
  }
})

test('what is alike takes next to nothing, and sets that nobody has are forgotten', () => {
  const page = FlagPage.ofRows(Array.from({ length: 1024 }, (_, at) => row(at + 1, 4, at === 0 ? 'once' : 'often', 9)))
  page.keywords[0] = page.intern('often')
  const octets = encodeFlagPage(page)
  assert.ok(octets.length < 60, `${octets.length} octets`)
  assert.deepEqual(decodeFlagPage(octets).keywordSets, ['often'])
})

test('pages joined have the messages of all, each with its keywords', () => {
  const [one, two] = [
    [row(1, 0, 'a', 1), row(2, 1, '', 2)],
    [row(9, 2, '', 3), row(10, 3, 'b', 4), row(11, 4, 'a', 5)],
  ] as const
  assert.deepEqual(rowsOf(FlagPage.join([FlagPage.ofRows(one), FlagPage.ofRows([]), FlagPage.ofRows(two)])), [...one, ...two])
})

test('ranges of UIDs fall into pages', () => {
  const split = (...ranges: [number, number][]): unknown => [...byPage(ranges, 5000)]
  assert.deepEqual(split([1, 3], [7, 7]), [[0, [[1, 3], [7, 7]]]]) // biome-ignore format: as they are told
  assert.deepEqual(split([1020, 3000]), [[0, [[1020, 1023]]], [1024, [[1024, 2047]]], [2048, [[2048, 3000]]]]) // biome-ignore format: as they are told
  assert.deepEqual(split([1, 2], [4990, 0xffff_ffff]), [[0, [[1, 2]]], [4096, [[4990, 5000]]]]) // biome-ignore format: as they are told
  assert.deepEqual(split([5001, 6000]), [])
})
