/** dist/web: the web application of web/, bundled and compressed, so that the server only hands out files. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { build, type Plugin } from 'vite'

const packBrotli = promisify(brotliCompress)
const packGzip = promisify(gzip)

/** How long files of an earlier build stay: a page that was loaded before may still ask for its parts. */
const keepOldMs = 24 * 3_600_000
/** Texts below this many octets fit into one packet as they are. */
const packFromBytes = 1000

/** What the application is made of, from the root. */
const sources = ['web', 'src/api/rest.ts', 'package-lock.json', 'scripts/build/web.ts']

/** Builds the web application, unless dist/web is newer than all that it is made of. */
export async function buildWeb(root: string): Promise<void> {
  const folder = path.join(root, 'dist/web')
  const startedAt = new Date()
  const builtAt = await stat(path.join(folder, 'index.html')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
  if ((await newest(root, sources)) < builtAt) return
  await mkdir(path.dirname(folder), { recursive: true })
  const fresh = await mkdtemp(path.join(root, '.dist-web-'))
  try {
    await bundleWeb(path.join(root, 'web'), fresh)
    await pack(fresh)
    // bin/posthorn and this file compare with the time of the sources: what was edited during the build counts as newer.
    await utimes(path.join(fresh, 'index.html'), startedAt, startedAt)
    await bringIn(fresh, folder)
    await removeOld(path.join(folder, 'assets'), startedAt.getTime())
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

/** Bundles the page of `folder` (its index.html) and all that it names; the tests build the gallery of components by it. */
export async function bundleWeb(folder: string, outDir: string): Promise<void> {
  await build({
    root: folder,
    configFile: false,
    envDir: false,
    base: '/panel/',
    publicDir: false,
    logLevel: 'warn',
    // As it is shipped, whoever builds: a test has another NODE_ENV.
    oxc: { jsx: { development: false } },
    define: { 'process.env.NODE_ENV': '"production"' },
    css: { modules: { generateScopedName: '[name]-[local]-[hash:base64:4]' } },
    build: {
      outDir,
      emptyOutDir: false,
      target: ['chrome123', 'firefox120', 'safari17.5'],
      // Scripts and styles come from files of ours alone (the content security policy), so nothing is put into others.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      // test/browser measures what the first page loads.
      chunkSizeWarningLimit: 2000,
      // "use client" is for servers that draw pages.
      rolldownOptions: {
        checks: { pluginTimings: false },
        onLog: (level, log, handle) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : handle(level, log)),
      },
    },
    plugins: [onlyOurLanguages],
  })
}

/** React Aria speaks 34 languages; two of them are spoken here. */
const onlyOurLanguages: Plugin = {
  name: 'only-our-languages',
  enforce: 'pre',
  load(id) {
    return /[/]react-(aria|stately|aria-components)[/].*[/](?!en-US|de-DE)[a-z]{2}-[A-Z]{2}[.]m?js$/.test(id) ? 'export default {}' : undefined
  },
}

/** Beside each text its brotli and gzip form, as small as they get: that is done once, and sent often. */
async function pack(folder: string): Promise<void> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /[.](html|js|css|svg|json)$/.test(file))
  await Promise.all(
    files.map(async (file) => {
      const octets = await readFile(path.join(folder, file))
      if (octets.length < packFromBytes) return
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: octets.length }
      await writeFile(path.join(folder, `${file}.br`), await packBrotli(octets, { params }))
      await writeFile(path.join(folder, `${file}.gz`), await packGzip(octets, { level: 9 }))
    }),
  )
}

/** The page comes last: it names only what is there. */
async function bringIn(fresh: string, folder: string): Promise<void> {
  await mkdir(path.join(folder, 'assets'), { recursive: true })
  const files = (await readdir(fresh, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const names = files.map((entry) => path.relative(fresh, path.join(entry.parentPath, entry.name)))
  names.sort((a, b) => Number(a.startsWith('index.html')) - Number(b.startsWith('index.html')))
  for (const name of names) await rename(path.join(fresh, name), path.join(folder, name))
}

async function removeOld(folder: string, nowMs: number): Promise<void> {
  for (const file of await readdir(folder)) {
    const { mtimeMs } = await stat(path.join(folder, file))
    if (nowMs - mtimeMs > keepOldMs) await rm(path.join(folder, file), { force: true })
  }
}

/** When any of these, or anything in them, was changed last, in ms; a file that went changes its folder. */
async function newest(root: string, places: readonly string[]): Promise<number> {
  const inside = await Promise.all(
    places.map(async (place) => {
      const at = path.join(root, place)
      if (!(await stat(at)).isDirectory()) return [at]
      const names = await readdir(at, { recursive: true })
      return [at, ...names.filter((name) => !name.endsWith('.md')).map((name) => path.join(at, name))]
    }),
  )
  const times = await Promise.all(inside.flat().map(async (file) => (await stat(file)).mtimeMs))
  return Math.max(...times)
}
