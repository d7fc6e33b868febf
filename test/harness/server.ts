import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Ended, runProgram } from './program.ts'

/** The command as operators call it: it finds its Node and builds itself where that is needed. */
const posthorn = path.join(import.meta.dirname, '../../bin/posthorn')

const startLimitMs = 30_000
const stopLimitMs = 30_000

/** The listeners that a test server has; each on a port that the system chose. */
const listeners = ['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'http', 'https'] as const
export type ListenerName = (typeof listeners)[number]

/** One line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly event: string }

export interface ServerOptions {
  /** Lines of posthorn.toml above the first table: `hostname = "…"`. */
  readonly config?: string
  /** Whole tables of posthorn.toml, after the others: `[tls]` and what follows. */
  readonly tables?: string
  /** `host:port` of name servers; none: the hosts file, so that 127.0.0.1 is localhost and passes the reverse lookup. */
  readonly dns?: readonly string[]
  /** Where the SMTP listener is; default 127.0.0.1:0. `[::]:0` takes IPv4 and IPv6. */
  readonly smtp?: string
  /** postgres://…; default SQLite. */
  readonly database?: string
  /** How many serve; default `POSTHORN_TEST_PROCESSES`, or 1. Any scenario can be run with several. */
  readonly processes?: number
  /** Mailboxes to make, with `password`; their domains come into being before them. */
  readonly mailboxes?: readonly string[]
  /** `posthorn setting set` before the start: `greylisting.delay=1s`. */
  readonly settings?: readonly string[]
  /** `posthorn address set` for each mailbox: `greylisting=off`. */
  readonly addressSettings?: readonly string[]
  /** The data folder; default: one in the server's own folder. */
  readonly data?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Every mailbox of a test server has it. */
export const password = 'correct horse battery staple'

/** `posthorn start` in a process of its own, with a folder of its own. `await using` ends it and removes the folder. */
export class Server implements AsyncDisposable {
  /** Everything of this server; clients may keep things here too. */
  readonly folder: string
  readonly configFile: string
  readonly data: string
  readonly log: LogLine[] = []
  /** Where each listener of the running server is. */
  readonly ports = new Map<ListenerName, number>()
  readonly #env: Readonly<Record<string, string>>
  readonly #domains = new Set<string>()
  #process: ChildProcess | undefined
  #output = ''

  private constructor(folder: string, { data = path.join(folder, 'data'), env = {} }: ServerOptions) {
    this.folder = folder
    this.configFile = path.join(folder, 'posthorn.toml')
    this.data = data
    this.#env = env
  }

  /** Writes the configuration and makes what the options ask for; the server does not run yet. */
  static async prepare(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(await mkdtemp(path.join(tmpdir(), 'server-')), options)
    try {
      await server.#writeConfig(options)
      await server.#fill(options)
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }

  /** `prepare` and `start`. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = await Server.prepare(options)
    try {
      await server.start()
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }

  port(name: ListenerName): number {
    const port = this.ports.get(name)
    if (port === undefined) throw new Error(`the server does not listen for ${name}\n${this.#output}`)
    return port
  }

  /** The process of the running server. */
  get pid(): number {
    const pid = this.#process?.pid
    if (pid === undefined) throw new Error('the server does not run')
    return pid
  }

  /** Resolves when the server has said `ready`. */
  async start(): Promise<void> {
    this.ports.clear()
    const child = spawn(posthorn, ['start', '--config', this.configFile], { env: { ...process.env, ...this.#env }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    const ready = Promise.withResolvers<void>()
    eachLine(child.stdout, (line) => {
      this.#output += `${line}\n`
      const [, name, port] = /^listening (\S+) .*:(\d+)$/.exec(line) ?? []
      if (name !== undefined) this.ports.set(name as ListenerName, Number(port))
      if (line === 'ready') ready.resolve()
    })
    eachLine(child.stderr, (line) => this.#noteLog(line))
    child.on('exit', (code, signal) => ready.reject(new Error(`the server ended with ${code ?? signal} before it was ready\n${this.said()}`)))
    child.on('error', (error) => ready.reject(error))
    const timer = setTimeout(() => ready.reject(new Error(`the server was not ready within ${startLimitMs} ms\n${this.said()}`)), startLimitMs)
    try {
      await ready.promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends the server and resolves to its exit code; 137 after SIGKILL. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    const child = this.#process
    if (child === undefined) return 0
    this.#process = undefined
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      const ended = await Promise.race([once(child, 'exit'), sleep(stopLimitMs, 'late' as const, { ref: false })])
      if (ended === 'late') {
        child.kill('SIGKILL')
        throw new Error(`the server did not end within ${stopLimitMs} ms after ${signal}\n${this.said()}`)
      }
    }
    return child.exitCode ?? 137
  }

  /** Runs a command of `posthorn` for this server's data, whether it runs or not; in English unless `env` says otherwise. */
  async run(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return await runProgram(posthorn, [...args, '--config', this.configFile], { env: { LC_ALL: 'C', ...this.#env, ...env }, input })
  }

  /** Runs a command and kills it after so long, if it has not come to its end by then. */
  async runKilled(args: readonly string[], afterMs: number): Promise<void> {
    const child = spawn(posthorn, [...args, '--config', this.configFile], { env: { ...process.env, ...this.#env }, stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
    await once(child, 'exit')
    clearTimeout(timer)
  }

  /** As `run` for a command that must work; resolves to what it printed. */
  async posthorn(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, input)
    if (code !== 0) throw new Error(`posthorn ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`)
    return stdout
  }

  /** As `posthorn` with --json. */
  async json(args: readonly string[]): Promise<unknown> {
    return JSON.parse(await this.posthorn([...args, '--json'])) as unknown
  }

  /** Makes a mailbox, and its domain where there is none. */
  async addMailbox(address: string): Promise<void> {
    const domain = address.slice(address.lastIndexOf('@') + 1)
    if (!this.#domains.has(domain)) await this.run(['domain', 'add', domain])
    this.#domains.add(domain)
    await this.posthorn(['mailbox', 'add', address, '--password-stdin'], `${password}\n`)
  }

  /** Warnings and errors that the server has logged; a scenario that expects none asserts that. */
  complaints(): readonly LogLine[] {
    return this.log.filter(({ level }) => level === 'warn' || level === 'error')
  }

  /** What the server printed in all its lives. */
  get output(): string {
    return this.#output
  }

  /** The server's output and the end of its log, for a failure's message. */
  said(): string {
    return [this.#output, ...this.log.slice(-50).map((line) => JSON.stringify(line))].join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.stop()
    } finally {
      await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }

  #noteLog(line: string): void {
    try {
      this.log.push(JSON.parse(line) as LogLine)
    } catch {
      // Something that Node itself says: a fault of ours.
      this.log.push({ level: 'error', event: line })
    }
  }

  async #writeConfig(options: ServerOptions): Promise<void> {
    const { config = 'hostname = "mx.example.org"', dns = [], database = 'sqlite:', smtp = '127.0.0.1:0', tables = '' } = options
    const { processes = Number(process.env['POSTHORN_TEST_PROCESSES'] ?? 1) } = options
    const listen = listeners.map((name) => `${name} = ${JSON.stringify(name === 'smtp' ? smtp : '127.0.0.1:0')}`)
    const lines = [
      config,
      `data = ${JSON.stringify(this.data)}`,
      `processes = ${processes}`,
      '[listen]',
      ...listen,
      '[database]',
      `url = ${JSON.stringify(database)}`,
    ]
    lines.push('[dns]', `servers = ${JSON.stringify(dns)}`, tables)
    await mkdir(path.dirname(this.data), { recursive: true })
    await writeFile(this.configFile, `${lines.join('\n')}\n`)
  }

  async #fill({ mailboxes = [], settings = [], addressSettings = [] }: ServerOptions): Promise<void> {
    // Without a server each command that sets a password would start the thread that judges it, which takes longer than all the rest.
    const all = [...(mailboxes.length > 0 ? ['password.min-score=0'] : []), ...settings]
    if (all.length > 0) await this.posthorn(['setting', 'set', ...all])
    for (const address of mailboxes) {
      await this.addMailbox(address)
      if (addressSettings.length > 0) await this.posthorn(['address', 'set', address, ...addressSettings])
    }
  }
}

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}

/** Waits for what should come to pass; `look` resolves to undefined until it has. The limit is for a machine with much to do. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, limitMs = 20_000): Promise<T> {
  const endsAt = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > endsAt) throw new Error(`did not come to pass within ${limitMs} ms: ${what}`)
    await sleep(25)
  }
}
