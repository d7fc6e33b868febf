import { generateKeyPair, type JsonWebKey } from 'node:crypto'
import { promisify } from 'node:util'
import type { Change, Query } from '../../database/database.ts'
import { keepSecret, keptSecret } from '../../directory/secrets.ts'
import type { KeyVault } from '../../signing/key-vault.ts'

const place = 'oauth signing'

interface SigningKeyParts {
  readonly database: {
    query<Arguments, Result>(query: Query<Arguments, Result>, args: Arguments): Promise<Result>
    change<Arguments, Result>(change: Change<Arguments, Result>, args: Arguments): Promise<Result>
  }
  readonly vault: KeyVault
}

/** The key that signs ID tokens, made when it is needed first: RSA, which every client of OpenID Connect must know (OpenID Connect Core 15.1). */
export async function signingKey({ database, vault }: SigningKeyParts): Promise<JsonWebKey> {
  const name = 'oauth-signing'
  const kept = await database.query(keptSecret, { name })
  const sealed = kept ?? (await database.change(keepSecret, { name, value: await newKey(vault) }))
  return (await vault.open(sealed, place)).export({ format: 'jwk' })
}

async function newKey(vault: KeyVault): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return await vault.seal(privateKey, place)
}
