const units = ['', 'K', 'M', 'G', 'T']

/** A size as the operations take it: "4G", "none". */
export function sizeText(bytes: number | null): string {
  if (bytes === null) return 'none'
  const power = bytes === 0 ? 0 : units.findLastIndex((_, index) => bytes % 1024 ** index === 0)
  return `${bytes / 1024 ** power}${units[power] ?? ''}`
}
