import { createHash } from 'node:crypto'

/** What is kept of a token or code: all have more than 200 random bits, which nobody finds by trying. */
export function tokenHash(kind: string, id: string): string {
  return createHash('sha256').update(`${kind} ${id}`).digest('base64')
}
