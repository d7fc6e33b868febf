import { parseArgs } from 'node:util'
import { runCampaign } from './campaign.ts'
import { loadTarget, targetFiles } from './target.ts'

// node test/fuzz/run.ts [--seconds N] [--target NAME] [--seed N] [--runs N]
// Fuzzes every target of this folder, N seconds each. A failure prints its seed and input; `--target NAME --seed SEED --runs 1` repeats it.
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, target: { type: 'string' }, seed: { type: 'string' }, runs: { type: 'string' } },
})
const seconds = Number(values.seconds)
const runs = values.runs === undefined ? Number.MAX_SAFE_INTEGER : Number(values.runs)
const seed = values.seed === undefined ? Math.floor(Math.random() * 0x7fff_ffff) : Number(values.seed)
if (![seconds, runs, seed].every((number) => Number.isFinite(number) && number >= 0)) {
  console.error('--seconds, --seed and --runs are numbers')
  process.exit(2)
}

let matched = 0
for (const file of targetFiles()) {
  const { name } = await loadTarget(file)
  if (values.target !== undefined && values.target !== name) continue
  matched += 1
  const report = await runCampaign({ file, seed, runs, seconds })
  if (report.failure === undefined) {
    console.log(`${name}: ${report.runs} runs from seed ${seed}`)
    continue
  }
  const { failure } = report
  console.log(
    `${name}: FAILED at run ${report.runs}\n${failure.reason}\nseed: ${failure.seed}\ninput (base64): ${Buffer.from(failure.input).toString('base64')}`,
  )
  process.exitCode = 1
}
if (matched === 0) {
  console.error(`no target is called ${values.target ?? ''}`)
  process.exitCode = 2
}
