import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../base/file.ts'
import type { Config } from '../config/config.ts'
import { KeyVault } from '../signing/key-vault.ts'
import { makeFile } from './replace-file.ts'

const keyLength = 32

/** The vault of this installation. Its key is in `data/keys`, made when it is needed first. */
export function openVault({ data }: Config): KeyVault {
  let key: Promise<Uint8Array> | undefined
  return new KeyVault(() => {
    key ??= installationKey(join(data, 'keys'))
    key.catch(() => (key = undefined))
    return key
  })
}

/** @throws the system's error where it can be neither read nor written; an Error where it is damaged */
async function installationKey(folder: string): Promise<Uint8Array> {
  const file = join(folder, 'installation.key')
  let text = await readFile(file, 'latin1').catch(noneIfMissing)
  if (text === undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await makeFile(file, `${randomBytes(keyLength).toString('base64')}\n`, 0o600)
    text = await readFile(file, 'latin1')
  }
  const key = Buffer.from(text, 'base64')
  // A new one in its place would be of no use: what the damaged one has sealed would stay so.
  if (key.length !== keyLength) throw new Error(`${file} is damaged: it should hold ${keyLength} octets in base64`)
  return key
}

function noneIfMissing(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined
  throw error
}
