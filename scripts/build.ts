/**
 * `npm run build`: dist/posthorn.js and the threads and processes that it starts, bundled, so that the command line is there in 20 ms;
 * and dist/web, the web application.
 */
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import { buildWeb } from './build/web.ts'

const root = path.dirname(import.meta.dirname)

/** How long parts of an earlier build stay. */
const keepOldMs = 24 * 3_600_000

/** Native code, which finds its binary by its own place in node_modules. */
const external = ['better-sqlite3', '@node-rs/argon2', 'pg-native']

/**
 * Bundles the server into dist/. The files appear by renaming, the main one last: whoever starts Posthorn meanwhile gets a
 * whole program, and a build that broke off leaves no dist/ that looks fresh.
 */
async function buildServer(): Promise<void> {
  const startedAt = new Date()
  const dist = path.join(root, 'dist')
  const fresh = await mkdtemp(path.join(root, '.dist-'))
  try {
    await build({
      absWorkingDir: root,
      entryPoints: {
        posthorn: 'src/cli/main.ts',
        'database-thread': 'src/app/database-thread.ts',
        'text-thread': 'src/app/text-thread.ts',
        'judging-thread': 'src/app/judging/thread.ts',
        'report-thread': 'src/app/report-thread.ts',
        'strength-thread': 'src/app/strength-thread.ts',
        'other-process': 'src/app/processes/other-process.ts',
      },
      outdir: fresh,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      external,
      // The command line loads what a command needs and no more: 25 ms instead of 100.
      splitting: true,
      chunkNames: 'part-[hash]',
      sourcemap: 'linked',
      // Each thread holds the text of what it runs: 10 MB less without the space in it. Names stay, for who reads a stack.
      minifyWhitespace: true,
      lineLimit: 200,
      sourcesContent: false,
      legalComments: 'eof',
      // Some packages are CommonJS and ask for Node's own modules by require.
      banner: { js: "import { createRequire as requireMaker } from 'node:module'\nconst require = requireMaker(import.meta.url)" },
      logLevel: 'warning',
    })
    await mkdir(dist, { recursive: true })
    // bin/posthorn compares with the time of the sources: what was edited during the build counts as newer.
    await utimes(path.join(fresh, 'posthorn.js'), startedAt, startedAt)
    const files = await readdir(fresh)
    files.sort((a, b) => Number(a === 'posthorn.js') - Number(b === 'posthorn.js'))
    for (const file of files) await rename(path.join(fresh, file), path.join(dist, file))
    await removeOld(dist, new Set(files), startedAt.getTime())
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** Parts of earlier builds, but not at once: a server that runs from them may not have loaded all of them yet. */
async function removeOld(dist: string, current: ReadonlySet<string>, nowMs: number): Promise<void> {
  for (const file of await readdir(dist)) {
    if (current.has(file) || file === 'web') continue
    const { mtimeMs } = await stat(path.join(dist, file))
    if (nowMs - mtimeMs > keepOldMs) await rm(path.join(dist, file), { force: true })
  }
}

try {
  // The web first: bin/posthorn goes by the time of posthorn.js.
  await buildWeb(root)
  await buildServer()
} catch (error) {
  console.error(`posthorn: the build failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
