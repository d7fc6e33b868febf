import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/** What a disk without a protected write cache takes for a sync. */
export const slowSyncMs = 2

/** The environment in which every sync of a program, and of those that it starts, takes longer. `missing`: why there is none. */
export function slowSync(folder: string): { readonly env: NodeJS.ProcessEnv } | { readonly missing: string } {
  const compiler = ['/usr/bin/cc', '/usr/bin/gcc', '/usr/bin/clang'].find((file) => existsSync(file))
  if (compiler === undefined) return { missing: 'no C compiler' }
  const library = path.join(folder, 'slow-sync.so')
  const source = path.join(import.meta.dirname, 'slow-sync.c')
  const { status, stderr } = spawnSync(compiler, ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl'], { encoding: 'utf8' })
  if (status !== 0) return { missing: `slow-sync.c was not compiled: ${stderr.trim()}` }
  return { env: { LD_PRELOAD: library, SLOW_SYNC_MS: String(slowSyncMs) } }
}
