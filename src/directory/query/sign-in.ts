import type { Query } from '../../database/database.ts'
import { type Address, addressKey } from '../../mail/address.ts'
import type { AccountId } from '../../mail/ids.ts'
import { allowsSql } from '../plan-features.ts'
import type { AccessProtocol, CredentialKind } from '../change/credentials.ts'

/** Who may sign in under an address, and with what. */
export interface SignInRow {
  readonly accountId: AccountId
  /** The mailbox's own address. */
  readonly address: Address
  readonly locked: boolean
  /** At the web pages: its password alone opens it nowhere, so mail programs need app passwords or tokens. */
  readonly hasSecondFactor?: boolean
  readonly credentials: readonly SignInCredential[]
}

export interface SignInCredential {
  readonly credentialId: number
  readonly kind: CredentialKind
  readonly value: string
  /** By which it opens the mailbox; undefined: by all. */
  readonly protocols?: readonly AccessProtocol[] | undefined
}

interface Row {
  account_id: number
  key: string
  local_part: string
  locked: number
  second_factor: number
  /** 0: they rest. */
  app_passwords: number
}

const columns = `account.account_id, mailbox.key, mailbox.local_part,
  CASE WHEN account.locked_reason IS NULL AND customer.locked_reason IS NULL THEN 0 ELSE 1 END AS locked,
  CASE WHEN EXISTS (SELECT 1 FROM second_factor WHERE owner = 'account' AND owner_id = account.account_id AND kind <> 'recovery-code') THEN 1 ELSE 0 END
    AS second_factor,
  CASE WHEN ${allowsSql('app-passwords')} THEN 1 ELSE 0 END AS app_passwords`

/**
 * By the mailbox's address, or by an alias that points straight at it: an alias is another name of the same mailbox. Forwards and
 * lists are not: who gets their mail is not who they are.
 */
export const signInRow: Query<{ readonly address: Address }, SignInRow | undefined> = {
  name: 'directory.sign-in',
  async run(reader, args) {
    const row = await reader.get<Row>(
      `SELECT ${columns} FROM address given
       LEFT JOIN address_target t ON given.kind = 'alias' AND t.address_id = given.address_id
       JOIN address mailbox ON mailbox.address_id = COALESCE(t.target_id, given.address_id)
       JOIN account ON account.account_id = mailbox.account_id
       JOIN customer ON customer.customer_id = account.customer_id JOIN plan ON plan.plan_id = customer.plan_id
       WHERE given.key = ? AND given.kind IN ('mailbox', 'alias')`,
      addressKey(args.address),
    )
    // Asked for a name that does not exist as well: it must not be known by its time.
    const credentials = await reader.all<{ credential_id: number; kind: CredentialKind; value: string; protocols: string | null }>(
      "SELECT credential_id, kind, value, protocols FROM credential WHERE owner = 'account' AND owner_id = ? ORDER BY credential_id",
      row?.account_id ?? 0,
    )
    if (row === undefined) return undefined
    const open = row.app_passwords === 1 ? credentials : credentials.filter(({ kind }) => kind !== 'app-password')
    return {
      accountId: row.account_id as AccountId,
      address: { localPart: row.local_part, domain: row.key.slice(row.key.lastIndexOf('@') + 1) },
      locked: row.locked !== 0,
      hasSecondFactor: row.second_factor !== 0,
      credentials: open.map(({ credential_id: credentialId, kind, value, protocols }) => ({
        credentialId,
        kind,
        value,
        ...(protocols !== null && { protocols: protocols.split(' ') as AccessProtocol[] }),
      })),
    }
  },
}
