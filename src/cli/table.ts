/** Columns side by side, each as wide as its widest cell; the last is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ''))))
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell)))).join('  ')
  return all.map((row) => line(row).trimEnd()).join('\n')
}

/** Code points: good enough for letters of one cell's width. */
function width(text: string): number {
  return [...text].length
}
