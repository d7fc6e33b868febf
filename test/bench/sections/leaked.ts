import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describeLeaked, isLeaked } from '../../../src/auth/leaked-passwords.ts'
import type { Bench } from '../bench.ts'
import { valueAtMost } from '../report.ts'

/** Of each kind: those that stand in the data, and those that do not. */
const looked = 2000
/** Lines that are written at once. */
const together = 50_000

/** Looking a password up in the operator's data of leaks: one file, ten million lines as Pwned Passwords has them. */
export async function leaked(bench: Bench): Promise<void> {
  const lines = bench.quick ? 1_000_000 : 10_000_000
  await bench.section(`Leaked passwords: ${lines / 1e6} million hashes`, async (scope) => {
    const file = path.join(await scope.folder(), 'hashes.txt')
    await pipeline(Readable.from(hashes(lines)), createWriteStream(file))
    const { report } = bench
    const known = await times(file, 'known')
    const unknown = await times(file, 'unknown')
    for (const [what, all] of Object.entries({ 'a known password': known, 'an unknown one': unknown })) {
      report.row({ what: `${what}, median`, unit: 'ms', ours: [at(all, 0.5)] })
      report.row({ what: `${what}, p99`, unit: 'ms', ours: [at(all, 0.99)], goal: valueAtMost(1) })
    }
    const began = performance.now()
    await describeLeaked(file)
    report.row({ what: 'to see whether the file is in order', unit: 'ms', ours: [performance.now() - began] })
  })
}

/** In ms, in order. */
async function times(file: string, kind: 'known' | 'unknown'): Promise<readonly number[]> {
  const all: number[] = []
  for (let n = 0; n < looked; n += 1) {
    const began = performance.now()
    if ((await isLeaked(file, `${kind} ${n}`)) !== (kind === 'known')) throw new Error(`${kind} ${n} is not`)
    all.push(performance.now() - began)
  }
  return all.toSorted((a, b) => a - b)
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}

/** In order: those of the known passwords, and between them so many that nobody knows, evenly spread. */
function* hashes(lines: number): Generator<string> {
  const known = Array.from({ length: looked }, (_, n) => createHash('sha1').update(`known ${n}`).digest('hex').toUpperCase()).sort()
  const step = 2 ** 48 / lines
  let next = 0
  let text = ''
  for (let n = 0; n < lines; n += 1) {
    const weight = Math.floor((n + Math.random()) * step)
    const hash = `${weight.toString(16).toUpperCase().padStart(12, '0')}0123456789ABCDEF0123456789AB`
    for (; (known[next] ?? 'G') < hash; next += 1) text += `${known[next]}:${next + 1}\r\n`
    text += `${hash}:${(n % 5000) + 1}\r\n`
    if (n % together === 0) {
      yield text
      text = ''
    }
  }
  yield text +
    known
      .slice(next)
      .map((hash) => `${hash}:1\r\n`)
      .join('')
}
