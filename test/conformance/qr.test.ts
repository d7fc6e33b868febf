import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { type Matrix, qrMatrix } from '../../web/ui/qr/matrix.ts'

const zbar = '/usr/bin/zbarimg'

test('another program reads our QR codes, of every version', { skip: existsSync(zbar) ? false : 'zbar-tools is not installed' }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'qr-'))
  try {
    const sides = new Set<number>()
    for (let length = 1; length <= 660; length = Math.ceil(length * 1.06)) {
      const text = `https://mx.example.org/setup/${'0123456789abcdef'.repeat(42)}`.slice(0, length)
      const matrix = qrMatrix(text)
      assert.ok(matrix !== undefined)
      sides.add(matrix.length)
      const file = path.join(folder, 'code.pbm')
      await writeFile(file, pbm(matrix))
      assert.equal(execFileSync(zbar, ['--quiet', '--raw', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(), text, `${length} octets`)
    }
    assert.equal(sides.size, 20)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a text that fits into no code has none', () => {
  assert.equal(qrMatrix('x'.repeat(667)), undefined)
})

/** As a picture, four points to a module. */
function pbm(matrix: Matrix): string {
  const quiet = Array.from({ length: 4 }, () => false)
  const side = matrix.length + 8
  const empty = Array.from({ length: 4 }, () => Array.from({ length: side }, () => false))
  const rows = [...empty, ...matrix.map((row) => [...quiet, ...row, ...quiet]), ...empty]
  const lines = rows.flatMap((row) => Array.from({ length: 4 }, () => row.flatMap((dark) => Array.from({ length: 4 }, () => (dark ? 1 : 0))).join(' ')))
  return `P1\n${4 * side} ${4 * side}\n${lines.join('\n')}\n`
}
