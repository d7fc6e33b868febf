import type { Texts } from './texts/en.ts'
import { WrongUse } from './trouble.ts'

/** KEY=VALUE arguments. `inherit`: the value that stands for "take it away again". @throws WrongUse */
export function readPairs(texts: readonly string[], inherit: string, t: Texts): Record<string, string | null> {
  if (texts.length === 0) throw new WrongUse(t.usage.noPairs)
  const pairs = texts.map((text): [string, string | null] => {
    const at = text.indexOf('=')
    if (at < 1) throw new WrongUse(t.usage.pair(text))
    const value = text.slice(at + 1)
    return [text.slice(0, at).trim(), value === inherit ? null : value]
  })
  return Object.fromEntries(pairs)
}
