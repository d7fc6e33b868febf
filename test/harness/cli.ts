import { PassThrough, Readable } from 'node:stream'
import { runCli } from '../../src/cli/run-cli.ts'

/** What a command line came to. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface RunOptions {
  readonly input?: string
  readonly language?: 'en' | 'de'
}

/** Runs a command line in this process, with streams of its own. For tests. */
export async function run(argv: readonly string[], { input = '', language = 'en' }: RunOptions = {}): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await runCli(argv, { stdin: Readable.from([input]), stdout, stderr, env: { LC_ALL: `${language}_XX.UTF-8` } })
  return { code, out: textOf(stdout), err: textOf(stderr) }
}

function textOf(stream: PassThrough): string {
  const octets: unknown = stream.read()
  return Buffer.isBuffer(octets) ? octets.toString() : ''
}
