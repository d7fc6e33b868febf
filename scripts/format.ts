/** `npm run format [FILES]`: puts the code into the form that `npm run check` asks for. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const files = process.argv.slice(2)
const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome')
const { status } = spawnSync(process.execPath, [biome, 'format', '--write', ...(files.length > 0 ? files : ['.'])], {
  cwd: files.length > 0 ? process.cwd() : root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
