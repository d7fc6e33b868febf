/** For reading: "3.4M". */
export function roundSize(bytes: number): string {
  const unit = ['', 'K', 'M', 'G', 'T'].findIndex((_, index, units) => bytes < 1024 ** (index + 1) || index === units.length - 1)
  const value = bytes / 1024 ** unit
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)}${['', 'K', 'M', 'G', 'T'][unit] ?? ''}`
}
