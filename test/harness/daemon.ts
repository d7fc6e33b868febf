import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './server.ts'

/** Rules are many, and the machine may have much to do. */
const startLimitMs = 120_000

/** The daemon and what it starts are one group, which ends with the daemon, and when standard input closes: in whatever way who started it has died. */
const script = '( "$@"; kill -KILL 0 ) & cat >/dev/null; kill -KILL 0'

/** A daemon of Debian's in a folder and at a port of its own; it ends with everything that it started. */
export class Daemon implements AsyncDisposable {
  readonly folder: string
  readonly #commands: { readonly program: string; readonly args: readonly string[]; readonly port: number }[] = []
  readonly #processes: ChildProcess[] = []

  private constructor(folder: string) {
    this.folder = folder
  }

  /** `name` is how its folder begins. Daemons give up their rights: the folder can be entered by everybody. */
  static async prepare(name: string): Promise<Daemon> {
    const folder = await mkdtemp(join(tmpdir(), `${name}-`))
    await chmod(folder, 0o777)
    return new Daemon(folder)
  }

  /** Runs a program that listens at the port of 127.0.0.1. */
  async run(program: string, args: readonly string[], port: number): Promise<void> {
    this.#commands.push({ program, args, port })
    try {
      await this.#start(program, args, port)
    } catch (error) {
      await this[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Process ids of what runs, for who measures CPU. */
  get pids(): readonly number[] {
    return this.#processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
  }

  /** Stops answering, and goes on with `resume`. */
  pause(): void {
    for (const pid of this.pids) process.kill(-pid, 'SIGSTOP')
  }

  resume(): void {
    for (const pid of this.pids) process.kill(-pid, 'SIGCONT')
  }

  async kill(): Promise<void> {
    const running = this.#processes.filter((child) => child.exitCode === null && child.signalCode === null)
    const ended = running.map((child) => once(child, 'exit'))
    this.#killGroups()
    await Promise.all(ended)
    this.#processes.length = 0
  }

  /** Again, after `kill`. */
  async restart(): Promise<void> {
    for (const { program, args, port } of this.#commands) await this.#start(program, args, port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  #killGroups(): void {
    for (const pid of this.pids) {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
  }

  async #start(program: string, args: readonly string[], port: number): Promise<void> {
    const child = spawn('sh', ['-c', script, 'sh', program, ...args], { stdio: ['pipe', 'ignore', 'pipe'], detached: true, cwd: this.folder })
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = `${complaint}${text}`.slice(-2000)))
    this.#processes.push(child)
    await eventually(
      `${program} listens`,
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${program} ended: ${complaint}`)
        return (await isOpen(port)) || undefined
      },
      startLimitMs,
    )
  }
}

/** A port that was free a moment ago: for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
