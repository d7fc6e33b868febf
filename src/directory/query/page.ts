/** Which part of a list is wanted. */
export interface PageOf {
  /** Where the page before ended; '': from the beginning. */
  readonly after: string
  readonly limit: number
}

/** For `LIKE ? ESCAPE '\'`, where what is looked through is in lower case. */
export function containing(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
}
