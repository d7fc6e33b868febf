/** Addresses as people paste them: one a line, or with commas between. */
export function addressesIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((address) => address !== '')
}
