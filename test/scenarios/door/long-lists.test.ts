import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { accepted, Door } from '../../harness/door.ts'

const count = 10_000
const entries = Array.from(
  { length: count },
  (_, at) => [`user${at}@d${at}.example`, `.d${at}.test`, `10.${at >> 8}.${at & 255}.0/24`, `d${at}.example`][at & 3] ?? '',
)
const listed = '550 5.7.1 Spam message rejected'
const client = '127.22.0.1'

/** Milliseconds in the middle. */
function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
}

describe('long lists (SPEC A3)', () => {
  let door: Door

  before(async () => {
    door = await Door.open({
      mailboxes: ['few@a.example', 'many@a.example', 'copy@a.example'],
      settings: ['greylisting=off', 'reverse-lookup=off', 'connection-limits=off'],
      commands: ['address block few@a.example d3.example'],
    })
  })
  after(async () => await door[Symbol.asyncDispose]())

  test('10,000 entries come in as text, with comments and the lines of other systems', async () => {
    const text = ['\ufeff# our list', '', ...entries.map((entry, at) => (at % 100 === 0 ? `  ${entry} # because` : entry))].join('\r\n')
    const { code, stdout, stderr } = await door.server.run(['address', 'block', 'many@a.example', '--import', '-'], text)
    assert.deepEqual([code, stdout], [0, 'many@a.example, block: 10000 added, 0 removed, 10000 in all\n'], stderr)
    assert.match(stderr, /^list-mode=block is in force from now on/)
  })

  test('and go out as they came; what goes out comes in elsewhere', async () => {
    const text = await door.cli('address block many@a.example --export')
    assert.equal(text, `${entries.toSorted().join('\n')}\n`)
    const file = path.join(door.server.folder, 'list.txt')
    await writeFile(file, text)
    await door.cli(['address', 'block', 'copy@a.example', '--import', file])
    assert.equal(await door.cli('address block copy@a.example --export'), text)
    assert.match(await door.cli(['address', 'block', 'copy@a.example', '--import', file]), /: 0 added, 0 removed, 10000 in all/)
    assert.match(await door.cli(['address', 'block', 'copy@a.example', '--remove', '--import', file]), /: 0 added, 10000 removed, 0 in all/)
    assert.equal(await door.cli('address block copy@a.example --export'), '')
  })

  test('one more is too many, and changes nothing', async () => {
    const { code, err } = await door.tryCli('address block many@a.example one.more.example')
    assert.deepEqual([code, err], [1, 'posthorn: no more than 10000 entries\n'])
    assert.match(await door.cli('address show many@a.example'), /^block +10000/m)
  })

  test('they cost no visible time at RCPT', async () => {
    using smtp = await door.connect({ client })
    const time = async (to: string, from: string, reply: string) => {
      await smtp.mail(from)
      const startedAt = performance.now()
      assert.equal(await smtp.rcpt(to), reply)
      const ms = performance.now() - startedAt
      await smtp.say('RSET')
      return ms
    }
    const first = await time('many@a.example', 'a@nowhere.example', accepted)
    assert.ok(first < 1000, `the first one after a change reads the list: ${first} ms`)
    const few: number[] = []
    const many: number[] = []
    for (let turn = 0; turn < 150; turn++) {
      few.push(await time('few@a.example', `a${turn}@nowhere.example`, accepted))
      many.push(await time('many@a.example', `a${turn}@nowhere.example`, accepted))
      many.push(await time('many@a.example', 'a@d9999.example', listed))
    }
    assert.ok(median(many) < median(few) * 3 + 1, `${median(few)} ms with one entry, ${median(many)} ms with 10,000`)
  })
})
