import type { Reader } from '../../database/database.ts'
import { formatAddress } from '../../mail/address.ts'
import { type AddressSettingKey, fallbackText } from '../address-settings.ts'
import { type AddressRow, rowAddress } from '../change/find.ts'
import type { Exceeding } from './exceeding.ts'
import { addressesWithLayers, installationValue, type Layer, layerSql, layers, lockedAt, type Sql, strongest, withMeaning } from './effective.ts'

/** What an edit would change of one setting. */
export interface SettingEffect {
  readonly key: string
  /** Addresses whose value changes. */
  readonly changing: number
  /** The same by the values, the most first. */
  readonly changes: readonly { readonly from: string; readonly to: string; readonly addresses: number }[]
  /** Addresses that keep theirs, since something stronger says it: their own value, a template, a domain …; `locked`: it cannot be otherwise. */
  readonly keeping: readonly { readonly by: 'address' | 'template' | 'domain' | 'customer' | 'plan' | 'locked'; readonly addresses: number }[]
  /** Addresses that have the value already. */
  readonly same: number
  /** The first that change, by name. */
  readonly first: readonly { readonly address: string; readonly from: string; readonly to: string }[]
}

export interface EditEffect {
  /** Addresses of which something changes. */
  readonly addresses: number
  readonly settings: readonly SettingEffect[]
  /** What customers have already, and a plan would not allow. */
  readonly exceeding: readonly Exceeding[]
}

/** What one setting is to be, where; the rest stays. */
export interface Replacement {
  readonly key: AddressSettingKey
  /** What each of these layers says from then on; null: nothing. */
  readonly layers: Partial<Record<Layer, string | null>>
  /** What each address says itself from then on. */
  readonly ofAddress?: Sql | undefined
  /** A template's value changes, wherever it is. */
  readonly template?: { readonly templateId: number; readonly value: string | null } | undefined
  /** Addresses that can have it; undefined: all. */
  readonly only?: Sql | undefined
}

/** Shown by name. */
const firstShown = 20

/**
 * What would change for addresses of `where`: counted by the database, so that 100,000 of them are a matter of a moment. Several
 * conditions: for lists of addresses too long for one statement; they must not overlap.
 */
export async function effectOn(reader: Reader, where: readonly Sql[], replacements: readonly Replacement[]): Promise<EditEffect> {
  const settings: SettingEffect[] = []
  for (const replacement of replacements) settings.push(await settingEffect(reader, where, replacement))
  const [only, ...more] = settings
  return { addresses: more.length === 0 ? (only?.changing ?? 0) : await distinct(reader, where, replacements), settings, exceeding: [] }
}

async function settingEffect(reader: Reader, where: readonly Sql[], replacement: Replacement): Promise<SettingEffect> {
  const counts = new Map<string, { from: string; to: string; held: SettingEffect['keeping'][number]['by'] | null; addresses: number }>()
  const first: SettingEffect['first'][number][] = []
  for (const piece of where) {
    const { sql, parameters } = await beforeAndAfter(reader, piece, replacement)
    const rows = await reader.all<{ old_value: string; new_value: string; held: SettingEffect['keeping'][number]['by'] | null; number: number }>(
      `SELECT old_value, new_value, held, COUNT(*) AS number FROM (${sql}) addresses GROUP BY old_value, new_value, held`,
      ...parameters,
    )
    for (const row of rows) {
      const name = `${row.old_value} ${row.new_value} ${row.held}`
      const before = counts.get(name)?.addresses ?? 0
      counts.set(name, { from: row.old_value, to: row.new_value, held: row.held, addresses: before + row.number })
    }
    if (rows.some((row) => row.old_value !== row.new_value)) first.push(...(await firstOf(reader, { sql, parameters })))
  }
  const all = [...counts.values()].sort((one, other) => other.addresses - one.addresses)
  const changes = all.filter(({ from, to }) => from !== to)
  const rest = all.filter(({ from, to }) => from === to)
  return {
    key: replacement.key,
    changing: sum(changes),
    changes: together(changes, ({ from, to }) => `${from} ${to}`).map(({ from, to, addresses }) => ({ from, to, addresses })),
    keeping: together(
      rest.flatMap(({ held, addresses }) => (held === null ? [] : [{ by: held, addresses }])),
      ({ by }) => by,
    ),
    same: sum(rest.filter(({ held }) => held === null)),
    first: first.sort((one, other) => (one.address < other.address ? -1 : 1)).slice(0, firstShown),
  }
}

async function firstOf(reader: Reader, { sql, parameters }: Sql): Promise<SettingEffect['first']> {
  const rows = await reader.all<Pick<AddressRow, 'key' | 'local_part'> & { old_value: string; new_value: string }>(
    `SELECT key, local_part, old_value, new_value FROM (${sql}) addresses WHERE old_value <> new_value ORDER BY key LIMIT ?`,
    ...parameters,
    firstShown,
  )
  return rows.map((row) => ({ address: formatAddress(rowAddress(row)), from: row.old_value, to: row.new_value }))
}

