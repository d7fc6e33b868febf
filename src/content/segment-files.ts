import fs from 'node:fs'
import path from 'node:path'

const suffix = '.seg'

export function segmentPath(folder: string, segment: number): string {
  return path.join(folder, `${String(segment).padStart(10, '0')}${suffix}`)
}

/** Present only for a segment that ends in something unreadable: where its whole records end, as decimal text. */
export function tornPath(folder: string, segment: number): string {
  return path.join(folder, `${String(segment).padStart(10, '0')}.torn`)
}

/** Numbers of all segments, ascending. */
export function listSegments(folder: string): number[] {
  return segmentNumbers(fs.readdirSync(folder))
}

function segmentNumbers(names: readonly string[]): number[] {
  return names
    .filter((name) => /^\d{10}\.seg$/.test(name))
    .map((name) => Number(name.slice(0, 10)))
    .sort((a, b) => a - b)
}

/** Makes a new or removed name in the folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.promises.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
