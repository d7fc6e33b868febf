import assert from 'node:assert/strict'
import test from 'node:test'
import { runCampaign } from './campaign.ts'
import { mutate, Random } from './mutate.ts'
import { loadTarget, targetFiles } from './target.ts'

/** All targets together. */
const secondsInAll = 12
const files = targetFiles()

for (const file of files) {
  test(`fuzz ${file}`, async () => {
    const { name, seeds } = await loadTarget(file)
    assert.ok(seeds.length > 0, `${name} has no seeds`)
    // The same numbers every time: the suite does not fail by chance. `npm run fuzz` begins elsewhere each time.
    const { runs, failure } = await runCampaign({ file, seed: 1, runs: 20_000, seconds: secondsInAll / files.length })
    if (failure !== undefined) assert.fail(`${name} seed ${failure.seed}, input ${Buffer.from(failure.input).toString('base64')}\n${failure.reason}`)
    assert.ok(runs > 0, 'no run was made')
  })
}

test('a run is decided by its number', () => {
  const seeds = [Buffer.from('From: a@b\r\n\r\n'), Buffer.from('--b\r\n')]
  for (let seed = 0; seed < 200; seed += 1) assert.deepEqual(mutate(seeds, new Random(seed)), mutate(seeds, new Random(seed)))
  assert.notDeepEqual(mutate(seeds, new Random(1)), mutate(seeds, new Random(2)))
})
