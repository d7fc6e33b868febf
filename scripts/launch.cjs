/**
 * Runs on whatever Node the machine has (20 or later, see run.cjs), before anything is installed: brings node_modules in
 * line with the lockfile, then hands the task to the project's own Node.
 */
'use strict'
const { spawn, spawnSync } = require('node:child_process')
const { existsSync, readFileSync } = require('node:fs')
const { constants } = require('node:os')
const path = require('node:path')

const root = path.dirname(__dirname)
const [task, ...args] = process.argv.slice(2)
const node = path.join(root, 'node_modules/.bin/node')

/** What each task runs, once everything is installed. */
const tasks = {
  build: () => ownNode('scripts/build.ts'),
  test: () => ownNode('scripts/test.ts'),
  check: () => ownNode('scripts/check.ts'),
  format: () => ownNode('scripts/format.ts'),
  'fresh-clone': () => ownNode('scripts/fresh-clone.ts'),
  bench: () => ownNode('test/bench/run.ts'),
  fuzz: () => ownNode('test/fuzz/run.ts'),
  evaluate: () => ownNode('test/evaluate/run.ts'),
  start: () => ({ command: path.join(root, 'bin/posthorn'), args: ['start', ...args] }),
}

function ownNode(file) {
  return { command: node, args: [path.join(root, file), ...args] }
}

/**
 * Does node_modules hold what the lockfile says? By version, not by time: a checkout that goes back and forth costs no
 * installation. An optional package may be missing (it is another machine's).
 */
function isInstalled() {
  const hidden = path.join(root, 'node_modules/.package-lock.json')
  if (!existsSync(hidden) || !existsSync(node)) return false
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages
  return Object.entries(wanted).every(([place, wants]) => {
    if (place === '') return true
    const has = present[place]
    return has === undefined ? wants.optional === true || wants.devOptional === true || wants.peer === true : has.version === wants.version
  })
}

/** The machine's npm; quiet unless it fails. Answers are for stdout, so its report goes to stderr. */
function install() {
  console.error('posthorn: installing the packages of package-lock.json (npm ci)')
  const { status, error } = spawnSync('npm', ['ci', '--include=dev', '--include=optional'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) fail(`npm could not be run (${error.message}); Posthorn needs npm for its set-up`)
  if (status !== 0) fail('npm ci failed; its report is above')
  if (!existsSync(node)) fail(`there is no Node package for this machine (${process.platform} ${process.arch}); Linux on x64 and arm64 are supported`)
}

function fail(message) {
  console.error(`posthorn: ${message}`)
  process.exit(1)
}

function run({ command, args }) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` } })
  // A Ctrl-C reaches the child from the terminal by itself; a second one from here would end a drain that has just begun.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`${command} could not be run: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

const chosen = Object.hasOwn(tasks, task ?? '') ? tasks[task] : undefined
if (chosen === undefined) fail(`no task "${task ?? ''}"; there are ${Object.keys(tasks).join(', ')}`)
if (!isInstalled()) install()
run(chosen())
