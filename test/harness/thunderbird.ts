import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from './server.ts'

export interface ThunderbirdOptions {
  /** Names that lead to this machine. */
  readonly hosts: readonly string[]
  /** Where a browser's port 80 is to lead. */
  readonly httpPort: number
}

/** A real Thunderbird without a window, led by Marionette (the remote protocol of Mozilla's programs). `await using` ends it. */
export class Thunderbird implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #lastId = 0
  #waiting: { readonly id: number; readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void } | undefined

  private constructor(child: ChildProcess, folder: string, socket: Socket) {
    this.#process = child
    this.#folder = folder
    this.#socket = socket
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#waiting?.reject(error))
  }

  static async start({ hosts, httpPort }: ThunderbirdOptions): Promise<Thunderbird> {
    const folder = await mkdtemp(path.join(tmpdir(), 'thunderbird-'))
    const preferences = {
      'network.dns.localDomains': hosts.join(','),
      // Ports below 1024 are not for tests: what goes to port 80 goes by this "proxy", which is the server itself.
      'network.proxy.type': 1,
      'network.proxy.http': '127.0.0.1',
      'network.proxy.http_port': httpPort,
      'network.proxy.allow_hijacking_localhost': true,
      'marionette.port': 0,
      'app.update.enabled': false,
      'datareporting.policy.dataSubmissionEnabled': false,
      'mailnews.start_page.enabled': false,
      'mail.provider.suppress_dialog_on_startup': true,
      'mail.server.default.use_condstore': true,
    }
    const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`)
    await writeFile(path.join(folder, 'user.js'), lines.join('\n'))
    const child = spawn('/usr/bin/thunderbird', ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--profile', folder], {
      stdio: 'ignore',
      env: { ...process.env, HOME: folder, TMPDIR: folder, MOZ_CRASHREPORTER_DISABLE: '1' },
    })
    try {
      const port = await eventually('Thunderbird can be led', () => activePort(folder), 60_000)
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      const thunderbird = new Thunderbird(child, folder, socket)
      await thunderbird.#command('WebDriver:NewSession', {})
      await thunderbird.#command('Marionette:SetContext', { value: 'chrome' })
      await thunderbird.#command('WebDriver:SetTimeouts', { script: 60_000 })
      return thunderbird
    } catch (error) {
      child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
      throw error
    }
  }

  /** Runs `body` in Thunderbird itself: the body of an async function of `...args`; what it returns comes back as JSON. */
  async run<T>(body: string, ...args: readonly unknown[]): Promise<T> {
    const script = `const [args, done] = arguments; (async (...args) => {${body}})(...args).then((value) => done({ value }), (error) => done({ error: String(error) + '\\n' + (error && error.stack) }));`
    const { value } = (await this.#command('WebDriver:ExecuteAsyncScript', { script, args: [args] })) as {
      readonly value: { readonly value: T; readonly error?: string }
    }
    if (value.error !== undefined) throw new Error(`in Thunderbird: ${value.error}`)
    return value.value
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy()
    const gone = once(this.#process, 'exit')
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGKILL')
      await gone
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  #command(name: string, parameters: unknown): Promise<unknown> {
    const id = ++this.#lastId
    const message = JSON.stringify([0, id, name, parameters])
    return new Promise((resolve, reject) => {
      this.#waiting = { id, resolve, reject }
      this.#socket.write(`${Buffer.byteLength(message)}:${message}`)
    })
  }

  /** `LENGTH:[1,ID,ERROR,RESULT]`; the first message is a greeting. */
  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const colon = this.#received.indexOf(':')
      const length = Number(this.#received.toString('latin1', 0, colon))
      if (colon < 0 || this.#received.length < colon + 1 + length) return
      const message = JSON.parse(this.#received.toString('utf8', colon + 1, colon + 1 + length)) as unknown
      this.#received = this.#received.subarray(colon + 1 + length)
      if (!Array.isArray(message) || message[1] !== this.#waiting?.id) continue
      const [, , error, result] = message as [number, number, unknown, unknown]
      if (error === null) this.#waiting?.resolve(result)
      else this.#waiting?.reject(new Error(JSON.stringify(error)))
    }
  }
}

async function activePort(folder: string): Promise<number | undefined> {
  const text = await readFile(path.join(folder, 'MarionetteActivePort'), 'utf8').catch(() => undefined)
  return text === undefined || text.trim() === '' ? undefined : Number(text)
}
