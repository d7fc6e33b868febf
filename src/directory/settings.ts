import { type AddressSettingKey, addressSettings } from './address-settings.ts'
import type { Setting, SettingKind } from './setting-kind.ts'
import { accessSettings } from './settings/access.ts'
import { contentSettings } from './settings/content.ts'
import { doorSettings } from './settings/door.ts'
import { sendingSettings } from './settings/sending.ts'

/**
 * What an operator may change while the server runs: `posthorn setting list`. A part that wants one adds its row to a table in `settings/` and reads
 * `directory.settings['its.key']`. Times are milliseconds, sizes bytes.
 */
export const settingTable = {
  // The defaults of the address keys: the same names.
  ...addressSettings,
  ...accessSettings,
  ...doorSettings,
  ...sendingSettings,
  ...contentSettings,
} as const satisfies Record<string, Setting<boolean> | Setting<string> | Setting<number>>

export type SettingKey = keyof typeof settingTable
/** The score from which on a message is spam, for each strength but `off`. */
export type SpamSettingKey = 'spam.very-low' | 'spam.low' | 'spam.medium' | 'spam.high' | 'spam.very-high'

/** All settings at one moment. Frozen; a change makes a new one. */
export type Settings = { readonly [Key in SettingKey]: (typeof settingTable)[Key] extends { readonly kind: SettingKind<infer Value> } ? Value : never }

export const settingKeys = Object.keys(settingTable) as readonly SettingKey[]

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingTable, key)
}

/** The row as what all rows are: for code that handles any of them. */
export function settingOf(key: SettingKey): Setting<unknown> {
  return settingTable[key]
}

/** `stored`: texts from the database. A key or value that this version does not know is passed over: a newer version may have set it. */
export function settingsFrom(stored: Readonly<Partial<Record<string, string>>>): Settings {
  const entries = settingKeys.map((key) => {
    const { kind, fallback } = settingOf(key)
    const text = stored[key]
    return [key, (text === undefined ? undefined : kind.parse(text)) ?? fallback]
  })
  return Object.freeze(Object.fromEntries(entries) as Settings)
}

/** Installation-wide defaults of the address keys among `stored`. */
export function addressDefaults(stored: Readonly<Partial<Record<string, string>>>): Readonly<Partial<Record<AddressSettingKey, string>>> {
  return Object.fromEntries(Object.entries(stored).filter(([key]) => Object.hasOwn(addressSettings, key)))
}
