import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '../../../test/harness/cli.ts'
import { listenControl } from '../../app/control.ts'
import { operationContext } from '../../app/installation.ts'
import { openParts } from '../../app/open.ts'
import { silent } from '../../base/log.ts'
import { loadConfig } from '../../config/load.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-apply-'))
const data = join(folder, 'data')
const file = join(folder, 'books.toml')
const closers: (() => Promise<void>)[] = []

before(async () => {
  const parts = await openParts({ config: loadConfig({ data }), log: silent })
  const control = await listenControl({ path: join(data, 'control.sock'), context: operationContext(parts, silent), log: silent })
  closers.push(
    () => control.close(),
    () => parts.close(),
  )
})
after(async () => {
  for (const close of closers) await close()
  rmSync(folder, { recursive: true })
})

const posthorn = (line: string, language: 'en' | 'de' = 'en') => run([...line.split(' '), '--data', data], { language })

/** What it would do, or did. */
async function apply(text: string, options = ''): Promise<readonly string[]> {
  writeFileSync(file, text)
  const { code, out, err } = await posthorn(`apply ${file}${options}`)
  assert.equal(code, 0, err)
  return out.split('\n').filter((line) => line !== '')
}

const books = `
[customers.books]
values = { greylisting = false }

[domains."books.example"]
customer = "books"
values = { spam-level = "high" }

[addresses."team@books.example"]
kind = "list"
to = ["ann@books.example", "bob@books.example"]

[addresses."ann@books.example"]
kind = "mailbox"
quota = "4G"
password = "correct horse battery"

[addresses."bob@books.example"]
kind = "mailbox"
values = { spam-level = "low", language = "de" }

[addresses."info@books.example"]
kind = "alias"
to = "ann@books.example"

[settings]
"journal.days" = 9
`

test('a file is made so, after it was shown; the second time nothing is left to do', async () => {
  const steps = [
    '+ customer books',
    '~ customer books  greylisting: inherit -> off',
    '+ domain books.example  customer books',
    '~ domain books.example  spam-level: inherit -> high',
    '+ mailbox ann@books.example  quota 4G',
    '+ mailbox bob@books.example',
    '~ address bob@books.example  spam-level: inherit -> low, language: inherit -> de',
    '+ list team@books.example  -> ann@books.example, bob@books.example',
    '+ alias info@books.example  -> ann@books.example',
    '~ settings  journal.days: inherit -> 9',
  ]
  assert.deepEqual(await apply(books), steps)
  assert.equal((await posthorn('domain list')).out.split('\n').length, 2)
  const done = await apply(books, ' --yes')
  assert.deepEqual(done.slice(0, steps.length), steps)
  assert.match(done[steps.length] ?? '', /bob@books\.example/)
  assert.deepEqual(await apply(books, ' --yes'), [])
  const { err } = await posthorn(`apply ${file} --yes`, 'de')
  assert.equal(err, 'es ist schon alles so\n')
})

test('what differs is changed, and what is not named stays', async () => {
  const changed = `
[addresses."ann@books.example"]
kind = "mailbox"
quota = "5G"
[addresses."bob@books.example"]
kind = "mailbox"
values = { spam-level = "inherit" }
[addresses."team@books.example"]
kind = "list"
to = ["Bob@books.example", "eve@else.example"]
[addresses."info@books.example"]
kind = "alias"
to = "bob@books.example"
`
  const steps = [
    '~ mailbox ann@books.example  quota: 4G -> 5G',
    '~ address bob@books.example  spam-level: low -> inherit',
    '~ list team@books.example  +eve@else.example -ann@books.example',
    '~ alias info@books.example  +bob@books.example',
  ]
  assert.deepEqual(await apply(changed, ' --yes'), steps)
  assert.deepEqual(await apply(changed), [])
  const shown = JSON.parse((await posthorn('address show bob@books.example --json')).out) as { settings: Record<string, { value: string; from: string }> }
  assert.deepEqual([shown.settings['spam-level']?.value, shown.settings['language']?.value], ['high', 'de'])
})

test('JSON does as well', async () => {
  const json = join(folder, 'books.json')
  writeFileSync(json, JSON.stringify({ addresses: { 'sales@books.example': { kind: 'forward', to: 'ann@books.example' } } }))
  assert.equal((await posthorn(`apply ${json}`)).out, '+ forward sales@books.example  -> ann@books.example\n')
})

test('what is wrong is said, and what was done until then stays done', async () => {
  for (const [text, why] of [
    ['[addresses', /books\.toml: /],
    ['[adresses]\n', /adresses/],
    ['[addresses."x@books.example"]\nkind = "mailbx"\n', /addresses\.x@books\.example/],
  ] as const) {
    writeFileSync(file, text)
    const { code, err } = await posthorn(`apply ${file}`)
    assert.equal(code, 2, text)
    assert.match(err, why)
  }
  writeFileSync(file, '[domains."more.example"]\ncustomer = "books"\n[addresses."x@none.example"]\nkind = "mailbox"\n')
  const { code, err } = await posthorn(`apply ${file} --yes`)
  assert.equal(code, 1)
  assert.match(err, /\+ mailbox x@none\.example: there is no domain none\.example.* \(1 of 2 steps are done/s)
  assert.match((await posthorn('domain list')).out, /more\.example/)
})
