import { setSettings } from '../../directory/change/settings.ts'
import { type SettingKey, settingKeys, settingOf } from '../../directory/settings.ts'
import { parseAddress } from '../../mail/address.ts'
import { editing } from '../editing.ts'
import type { OperationContext } from '../context.ts'
import type { SettingListing } from '../contract/settings.ts'
import { readSettingKey, readSettings } from '../reading.ts'
import { Refused } from '../refused.ts'
import type { Operations } from '../operation.ts'

/** Settings of the installation. */
export const settingOperations: Operations<'setting.list' | 'setting.get' | 'setting.set'> = {
  async 'setting.list'(context) {
    return { settings: settingKeys.map((key) => listing(context, key)) }
  },

  async 'setting.get'(context, input) {
    return listing(context, readSettingKey(input.key))
  },

  async 'setting.set'(context, input) {
    const values = readSettings(input.values)
    await checkPostmaster(context, values['postmaster.address'])
    const done = await editing(context, input.preview, { preview: { change: 'setting.set', args: { values } }, change: setSettings })
    return { ...done, values: Object.fromEntries(Object.keys(values).map((key) => [key, listing(context, key as SettingKey).value])) }
  },
}

function listing(context: OperationContext, key: SettingKey): SettingListing {
  const { kind, fallback, meaning } = settingOf(key)
  const value = kind.format(context.directory.settings[key])
  return { key, value, default: kind.format(fallback), set: value !== kind.format(fallback), meaning, values: kind.right }
}

/** Mail to postmaster is always accepted, so it has to go somewhere. */
async function checkPostmaster(context: OperationContext, value: string | null | undefined): Promise<void> {
  const address = value === undefined || value === null ? undefined : parseAddress(value)
  if (address === undefined) return
  const resolution = await context.directory.resolve(address)
  if (resolution.found !== undefined) return
  throw new Refused('unknown', 'values.postmaster.address', {
    en: `there is no address ${value} here; right would be one of this installation’s addresses, or none`,
    de: `eine Adresse ${value} gibt es hier nicht; richtig wäre eine Adresse dieser Installation, oder none`,
  })
}
