import { readdirSync } from 'node:fs'

/** What every file of this folder exports that is a fuzz target. */
export interface FuzzTarget {
  readonly name: string
  /** Inputs to begin with: each shape that the grammar has. */
  readonly seeds: readonly Uint8Array[]
  /** Throws when something does not hold that should hold for any input. */
  readonly target: (input: Uint8Array) => void
}

const notTargets = new Set(['mutate.ts', 'target.ts', 'run.ts', 'campaign.ts', 'worker.ts', 'worker-report.ts'])

export function targetFiles(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !notTargets.has(file))
    .sort()
}

export async function loadTarget(file: string): Promise<FuzzTarget> {
  const module: unknown = await import(new URL(file, import.meta.url).href)
  if (!isTarget(module)) throw new TypeError(`${file} exports no name, seeds and target`)
  return module
}

function isTarget(module: unknown): module is FuzzTarget {
  return (
    typeof module === 'object' &&
    module !== null &&
    'name' in module &&
    'seeds' in module &&
    Array.isArray(module.seeds) &&
    'target' in module &&
    typeof module.target === 'function'
  )
}
