import assert from 'node:assert/strict'
import test from 'node:test'
import { Random, seedOfRun } from '../../test/harness/random.ts'
import { keepWith, makeShards, renumberShard, shardOf } from './block.ts'
import { decodeAscending, encodeAscending, hasAll } from './varints.ts'

const random = new Random(seedOfRun())

/** Ascending, some of them neighbours; a few are in nearly every list. */
function someGrams(): Uint16Array {
  const grams = new Set<number>([0, 65_535].filter(() => random.chance(0.5)))
  for (let count = random.between(0, 300); count > 0; count--) grams.add(random.chance(0.3) ? random.between(0, 60) : random.between(0, 65_535))
  return Uint16Array.from([...grams].sort((a, b) => a - b))
}

function columnsWith(shards: readonly Uint8Array[], columns: number, gram: number): number[] {
  const kept = new Uint8Array(columns).fill(1)
  keepWith(kept, shards[shardOf(gram)], gram)
  return [...kept.keys()].filter((column) => kept[column] === 1)
}

for (const columns of [1, 7, 8, 512]) {
  test(`a block of ${columns} knows which messages have a gram, also after some went`, (context) => {
    context.diagnostic(`seed ${random.seed}`)
    const lists = Array.from({ length: columns }, someGrams)
    const shards = makeShards(lists)
    const numbers: number[] = []
    let next = 0
    for (let column = 0; column < columns; column++) numbers.push(random.chance(0.7) ? next++ : -1)
    const renumbered = shards.map((shard) => renumberShard(shard, columns, numbers))
    const left = lists.filter((_, column) => numbers[column] !== -1)
    for (let gram = 0; gram < 65_536; gram += gram < 100 ? 1 : 97) {
      const having = (of: readonly Uint16Array[]) => [...of.keys()].filter((column) => of[column]?.includes(gram))
      assert.deepEqual(columnsWith(shards, columns, gram), having(lists), `gram ${gram}`)
      assert.deepEqual(columnsWith(renumbered, next, gram), having(left), `gram ${gram} of those left`)
    }
  })
}

test('ascending numbers are read as they were written', (context) => {
  context.diagnostic(`seed ${random.seed}`)
  for (const numbers of [[], [0], [5, 2 ** 40, 2 ** 53 - 1], [...someGrams()]]) assert.deepEqual(decodeAscending(encodeAscending(numbers)), numbers)
  for (let run = 0; run < 200; run++) {
    const list = [...someGrams()]
    const wanted = list.filter(() => random.chance(0.02))
    assert.equal(hasAll(encodeAscending(list), wanted), true)
    const other = random.between(0, 65_535)
    assert.equal(
      hasAll(
        encodeAscending(list),
        [...wanted, other].sort((a, b) => a - b),
      ),
      list.includes(other),
    )
  }
})
