import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'

/** What a program came to. */
export interface Ended {
  /** 128 + N after signal N. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface ProgramOptions {
  readonly input?: string | Uint8Array
  /** In place of the environment's; HOME should be a temporary folder where a program keeps things there. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Then it is killed, and that is an error. Default 60 s. */
  readonly limitMs?: number
}

/** Runs a program to its end. Whatever it ends with is a result; only a program that cannot start, or does not end, is an error. */
export async function runProgram(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  const { input = '', limitMs = 60_000, cwd, env = {} } = options
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const out = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text))
  // A program that does not read its input to the end is free to.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, limitMs)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    if (late) throw new Error(`${program} ${args.join(' ')} did not end within ${limitMs} ms\n${out.stdout}\n${out.stderr}`)
    return { code: code ?? 128, ...out }
  } finally {
    clearTimeout(timer)
  }
}

/** The `skip` of a test that needs programs: false where all are there, else which Debian packages are missing. */
export function needs(...packages: readonly (keyof typeof programs)[]): false | string {
  const missing = packages.filter((name) => !existsSync(programs[name]))
  return missing.length > 0 && `not installed (Debian): ${missing.join(', ')}`
}

const programs = {
  swaks: '/usr/bin/swaks',
  postfix: '/usr/sbin/smtp-source',
  isync: '/usr/bin/mbsync',
  mutt: '/usr/bin/mutt',
  fetchmail: '/usr/bin/fetchmail',
  curl: '/usr/bin/curl',
  openssl: '/usr/bin/openssl',
  thunderbird: '/usr/bin/thunderbird',
} as const
