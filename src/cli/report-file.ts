import { readFile } from 'node:fs/promises'
import type { Texts } from './texts/en.ts'
import { CannotDo } from './trouble.ts'

/** Bytes, as many as are read of a report. */
const largestFile = 5_000_000

/** A report of others as they sent it (DMARC, TLS), in base64. @throws CannotDo */
export async function reportFile(path: string, t: Texts): Promise<string> {
  let octets: Buffer
  try {
    octets = await readFile(path)
  } catch (error) {
    throw new CannotDo(t.dmarc.unreadable(path, error instanceof Error ? error.message : String(error)))
  }
  if (octets.length > largestFile) throw new CannotDo(t.dmarc.tooLarge(path))
  return octets.toString('base64')
}
