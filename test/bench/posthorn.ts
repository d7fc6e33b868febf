import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { OperationInput, OperationName } from '../../src/api/contract.ts'
import type { ControlAnswer } from '../../src/app/control.ts'
import type { Target } from './target.ts'

const root = path.join(import.meta.dirname, '../..')
const password = 'correct horse battery staple'
const mailboxes = 100
/** Of each of the other domains. */
const otherMailboxes = 20
const startLimitMs = 60_000
const stopLimitMs = 30_000

/** Entries on the block list of each guarded mailbox. */
const listEntries = 1000
/** What the hosts of this machine are called, by the name server of the guarded domain. */
export const zone = { 'ptr:127.0.0.1': { PTR: ['mx.sender.test'] }, 'mx.sender.test': { A: ['127.0.0.1'] } }

export interface Posthorn extends Target {
  readonly greylisting: NonNullable<Target['greylisting']>
  /** Mailboxes like all others, with every protection on. A sender must be known (`trustedSender`). */
  readonly guarded: { readonly mailbox: string; readonly mailboxes: number }
  /** Mailboxes like the plain ones, with content filter and sender authentication on; nothing is put aside. */
  readonly filtered: { readonly mailbox: string; readonly mailboxes: number }
  readonly imapsPort: number
  readonly submissionPort: number
  readonly configFile: string
  /** Stops it and starts it again on the same data: other ports, another process, nothing in memory. */
  restarted(): Promise<Posthorn>
}

export interface PosthornOptions {
  /** An empty folder for data, configuration and log. */
  readonly folder: string
  readonly env?: NodeJS.ProcessEnv
  /** How many serve; default 1. */
  readonly processes?: number
  /** `host:port` of a name server that has `zone`. */
  readonly nameServer: string
  /** Where the other servers listen; default 25. */
  readonly sendingPort?: number
}

/** Builds what `bin/posthorn` would build at its next start, so that no start has to. */
export async function build(): Promise<void> {
  const child = spawn(path.join(root, 'bin/posthorn'), ['--version'], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`posthorn --version ended with ${code ?? 'a signal'}`)
}

/**
 * The built server with four domains: `open.test` without protection, `guarded.test` with all of it at the door, `grey.test` with
 * greylisting alone, `filtered.test` with the content filter alone. Its journal, log and index are as they come; only limits by client are off, since all load comes from one.
 */
export async function startPosthorn({ folder, env = {}, processes = 1, nameServer, sendingPort = 25 }: PosthornOptions): Promise<Posthorn> {
  const data = path.join(folder, 'data')
  const configFile = path.join(folder, 'posthorn.toml')
  await mkdir(folder, { recursive: true })
  await writeFile(configFile, config({ data, nameServer, processes, sendingPort }))
  const server = await start(['--config', configFile], folder, env)
  try {
    await fill(path.join(data, 'control.sock'))
  } catch (error) {
    await stop(server.child)
    throw error
  }
  // Whoever stops the server stops what runs by then.
  let running = server
  const described = (): Posthorn => ({
    name: 'Posthorn',
    smtpPort: running.port('smtp'),
    imapPort: running.port('imap'),
    imapsPort: running.port('imaps'),
    submissionPort: running.port('submission'),
    pop3Port: running.port('pop3'),
    mailbox: 'u{n}@open.test',
    mailboxes,
    password,
    greylisting: { smtpPort: running.port('smtp'), mailbox: 'u{n}@grey.test' },
    guarded: { mailbox: 'u{n}@guarded.test', mailboxes: otherMailboxes },
    filtered: { mailbox: 'u{n}@filtered.test', mailboxes: otherMailboxes },
    pids: running.child.pid === undefined ? [] : [running.child.pid],
    folders: [data],
    configFile,
    stop: () => stop(running.child),
    async restarted() {
      await stop(running.child)
      running = await start(['--config', configFile], folder, env)
      return described()
    },
  })
  return described()
}

