import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import test from 'node:test'
import { Invocation } from './invocation.ts'
import { readPassword } from './password.ts'
import { en } from './texts/en.ts'
import { CannotDo } from './trouble.ts'

/** What comes back when somebody types this at a terminal. `\r` is the return key. */
async function typing(keys: readonly string[]): Promise<string | undefined> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin }) as unknown as Invocation['io']['stdin'] & PassThrough
  const stderr = Object.assign(new PassThrough(), { isTTY: true })
  const invocation = new Invocation({ t: en, language: 'en', io: { stdin, stdout: new PassThrough(), stderr, env: {} }, options: {} })
  const left = [...keys]
  // Each question is answered once it is asked.
  stderr.on('data', (text: Buffer) => {
    if (text.toString().endsWith(': ')) stdin.write(left.shift() ?? '\u0003')
  })
  return await readPassword(invocation, 'ann@a.example', false)
}

test('a password at a terminal: typed twice, or nothing, and one is made', async () => {
  assert.equal(await typing(['correct horse\r', 'correct horse\r']), 'correct horse')
  assert.equal(await typing(['corrr\u007fect\r', 'correct\r']), 'correct')
  assert.equal(await typing(['\r']), undefined)
  await assert.rejects(typing(['one\r', 'other\r']), CannotDo)
  await assert.rejects(typing(['\u0003']), CannotDo)
})
