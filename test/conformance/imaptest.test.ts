import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import test from 'node:test'
import { startImap } from '../harness/imap.ts'
import { capabilitiesOf, runScript } from './imaptest/run.ts'
import { readScript } from './imaptest/script.ts'

const folder = join(process.env['POSTHORN_SUITES'] ?? resolve(import.meta.dirname, '../../../shared/suites'), 'imaptest/tests')
const missing = existsSync(folder) ? false : `no imaptest scripts at ${folder}`

test('scripted tests of imaptest', { skip: missing }, async (t) => {
  const server = await startImap(t)
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.mbox'))
    .map(({ name }) => name)
  assert.ok(names.length > 40, 'the suite is all there')
  const target = (name: string) => ({ port: server.port, user: `${name}@a.example`, password: 'secret' })
  const has = new Set(await capabilitiesOf(target('capabilities')))
  for (const name of names) {
    const script = await readScript(join(folder, name), name)
    const lacks = script.capabilities.filter((capability) => !has.has(capability))
    await t.test(name, { skip: lacks.length > 0 && `needs ${lacks.join(' ')}` }, async () => {
      const mbox = join(folder, existsSync(join(folder, `${name}.mbox`)) ? `${name}.mbox` : 'default.mbox')
      await runScript(script, mbox, target(name))
    })
  }
  assert.deepEqual(server.errors, [])
})