function config({ data, nameServer, processes, sendingPort }: { data: string; nameServer: string; processes: number; sendingPort: number }): string {
  const listen = ['smtp', 'submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'http', 'https'].map((name) => `${name} = "127.0.0.1:0"`)
  return [
    'hostname = "mx.posthorn.test"',
    `data = ${JSON.stringify(data)}`,
    `processes = ${processes}`,
    '[listen]',
    ...listen,
    '[dns]',
    `servers = [${JSON.stringify(nameServer)}]`,
    '[sending]',
    `port = ${sendingPort}`,
    '',
  ].join('\n')
}

async function start(args: readonly string[], folder: string, env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; port(name: string): number }> {
  const logFile = path.join(folder, 'posthorn.log')
  const log = openSync(logFile, 'a')
  const child = spawn(path.join(root, 'bin/posthorn'), ['start', ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', log] })
  closeSync(log)
  const ports = new Map<string, number>()
  const ready = Promise.withResolvers<void>()
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const [, name, port] = /^listening (\S+) .*:(\d+)$/.exec(line) ?? []
    if (name !== undefined) ports.set(name, Number(port))
    if (line === 'ready') ready.resolve()
  })
  child.on('exit', (code, signal) => ready.reject(new Error(`posthorn start ended with ${code ?? signal}`)))
  child.on('error', (error) => ready.reject(error))
  const timer = setTimeout(() => ready.reject(new Error(`posthorn start was not ready within ${startLimitMs} ms`)), startLimitMs)
  try {
    await ready.promise
  } catch (error) {
    await stop(child)
    throw new Error(await readFile(logFile, 'utf8'), { cause: error })
  } finally {
    clearTimeout(timer)
  }
  return {
    child,
    port(name) {
      const port = ports.get(name)
      if (port === undefined) throw new Error(`Posthorn does not listen for ${name}`)
      return port
    },
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
  await once(child, 'exit')
  clearTimeout(timer)
}

async function fill(socketPath: string): Promise<void> {
  const control = new Control(socketPath)
  try {
    await control.run('setting.set', {
      values: {
        'connection-limits': 'off',
        'login-throttle': 'off',
        'plaintext-login': 'loopback',
        'greeting.delay': '0',
        // Postfix and Dovecot beside it look neither at the content nor at DMARC.
        'spam-level': 'off',
        dmarc: 'score',
        'greylisting.delay': '1s',
        // Otherwise one host that came back five times makes all others known: every load comes from one host.
        'greylisting.trusted-after': '0',
        // One mailbox sends what many do.
        'messages-per-hour': '1000000',
        'messages-per-day': '1000000',
        'recipients-per-hour': '1000000',
        'recipients-per-day': '1000000',
        'new-recipients-per-day': '1000000',
        'outgoing.spam-limit': 'off',
      },
    })
    const switches = { 'open.test': ['off', 'off'], 'guarded.test': ['on', 'on'], 'grey.test': ['off', 'on'] } as const
    for (const [domain, [reverseLookup, greylisting]] of Object.entries(switches)) {
      await control.run('domain.add', { domain })
      await control.run('domain.set', { domain, values: { 'reverse-lookup': reverseLookup, greylisting } })
    }
    const filtered = { 'reverse-lookup': 'off', greylisting: 'off', 'spam-level': 'medium', 'spam-action': 'deliver' }
    await control.run('domain.add', { domain: 'filtered.test' })
    await control.run('domain.set', { domain: 'filtered.test', values: filtered })
    await makeMailboxes(control, 'open.test', mailboxes)
    await makeMailboxes(control, 'filtered.test', otherMailboxes)
    await makeMailboxes(control, 'guarded.test', otherMailboxes)
    await makeMailboxes(control, 'grey.test', otherMailboxes)
    const add = Array.from({ length: listEntries }, (_, n) => (n % 2 === 0 ? `.d${n}.example` : `s${n}@unwanted.example`))
    for (let n = 0; n < otherMailboxes; n++) await control.run('address.change-list', { address: `u${n}@guarded.test`, list: 'block', add, remove: [] })
  } finally {
    control.close()
  }
}

async function makeMailboxes(control: Control, domain: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await control.run('mailbox.add', { address: `u${n}@${domain}`, password })
}

/** The control socket: what the command line would ask, without a process for each question. */
class Control {
  readonly #socket
  readonly #answers
  #id = 0

  constructor(socketPath: string) {
    this.#socket = connect(socketPath)
    this.#answers = createInterface({ input: this.#socket })[Symbol.asyncIterator]()
  }

  async run<Name extends OperationName>(operation: Name, input: OperationInput<Name>): Promise<void> {
    this.#id += 1
    this.#socket.write(`${JSON.stringify({ id: this.#id, operation, input })}\n`)
    const { value, done } = await this.#answers.next()
    const answer = done === true ? undefined : (JSON.parse(value) as ControlAnswer)
    if (answer === undefined || 'error' in answer) throw new Error(`${operation} ${JSON.stringify(input).slice(0, 200)}: ${JSON.stringify(answer?.error)}`)
  }

  close(): void {
    this.#socket.destroy()
  }
}
