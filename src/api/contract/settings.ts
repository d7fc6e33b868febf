import * as z from 'zod'
import { edited, preview } from './effect.ts'
import { inBothLanguages, text, values } from './fields.ts'
import { operation, type Shown } from './operation.ts'

const listing = z.object({
  key: z.string(),
  value: z.string(),
  default: z.string(),
  set: z.boolean().describe('false: nobody changed it.'),
  meaning: inBothLanguages,
  values: inBothLanguages.describe('What it can be.'),
})
export type SettingListing = Shown<typeof listing>

/** Settings of the installation. */
export const settingContract = {
  'setting.list': operation({ does: 'Lists the settings of the installation.', input: {}, output: z.object({ settings: z.array(listing) }) }),
  'setting.get': operation({ does: 'Shows a setting of the installation.', input: { key: text }, output: listing }),
  'setting.set': operation({
    does: 'Changes settings of the installation.',
    input: { values, preview },
    output: z.object({ values: z.record(z.string(), z.string()), ...edited }),
  }),
} as const
