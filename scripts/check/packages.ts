/** Packages: pinned to one version, locked by their content, and those that are shipped named in NOTICE. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Findings } from '../check.ts'

interface Locked {
  readonly version: string
  readonly integrity?: string
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

/** Licences that ask for no more than to be named. Another one wants a decision first. */
const known = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'MIT-0', 'Unlicense', 'CC0-1.0'])

export async function packages(root: string): Promise<Findings> {
  const read = async (name: string) => await readFile(path.join(root, name), 'utf8')
  const manifest = JSON.parse(await read('package.json')) as Manifest
  const lock = JSON.parse(await read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> }
  const notice = await read('NOTICE')
  const problems: string[] = []

  const direct = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  for (const [name, version] of Object.entries(direct)) {
    if (!/^(npm:(@[\w-]+\/)?[\w-]+@)?\d+\.\d+\.\d+$/.test(version)) problems.push(`package.json: ${name} is "${version}"; pin one version`)
  }
  const versionFile = await read('src/app/version.ts').catch(() => undefined)
  if (versionFile !== undefined && !versionFile.includes(`'${manifest.version}'`)) problems.push(`src/app/version.ts: package.json says ${manifest.version}`)
  const installed = Object.entries(lock.packages).filter(([place]) => place !== '')
  for (const [place, locked] of installed) {
    // What no machine of ours installs may lack it: a registry that does not carry those packages tells nothing of them.
    if (locked.integrity === undefined && isOurs(locked)) problems.push(`package-lock.json: ${place} has no integrity`)
    for (const name of Object.keys(locked.optionalDependencies ?? {})) {
      const found = Object.hasOwn(lock.packages, `node_modules/${name}`) || Object.hasOwn(lock.packages, `${place}/node_modules/${name}`)
      if (!found) problems.push(`package-lock.json: lacks ${name}, an optional package of ${place}; npm ci refuses that`)
    }
  }
  for (const [place, { dev, license = 'no licence' }] of installed) {
    if (dev === true) continue
    const name = place.replace(/^.*node_modules\//, '')
    if (!known.has(license)) problems.push(`${name} is shipped under ${license}, which nobody has decided on`)
    // Builds of one package for many machines share one line.
    const family = name.replace(/-(android|darwin|freebsd|linux|win32)-[\w-]+$/, '')
    if (!notice.split('\n').some((line) => line.startsWith(`${family} (${license})`))) problems.push(`NOTICE: lacks "${family} (${license})"`)
  }
  return { problems: problems.join('\n'), seen: `${installed.length} packages` }
}

/** Is it for a machine that Posthorn runs on? */
function isOurs({ os = ['linux'], cpu = ['x64'], libc = ['glibc'] }: Locked): boolean {
  return os.includes('linux') && (cpu.includes('x64') || cpu.includes('arm64')) && libc.includes('glibc')
}
