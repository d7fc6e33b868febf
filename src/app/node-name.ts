import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { makeFile } from './replace-file.ts'

/**
 * What this node is called among those that share a database: `data/node`, made once. Whoever has the lock of the folder is the only one of that name.
 * @throws the system's error where the file can be neither read nor written
 */
export async function nodeName({ data }: Config): Promise<string> {
  const file = join(data, 'node')
  if (!existsSync(file)) await makeFile(file, `${randomUUID()}\n`, 0o600)
  return (await readFile(file, 'latin1')).trim()
}
