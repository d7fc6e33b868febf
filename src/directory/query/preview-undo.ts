import type { Query, Reader } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import { isAddressSettingKey } from '../address-settings.ts'
import type { Write } from '../change/edit.ts'
import { type AddressRow, rowAddress } from '../change/find.ts'
import { type Undo, undoable } from '../change/undo.ts'
import type { DirectoryRefusal } from '../refusal.ts'
import { type EditEffect, effectOn, type Replacement, type SettingEffect } from './edit-effect.ts'
import { effectOfWrites } from './preview.ts'

interface UndoEffect {
  readonly effect: EditEffect
  /** How many values are put back. */
  readonly values: number
  readonly refused?: never
}

/** Whom taking an edit back would reach; it is refused as that would be. */
export const previewUndo: Query<Undo, UndoEffect | { readonly refused: DirectoryRefusal }> = {
  name: 'directory.preview-undo',
  async run(reader, args) {
    const found = await undoable(reader, args)
    if (found.refused !== undefined) return { refused: found.refused }
    const count = await reader.get<{ number: number }>('SELECT COUNT(*) AS number FROM edit_value WHERE edit_id = ?', args.edit)
    const values = count?.number ?? 0
    const writes = await reader.all<Write>(
      `SELECT scope, owner_id AS "ownerId", key, old_value AS value FROM edit_value WHERE edit_id = ? AND scope <> 'address' ORDER BY scope, owner_id, key`,
      args.edit,
    )
    return { effect: writes.length > 0 ? await effectOfWrites(reader, writes) : await effectOnAddresses(reader, args.edit), values }
  },
}

/** Of an edit of many addresses: each gets its own value back. */
async function effectOnAddresses(reader: Reader, editId: number): Promise<EditEffect> {
  const keys = await reader.all<{ key: string }>("SELECT DISTINCT key FROM edit_value WHERE edit_id = ? AND scope = 'address' ORDER BY key", editId)
  const replacements = keys.flatMap(({ key }): Replacement[] => {
    if (!isAddressSettingKey(key)) return []
    const of = "FROM edit_value WHERE edit_id = ? AND scope = 'address' AND key = ?"
    return [
      {
        key,
        layers: {},
        ofAddress: { sql: `(SELECT old_value ${of} AND owner_id = address.address_id)`, parameters: [editId, key] },
        only: { sql: `address.address_id IN (SELECT owner_id ${of})`, parameters: [editId, key] },
      },
    ]
  })
  const { addresses, settings } = await effectOn(reader, [{ sql: '1 = 1', parameters: [] }], replacements)
  const others: SettingEffect[] = []
  for (const { key } of keys) if (!isAddressSettingKey(key)) others.push(await effectOnOther(reader, editId, key))
  return { addresses: Math.max(addresses, ...others.map(({ changing }) => changing)), settings: [...settings, ...others], exceeding: [] }
}

/** A template that many were given, whose settings are not told one by one. */
async function effectOnOther(reader: Reader, editId: number, key: string): Promise<SettingEffect> {
  const of = `FROM edit_value value JOIN address ON address.address_id = value.owner_id WHERE value.edit_id = ? AND value.scope = 'address' AND value.key = ?`
  const row = await reader.get<{ number: number }>(`SELECT COUNT(*) AS number ${of}`, editId, key)
  const first = await reader.all<Pick<AddressRow, 'key' | 'local_part'>>(
    `SELECT address.key, address.local_part ${of} ORDER BY address.key LIMIT 20`,
    editId,
    key,
  )
  return {
    key,
    changing: row?.number ?? 0,
    changes: [],
    keeping: [],
    same: 0,
    first: first.map((one) => ({ address: formatAddress(rowAddress(one)), from: '', to: '' })),
  }
}
