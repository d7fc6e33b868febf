import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { needs } from '../../test/harness/program.ts'
import { signCms } from './cms.ts'

const run = promisify(execFile)
const openssl = { skip: needs('openssl') }

async function pair(context: TestContext, kind: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-cms-'))
  context.after(() => rm(folder, { recursive: true }))
  const file = (name: string) => join(folder, name)
  await run('openssl', ['req', '-x509', '-nodes', ...kind, '-subj', '/O=Müller/CN=mx.example.org', '-keyout', file('key'), '-out', file('chain'), '-days', '1'])
  return { file, chain: await readFile(file('chain'), 'latin1'), key: await readFile(file('key'), 'latin1') }
}

const content = Buffer.from('<plist>ä</plist>\n'.repeat(300))

for (const [kind, options] of [
  ['RSA', ['-newkey', 'rsa:2048']],
  ['ECDSA', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
] as const) {
  test(`OpenSSL verifies what an ${kind} key has signed, and nothing that was changed`, openssl, async (context) => {
    const { file, chain, key } = await pair(context, options)
    const signed = signCms(content, { chain, key }, Date.now())
    assert.ok(signed !== undefined)
    const verify = async (octets: Buffer) => {
      await writeFile(file('signed'), octets)
      await run('openssl', [
        'cms',
        '-verify',
        '-binary',
        '-inform',
        'DER',
        '-in',
        file('signed'),
        '-CAfile',
        file('chain'),
        '-purpose',
        'any',
        '-out',
        file('out'),
      ])
      return readFile(file('out'))
    }
    assert.deepEqual(await verify(signed), content)
    const changed = Buffer.from(signed)
    changed[changed.indexOf('ä')] = 0x21
    await assert.rejects(verify(changed))
  })
}

test('a key that profiles cannot be signed with', openssl, async (context) => {
  const { chain, key } = await pair(context, ['-newkey', 'ed25519'])
  assert.equal(signCms(content, { chain, key }, Date.now()), undefined)
})
