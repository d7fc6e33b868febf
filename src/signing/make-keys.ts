import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { NewKey } from './change-keys.ts'
import type { KeyAlgorithm } from './key-life.ts'
import { publicKeyText } from './key-record.ts'
import type { KeyVault } from './key-vault.ts'
import type { KeyOwner } from './rows.ts'

const generate = promisify(generateKeyPair)
/** RFC 8301 3.2: 2,048 is what it advises; longer ones do not fit into one UDP answer. */
const modulusLength = 2048

/** One RSA key and one of Ed25519, made on crypto's own threads: RSA takes some 100 ms. `taken`: selectors that the owner has. */
export async function makeKeys(owner: KeyOwner, taken: readonly string[], vault: KeyVault, atMs: number): Promise<NewKey[]> {
  const stem = selectorStem(owner, taken, atMs)
  const pairs = [
    ['rsa', (await generate('rsa', { modulusLength })).privateKey],
    ['ed25519', (await generate('ed25519')).privateKey],
  ] as const
  return Promise.all(pairs.map(([algorithm, key]) => newKey(owner, `${stem}-${algorithm}`, algorithm, key, vault)))
}

async function newKey(owner: KeyOwner, selector: string, algorithm: KeyAlgorithm, key: KeyObject, vault: KeyVault): Promise<NewKey> {
  return { selector, algorithm, publicKey: publicKeyText(key), privateKey: await vault.seal(key, keyPlace({ ...owner, selector })) }
}

/** Whose key it is, for the vault. */
export function keyPlace({ domainId, selector }: { readonly domainId: number; readonly selector: string }): string {
  return `dkim ${domainId} ${selector}`
}

/** The day (UTC), so that people see how old a key is: 20261122, the second of a day 20261122b. The installation's own never meet those of a domain of its name. */
function selectorStem({ domainId }: KeyOwner, taken: readonly string[], atMs: number): string {
  const day = `${domainId === 0 ? 'host-' : ''}${new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '')}`
  const stems = ['', ...'bcdefghijklmnopqrstuvwxyz'].map((letter) => day + letter)
  return stems.find((stem) => !taken.some((selector) => selector.startsWith(`${stem}-`))) ?? `${day}z`
}
