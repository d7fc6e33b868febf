import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { isLeaked } from './leaked-passwords.ts'

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()

async function folder(context: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'leaked-'))
  context.after(() => rm(made, { recursive: true }))
  return made
}

for (const [what, end] of [
  ['lines', '\n'],
  ['lines of Windows', '\r\n'],
] as const) {
  test(`one file of hashes in order, ${what}: each is found, and no other`, async (context) => {
    const file = join(await folder(context), 'hashes.txt')
    const passwords = Array.from({ length: 2000 }, (_, index) => `password${index}`)
    const lines = passwords.map((password, index) => `${sha1(password)}:${index * 97 + 1}`).toSorted((a, b) => (a < b ? -1 : 1))
    await writeFile(file, lines.map((line) => line + end).join(''))
    for (const password of passwords) assert.ok(await isLeaked(file, password), password)
    for (let index = 0; index < 2000; index += 1) assert.ok(!(await isLeaked(file, `other${index}`)))
  })
}

test('small files: none, one, without the last line’s end', async (context) => {
  const file = join(await folder(context), 'hashes.txt')
  for (const [text, expected] of [
    ['', false],
    [`${sha1('x')}:3`, true],
    [`${sha1('x')}:3\n`, true],
    [sha1('x').slice(0, 39), false],
    [`${sha1('x').toLowerCase()}:3\n`, true],
  ] as const) {
    await writeFile(file, text)
    assert.equal(await isLeaked(file, 'x'), expected, text)
  }
})

test('a folder with a file for each prefix, as the downloader of Pwned Passwords makes it', async (context) => {
  const made = join(await folder(context), 'ranges')
  await mkdir(made)
  const hash = sha1('hunter2')
  await writeFile(join(made, `${hash.slice(0, 5)}.txt`), `0000000000000000000000000000000000A:2\r\n${hash.slice(5)}:17\r\n`)
  assert.ok(await isLeaked(made, 'hunter2'))
  await writeFile(join(made, `${sha1('other').slice(0, 5)}.txt`), `${'F'.repeat(35)}:1\n`)
  assert.ok(!(await isLeaked(made, 'other')))
  await assert.rejects(isLeaked(made, 'not downloaded'))
})
