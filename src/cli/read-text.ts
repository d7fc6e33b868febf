import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Invocation } from './invocation.ts'
import { WrongUse } from './trouble.ts'

/** A file as text; - is standard input, read as a stream: as a file, a pipe that has nothing yet is an error. @throws WrongUse */
export async function readText(file: string, { t, io }: Invocation): Promise<string> {
  try {
    return await (file === '-' ? text(io.stdin) : readFile(file, 'utf8'))
  } catch (error) {
    throw new WrongUse(t.usage.fileUnreadable(file, error instanceof Error ? error.message : String(error)), { cause: error })
  }
}
