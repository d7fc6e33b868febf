import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Config } from '../config/config.ts'
import { openVault } from './installation-key.ts'

test('whoever needs it first makes it, once; a damaged one is not replaced', async (context) => {
  const data = await mkdtemp(join(tmpdir(), 'posthorn-key-'))
  context.after(() => rm(data, { recursive: true }))
  const { privateKey } = generateKeyPairSync('ed25519')
  const vaults = Array.from({ length: 8 }, () => openVault({ data } as Config))
  const sealed = await Promise.all(vaults.map((vault) => vault.seal(privateKey, 'here')))
  for (const one of sealed) assert.ok((await openVault({ data } as Config).open(one, 'here')).equals(privateKey))
  assert.deepEqual(await readdir(join(data, 'keys')), ['installation.key'])
  const file = join(data, 'keys', 'installation.key')
  assert.deepEqual([(await stat(file)).mode & 0o777, (await stat(join(data, 'keys'))).mode & 0o777], [0o600, 0o700])
  await assert.rejects(openVault({ data } as Config).open(sealed[0] ?? '', 'elsewhere'))
  await writeFile(file, 'AAAA')
  await assert.rejects(openVault({ data } as Config).open(sealed[0] ?? '', 'here'), /installation\.key is damaged/)
})
