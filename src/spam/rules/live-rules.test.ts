import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { LiveRules } from './live-rules.ts'

const rule = (name: string) => `test ${name} 1\n  when subject has "a"\n  de Ein Satz.\n  en A sentence.\n`

test("an operator's files hold without a restart, and a broken one changes nothing", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'posthorn-rules-'))
  try {
    const [shipped, own] = [path.join(folder, 'shipped'), path.join(folder, 'own')]
    await mkdir(shipped)
    await writeFile(path.join(shipped, 'a.rules'), rule('SHIPPED'))
    let nowMs = 0
    const faults: string[] = []
    const rules = new LiveRules({ shipped, own, onFault: (fault) => faults.push(String(fault)), now: () => nowMs })
    const names = () => rules.current().names
    assert.deepEqual(names(), ['SHIPPED'])

    await mkdir(own)
    await writeFile(path.join(own, 'mine.rules'), rule('MINE'))
    assert.deepEqual(names(), ['SHIPPED'], 'it is not looked at for each message')
    nowMs += 2_000
    assert.deepEqual(names(), ['SHIPPED', 'MINE'])

    await writeFile(path.join(own, 'mine.rules'), `# broken\n${rule('MINE').replace('subject', 'sbject')}`)
    nowMs += 2_000
    assert.deepEqual(names(), ['SHIPPED', 'MINE'])
    nowMs += 2_000
    assert.deepEqual(names(), ['SHIPPED', 'MINE'])
    assert.equal(faults.length, 1)
    assert.match(faults[0] ?? '', /mine\.rules:3: there is no field "sbject"; did you mean "subject"\?/)

    await rm(own, { recursive: true })
    nowMs += 2_000
    assert.deepEqual(names(), ['SHIPPED'])
  } finally {
    await rm(folder, { recursive: true })
  }
})
