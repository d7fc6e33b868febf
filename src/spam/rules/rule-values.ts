import { type Place, type RuleBlock, RuleError } from '../../base/rule-blocks.ts'

export interface RuleValue {
  readonly key: string
  readonly value: string
  readonly place: Place
}

/** The lines of a block as keys and values; a line that begins with no key goes on with the one before. */
export function readValues({ lines }: RuleBlock, keys: readonly string[]): readonly RuleValue[] {
  const values: { key: string; value: string; place: Place }[] = []
  for (const { text, place } of lines) {
    const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? []
    const last = values.at(-1)
    if (keys.includes(key)) values.push({ key, value, place })
    else if (last === undefined) throw new RuleError(place, `"${key}" is none of ${keys.join(', ')}`)
    else last.value += ` ${text}`
  }
  return values
}
