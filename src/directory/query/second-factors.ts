import type { Query } from '../../database/database.ts'
import type { SecondFactorKind } from '../change/second-factors.ts'
import type { CredentialOwner } from '../change/credentials.ts'
import type { Holder } from './web-users.ts'

/** A second factor as it is kept; a recovery code is one that goes when it is used. */
export interface SecondFactor {
  readonly factorId: string
  readonly kind: SecondFactorKind | 'recovery-code'
  readonly name: string
  readonly value: string
  readonly counter: number
  readonly createdAtMs: number
  /** null: never. */
  readonly lastUsedMs: number | null
}

interface FactorRow {
  factor_id: string
  owner: CredentialOwner
  owner_id: number
  kind: SecondFactor['kind']
  name: string
  value: string
  counter: number
  created_at_ms: number
  last_used_ms: number | null
}

/** The oldest first. */
export const secondFactorsOf: Query<Holder, readonly SecondFactor[]> = {
  name: 'directory.second-factors',
  async run(reader, { owner, ownerId }) {
    const rows = await reader.all<FactorRow>('SELECT * FROM second_factor WHERE owner = ? AND owner_id = ? ORDER BY created_at_ms, factor_id', owner, ownerId)
    return rows.map(factor)
  },
}

/** Whose passkey that is, by its id. */
export const passkeyById: Query<{ readonly credentialId: string }, { readonly holder: Holder; readonly factor: SecondFactor } | undefined> = {
  name: 'directory.passkey',
  async run(reader, { credentialId }) {
    const row = await reader.get<FactorRow>('SELECT * FROM second_factor WHERE credential_id = ?', credentialId)
    return row && { holder: { owner: row.owner, ownerId: row.owner_id }, factor: factor(row) }
  },
}

function factor(row: FactorRow): SecondFactor {
  return {
    factorId: row.factor_id,
    kind: row.kind,
    name: row.name,
    value: row.value,
    counter: row.counter,
    createdAtMs: row.created_at_ms,
    lastUsedMs: row.last_used_ms,
  }
}
