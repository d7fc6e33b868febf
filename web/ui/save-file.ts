/** Has the browser save a text as a file. `type`: text/plain, text/csv. */
export function saveFile(name: string, lines: readonly string[], type = 'text/plain'): void {
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
