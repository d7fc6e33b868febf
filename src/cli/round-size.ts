const units = [' B', 'K', 'M', 'G', 'T'] as const

/** For reading: "151 B", "3.4M". */
export function roundSize(bytes: number): string {
  const unit = units.findIndex((_, index) => bytes < 1024 ** (index + 1) || index === units.length - 1)
  const value = bytes / 1024 ** unit
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)}${units[unit] ?? ''}`
}
