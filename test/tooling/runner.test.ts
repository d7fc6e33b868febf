import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test, { type TestContext } from 'node:test'
import { type FileResult, runFile } from '../../scripts/test/run-file.ts'

const head = "import test from 'node:test'\nimport assert from 'node:assert/strict'\n"

async function run(t: TestContext, source: string, limitMs = 20_000): Promise<FileResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runner-'))
  t.after(async () => await rm(folder, { recursive: true }))
  await writeFile(path.join(folder, 'planted.test.mjs'), head + source)
  return await runFile(folder, 'planted.test.mjs', limitMs, new AbortController().signal)
}

const outcomes = ({ tests }: FileResult) => tests.map(({ name, outcome, reason = '' }) => `${outcome} ${name}${outcome === 'skipped' ? `: ${reason}` : ''}`)

test('tests are counted once each, by their whole name, subtests instead of what holds them', async (t) => {
  const source = `
    test('plain', () => {})
    test('holds', async (t) => {
      await t.test('good', () => {})
      await t.test('bad', () => assert.equal(1, 2))
    })
    test.describe('suite', () => {
      test('inside', () => {})
      test('left out', { skip: 'no swaks' }, () => {})
    })
    test('later', { todo: true }, () => assert.fail())
  `
  const result = await run(t, source)
  assert.deepEqual(outcomes(result), [
    'passed plain',
    'passed holds > good',
    'failed holds > bad',
    'passed suite > inside',
    'skipped suite > left out: no swaks',
    'skipped later: no reason given',
  ])
  assert.match(result.tests[2]?.reason ?? '', /1 !== 2[^]*planted\.test\.mjs:7:/)
})

const faults: readonly [what: string, source: string, found: RegExp][] = [
  ['does not end', "test('hangs', async () => { setInterval(() => {}, 1000); await new Promise(() => {}) })", /took longer than 2 s; it was at "hangs"/],
  ['does not load', "import './nowhere.mjs'", /ended with exit code 1, though no test failed/],
  [
    'is killed',
    "test('dies', async () => { await new Promise((resolve) => setTimeout(resolve, 300)); process.kill(process.pid, 'SIGKILL') })",
    /ended by SIGKILL at "dies"/,
  ],
  ['holds no test', '', /holds no test/],
  [
    'leaves a file',
    "import { writeFileSync } from 'node:fs'\ntest('x', () => writeFileSync(process.env.TMPDIR + '/litter', ''))",
    /left in its temporary folder: litter/,
  ],
  [
    'leaves a process',
    "import { spawn } from 'node:child_process'\ntest('x', () => spawn('sleep', ['60'], { detached: true, stdio: 'inherit' }).unref())",
    /left processes running: sleep 60/,
  ],
]
for (const [what, source, found] of faults) {
  test(`a file that ${what} has failed`, async (t) => {
    const { tests } = await run(t, source, what === 'does not end' ? 2000 : 20_000)
    const reasons = tests.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason)
    assert.equal(reasons.length, 1, JSON.stringify(tests))
    assert.match(reasons[0] ?? '', found)
  })
}

test('what a test writes is told apart from its results', async (t) => {
  const result = await run(t, "test('x', () => { process.stdout.write('no line end'); console.error('on stderr') })")
  assert.deepEqual(outcomes(result), ['passed x'])
  assert.match(result.output, /no line end/)
  assert.match(result.output, /on stderr/)
})
