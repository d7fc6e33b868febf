import type { Text } from '../../base/language.ts'

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
const hourMs = 3_600_000
const dayMs = 86_400_000

/** 1536 is "1.5 kB", "1,5 kB". */
export function sizeWords(bytes: number): Text {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  const written = `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${units[power]}`
  return { en: written, de: written.replace('.', ',') }
}

/** "3 hours", rounded down; under an hour: minutes, and at least one. */
export function spanWords(ms: number): Text {
  const [count, en, de] =
    ms >= 2 * dayMs
      ? ([Math.floor(ms / dayMs), 'day', ['Tag', 'Tagen']] as const)
      : ms >= hourMs
        ? ([Math.floor(ms / hourMs), 'hour', ['Stunde', 'Stunden']] as const)
        : ([Math.max(1, Math.floor(ms / 60_000)), 'minute', ['Minute', 'Minuten']] as const)
  return { en: `${count} ${en}${count === 1 ? '' : 's'}`, de: `${count} ${de[count === 1 ? 0 : 1]}` }
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
