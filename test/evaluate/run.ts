/**
 * `npm run evaluate`: the real filter over labelled messages (docs/filter.md).
 *
 *     -- --online --order LIST --root DIR --scores OUT            classify one, write its score, then teach it; in the order of the list
 *     -- --batch --train LIST --test LIST --root DIR --scores OUT teach all of one list (mixed), then classify the other
 *     -- --rules --order LIST --root DIR --scores OUT             no learner
 *
 * `--peer rspamd|spamassassin|bogofilter` has another filter judge the same messages in the same way (Debian's packages; with --rules: what it
 * knows without learning). A peer's learner is taught each message once.
 *
 * LIST has lines `path<TAB>ham|spam`, paths below DIR; OUT gets lines `path<TAB>score`. `--stripped` removes all header fields that tell where
 * a message was collected: only From, Reply-To, Subject, MIME-Version and Content-* stay.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ContentFilter } from '../../src/spam/filter.ts'
import { Model } from '../../src/spam/learn/model.ts'
import { mixed, passes } from '../../src/spam/learn/mixed.ts'
import { readRuleFolder } from '../../src/spam/rules/rule-folder.ts'
import { RuleSet } from '../../src/spam/rules/rule-set.ts'
import { type Judged, measure } from './metrics.ts'
import { startPeer } from './peers.ts'
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
    peer: { type: 'string' },
  },
})

const root = needed('root')
const began = process.cpuUsage()
const judged = values.peer === undefined ? ours() : await peers(values.peer)
const { user, system } = process.cpuUsage(began)
writeFileSync(needed('scores'), judged.map(({ path, score }) => `${path}\t${score}\n`).join(''))
report(judged)
if (values.peer === undefined)
  console.log(`${((user + system) / 1000 / judged.length).toFixed(2)} ms of CPU for each message judged, reading and teaching included`)

function ours(): Judged[] {
  const filter = new ContentFilter({ rules: new RuleSet(readRuleFolder(path.join(import.meta.dirname, '../../rules'), true)) })
  const examine = (one: Labelled) => filter.examine({ octets: octetsOf(one) })
  if (values.rules) return readList(needed('order')).map((one) => judgedAs(one, filter.judge(examine(one), {}).score))
  const installation = Model.create('installation')
  if (values.online) {
    return readList(needed('order')).map((one) => {
      const examined = examine(one)
      const { score } = filter.judge(examined, { installation })
      filter.learn(examined, one.label, installation)
      return judgedAs(one, score)
    })
  }
  if (!values.batch) throw new Error('say --online, --batch or --rules')
  const train = readList(needed('train'))
  for (let pass = 0; pass < passes; pass += 1) for (const one of mixed(train)) filter.learn(examine(one), one.label, installation)
  return readList(needed('test')).map((one) => judgedAs(one, filter.judge(examine(one), { installation }).score))
}

async function peers(name: string): Promise<Judged[]> {
  await using peer = await startPeer(name, values.rules !== true)
  for (const one of values.batch ? mixed(readList(needed('train'))) : []) await peer.teach(octetsOf(one), one.label)
  const found: Judged[] = []
  for (const one of readList(needed(values.batch ? 'test' : 'order'))) {
    const octets = octetsOf(one)
    found.push(judgedAs(one, await peer.score(octets)))
    if (values.online) await peer.teach(octets, one.label)
  }
  return found
}

function judgedAs({ path: name, label }: Labelled, score: number): Judged {
  return { path: name, spam: label === 'spam', score }
}

function octetsOf({ path: name }: Labelled): Buffer {
  const octets = readFileSync(path.join(root, name))
  return values.stripped ? stripped(octets) : octets
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
