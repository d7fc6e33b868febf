import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { describeLeaked, isLeaked, LeakedDataBroken, type LeakedDataFault } from './leaked-passwords.ts'
import { md4 } from './md4.ts'

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase()
const ntlm = (text: string) => md4(Buffer.from(text, 'utf16le')).toUpperCase()

async function folder(context: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'leaked-'))
  context.after(() => rm(made, { recursive: true }))
  return made
}

function lines(passwords: readonly string[], hash = sha1): string[] {
  return passwords.map((password, index) => `${hash(password)}:${index * 97 + 1}`).toSorted((a, b) => (a < b ? -1 : 1))
}

async function fault(asked: Promise<unknown>): Promise<LeakedDataFault> {
  try {
    await asked
  } catch (error) {
    if (error instanceof LeakedDataBroken) return error.fault
    throw error
  }
  throw new Error('nothing was found wrong')
}

for (const [what, hash, end] of [
  ['SHA-1', sha1, '\n'],
  ['SHA-1 with lines of Windows', sha1, '\r\n'],
  ['NTLM', ntlm, '\n'],
] as const) {
  test(`one file of hashes in order, ${what}: each is found, and no other`, async (context) => {
    const file = join(await folder(context), 'hashes.txt')
    const passwords = Array.from({ length: 2000 }, (_, index) => `password${index}`)
    await writeFile(
      file,
      lines(passwords, hash)
        .map((line) => line + end)
        .join(''),
    )
    for (const password of passwords) assert.ok(await isLeaked(file, password), password)
    for (let index = 0; index < 2000; index += 1) assert.ok(!(await isLeaked(file, `other${index}`)))
    const data = await describeLeaked(file)
    assert.deepEqual([data.form, data.hashes], ['file', hash === sha1 ? 'sha1' : 'ntlm'])
    assert.ok(Math.abs(data.about - 2000) < 20, String(data.about))
  })
}

test('hashes that are not spread evenly are found as well', async (context) => {
  const file = join(await folder(context), 'hashes.txt')
  const wanted = sha1('wanted')
  const near = Array.from({ length: 5000 }, (_, index) => `${wanted.slice(0, 20)}${String(index).padStart(20, '0')}:1`)
  await writeFile(file, `${[...near, `${wanted}:7`, ...lines(['a', 'b', 'c'])].toSorted((a, b) => (a < b ? -1 : 1)).join('\n')}\n`)
  assert.ok(await isLeaked(file, 'wanted'))
  assert.ok(await isLeaked(file, 'b'))
  assert.ok(!(await isLeaked(file, 'd')))
})

test('small files; what is put in their place holds at once', async (context) => {
  const file = join(await folder(context), 'hashes.txt')
  for (const [text, expected] of [
    [`${sha1('x')}:3`, true],
    [`${sha1('y')}:3\n`, false],
    [`${sha1('x')}\n`, true],
    [`${sha1('x').toLowerCase()}:3\r\n`, true],
  ] as const) {
    await writeFile(file, text)
    assert.equal(await isLeaked(file, 'x'), expected, text)
  }
})

test('what is wrong with a file is said exactly', async (context) => {
  const file = join(await folder(context), 'hashes.txt')
  const good = lines(Array.from({ length: 20_000 }, (_, index) => `password${index}`))
  const write = (all: readonly string[]) => writeFile(file, `${all.join('\n')}\n`)
  const at = (index: number) => good.slice(0, index).join('\n').length + 1

  assert.deepEqual(await fault(isLeaked(file, 'x')), { kind: 'unreadable', file, code: 'ENOENT' })
  await writeFile(file, '')
  assert.deepEqual(await fault(isLeaked(file, 'x')), { kind: 'empty', file })
  for (const text of ['password\n', `${sha1('x').slice(1)}:3\n`, `${sha1('x')} 3\n`, '<html>']) {
    await writeFile(file, text)
    assert.deepEqual(await fault(isLeaked(file, 'x')), { kind: 'no-hash', file, at: 0 }, text)
    assert.deepEqual(await fault(describeLeaked(file)), { kind: 'no-hash', file, at: 0 }, text)
  }
  // Cut off on its way here.
  await writeFile(file, good.join('\n').slice(0, -20))
  assert.deepEqual(await fault(describeLeaked(file)), { kind: 'no-hash', file, at: at(19_999) })
  // In the order of how often they were seen, as there is a file too.
  await write(good.toReversed())
  assert.equal((await fault(describeLeaked(file))).kind, 'order')
  // Wrong in one place: whoever comes by there sees it.
  await write(good.with(10_000, 'no hash'))
  const leaked = good.findIndex((line) => line.startsWith(sha1('password7')))
  await write(good.with(leaked, 'no hash'))
  assert.deepEqual(await fault(isLeaked(file, 'password7')), { kind: 'no-hash', file, at: at(leaked) })
})

for (const [kind, hash] of [
  ['sha1', sha1],
  ['ntlm', ntlm],
] as const) {
  test(`a folder with a file for each prefix, as the downloader of Pwned Passwords makes it: ${kind}`, async (context) => {
    const made = join(await folder(context), 'ranges')
    await mkdir(made)
    const file = (prefix: string) => join(made, `${prefix}.txt`)
    const filler = (first: string) => `${first.repeat(sha1('').length - 5).slice(0, hash('').length - 5)}:2\r\n`
    // Which kind it is says the file for the SHA-1.
    for (const password of ['hunter2', 'other']) for (const each of [sha1, hash]) await writeFile(file(each(password).slice(0, 5)), filler('0') + filler('F'))
    await writeFile(file(hash('hunter2').slice(0, 5)), `${filler('0')}${hash('hunter2').slice(5)}:17\r\n`)
    assert.ok(await isLeaked(made, 'hunter2'))
    assert.ok(!(await isLeaked(made, 'other')))
    const missing = file(sha1('not downloaded').slice(0, 5))
    assert.deepEqual(await fault(isLeaked(made, 'not downloaded')), { kind: 'unreadable', file: missing, code: 'ENOENT' })
    assert.deepEqual(await fault(describeLeaked(made)), { kind: 'unreadable', file: file('00000'), code: 'ENOENT' })
    for (let sample = 0; sample < 64; sample += 1)
      await writeFile(file((sample * 4).toString(16).toUpperCase().padStart(2, '0') + '000'), filler('0') + filler('F'))
    const { form, hashes, about } = await describeLeaked(made)
    assert.deepEqual([form, hashes, about], ['folder', kind, 2 * 16 ** 5])
  })
}