/** Of several settings: addresses of which at least one changes. */
async function distinct(reader: Reader, where: readonly Sql[], replacements: readonly Replacement[]): Promise<number> {
  let addresses = 0
  for (const piece of where) {
    const each: Sql[] = []
    for (const replacement of replacements) each.push(await beforeAndAfter(reader, piece, replacement))
    const union = each.map(({ sql }, index) => `SELECT address_id FROM (${sql}) setting${index} WHERE old_value <> new_value`).join(' UNION ')
    const row = await reader.get<{ number: number }>(`SELECT COUNT(*) AS number FROM (${union}) addresses`, ...each.flatMap(({ parameters }) => parameters))
    addresses += row?.number ?? 0
  }
  return addresses
}

/** A row for each address: its value now and then, and what stronger scope says it in both cases; NULL: none. */
async function beforeAndAfter(
  reader: Reader,
  where: Sql,
  { key, layers: replaced, ofAddress, template, only = { sql: '1 = 1', parameters: [] } }: Replacement,
): Promise<Sql> {
  const fallback = await installationValue(reader, key)
  const from = addressesWithLayers(key)
  const before = strongest(fallback)
  const last = replaced.installation === undefined ? fallback : (replaced.installation ?? fallbackText(key))
  const after = strongest(last, { ...constants(replaced), ...(template && ofTemplate(template)), ...(ofAddress && { address: ofAddress }) })
  const held = ofAddress === undefined ? heldBy(replaced, template?.templateId) : { sql: 'NULL', parameters: [] }
  return {
    sql: `SELECT address.address_id, address.key, address.local_part,
        CASE WHEN ${lockedAt(key)} THEN 'on' ELSE ${before.sql} END AS old_value,
        CASE WHEN ${lockedAt(key)} THEN 'on' ELSE ${after.sql} END AS new_value,
        CASE WHEN ${lockedAt(key)} THEN 'locked' ELSE ${held.sql} END AS held
      ${from.sql} WHERE ${withMeaning(key)} AND ${only.sql} AND ${where.sql}`,
    parameters: [...before.parameters, ...after.parameters, ...held.parameters, ...from.parameters, ...only.parameters, ...where.parameters],
  }
}

function constants(replaced: Replacement['layers']): Partial<Record<(typeof layers)[number], Sql>> {
  const given = layers.filter((layer) => replaced[layer] !== undefined)
  return Object.fromEntries(given.map((layer) => [layer, { sql: 'CAST(? AS TEXT)', parameters: [replaced[layer] ?? null] }]))
}

function ofTemplate({ templateId, value }: NonNullable<Replacement['template']>): Partial<Record<(typeof layers)[number], Sql>> {
  const parameters = [String(templateId), value]
  return {
    domainTemplate: { sql: `CASE WHEN domain_has.value = ? THEN CAST(? AS TEXT) ELSE ${layerSql.domainTemplate} END`, parameters },
    addressTemplate: { sql: `CASE WHEN address_has.value = ? THEN CAST(? AS TEXT) ELSE ${layerSql.addressTemplate} END`, parameters },
  }
}

/** The strongest layer above what is replaced that says something. */
function heldBy(replaced: Replacement['layers'], templateId: number | undefined): Sql {
  if (templateId !== undefined) {
    const sql = `CASE WHEN ${layerSql.address} IS NOT NULL THEN 'address' WHEN address_has.value = ? THEN NULL
      WHEN ${layerSql.addressTemplate} IS NOT NULL THEN 'template' ELSE NULL END`
    return { sql, parameters: [String(templateId)] }
  }
  const strongestReplaced = layers.findIndex((layer) => replaced[layer] !== undefined)
  const above = strongestReplaced < 0 ? layers : layers.slice(0, strongestReplaced)
  if (above.length === 0) return { sql: 'NULL', parameters: [] }
  const cases = above.map((layer) => `WHEN ${layerSql[layer]} IS NOT NULL THEN '${layer.endsWith('Template') ? 'template' : layer}'`)
  return { sql: `CASE ${cases.join(' ')} ELSE NULL END`, parameters: [] }
}

function together<Counted extends { readonly addresses: number }>(counted: readonly Counted[], nameOf: (one: Counted) => string): Counted[] {
  const found = new Map<string, Counted>()
  for (const one of counted) {
    const before = found.get(nameOf(one))
    found.set(nameOf(one), before === undefined ? one : { ...one, addresses: before.addresses + one.addresses })
  }
  return [...found.values()]
}

function sum(counted: readonly { readonly addresses: number }[]): number {
  return counted.reduce((total, { addresses }) => total + addresses, 0)
}
