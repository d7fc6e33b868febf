/**
 * `npm run evaluate`: the real filter over labelled messages (docs/filter.md).
 *
 *     -- --online --order LIST --root DIR --scores OUT            classify one, write its score, then teach it; in the order of the list
 *     -- --batch --train LIST --test LIST --root DIR --scores OUT teach all of one list (mixed), then classify the other
 *     -- --rules --order LIST --root DIR --scores OUT             no learner
 *
 * LIST has lines `path<TAB>ham|spam`, paths below DIR; OUT gets lines `path<TAB>score`. `--stripped` removes all header fields that tell where
 * a message was collected: only From, Reply-To, Subject, MIME-Version and Content-* stay.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ContentFilter, type Models } from '../../src/spam/filter.ts'
import { Model } from '../../src/spam/learn/model.ts'
import { mixed, passes } from '../../src/spam/learn/mixed.ts'
import { readRuleFolder } from '../../src/spam/rules/rule-folder.ts'
import { RuleSet } from '../../src/spam/rules/rule-set.ts'
import { type Judged, measure } from './metrics.ts'
import { stripped } from './stripped.ts'

interface Labelled {
  readonly path: string
  readonly label: 'ham' | 'spam'
}

const { values } = parseArgs({
  options: {
    online: { type: 'boolean' },
    batch: { type: 'boolean' },
    rules: { type: 'boolean' },
    stripped: { type: 'boolean' },
    order: { type: 'string' },
    train: { type: 'string' },
    test: { type: 'string' },
    root: { type: 'string' },
    scores: { type: 'string' },
  },
})

const filter = new ContentFilter({ rules: new RuleSet(readRuleFolder(path.join(import.meta.dirname, '../../rules'), true)) })
const root = needed('root')
const began = process.cpuUsage()
const judged = values.online ? online(readList(needed('order'))) : values.batch ? batch(readList(needed('train')), readList(needed('test'))) : rules()
const { user, system } = process.cpuUsage(began)
writeFileSync(needed('scores'), judged.map(({ path, score }) => `${path}\t${score}\n`).join(''))
report(judged)
console.log(`${((user + system) / 1000 / judged.length).toFixed(2)} ms of CPU for each message judged, reading and teaching included`)

function online(list: readonly Labelled[]): Judged[] {
  const installation = Model.create('installation')
  return list.map((one) => {
    const examined = examine(one)
    const { score } = filter.judge(examined, { installation })
    filter.learn(examined, one.label, installation)
    return { path: one.path, spam: one.label === 'spam', score }
  })
}

function batch(train: readonly Labelled[], test: readonly Labelled[]): Judged[] {
  const installation = Model.create('installation')
  for (let pass = 0; pass < passes; pass += 1) for (const one of mixed(train)) filter.learn(examine(one), one.label, installation)
  return judgeAll(test, { installation })
}

function rules(): Judged[] {
  if (!values.rules) throw new Error('say --online, --batch or --rules')
  return judgeAll(readList(needed('order')), {})
}

function judgeAll(list: readonly Labelled[], models: Models): Judged[] {
  return list.map((one) => ({ path: one.path, spam: one.label === 'spam', score: filter.judge(examine(one), models).score }))
}

function examine({ path: name }: Labelled) {
  const octets = readFileSync(path.join(root, name))
  return filter.examine({ octets: values.stripped ? stripped(octets) : octets })
}

function readList(file: string): Labelled[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    const [name = '', label = ''] = line.trim().split('\t')
    if (name === '' || name === 'path') return []
    if (label !== 'ham' && label !== 'spam') throw new Error(`${file}:${index + 1}: "${label}" is neither ham nor spam`)
    return [{ path: name, label }]
  })
}

function needed(name: 'order' | 'train' | 'test' | 'root' | 'scores'): string {
  const value = values[name]
  if (value === undefined) throw new Error(`--${name} is missing`)
  return value
}

function report(judged: readonly Judged[]): void {
  const metrics = measure(judged)
  if (metrics === undefined) {
    console.log(`${judged.length} messages of one class only: nothing to compare`)
    return
  }
  const { ham, spam, roca, caught, levels } = metrics
  console.log(`${ham} ham, ${spam} spam`)
  console.log(`1-ROCA ${roca.toFixed(4)} %`)
  for (const [share, percent] of Object.entries(caught)) console.log(`spam caught at ${share} % ham loss: ${percent.toFixed(2)} %`)
  for (const { name, required, hamLost, spamMissed, lam } of levels) {
    console.log(
      `${name.padEnd(9)} (from ${required} points): ham lost ${hamLost.toFixed(3)} %, spam missed ${spamMissed.toFixed(3)} %, lam ${lam.toFixed(3)} %`,
    )
  }
}
