import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { eventually } from './server.ts'

const program = '/usr/sbin/clamd'

/** Why the virus check cannot be tested here; false: it can. */
export const clamdMissing: string | false = existsSync(program) ? false : 'not installed (Debian): clamav-daemon'

/** The test file of EICAR, which every scanner takes for a virus, in two halves: so this file is not taken for one. */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

/** One signature: that of the test file, where it stands anywhere. */
const signature = `Eicar-Test-Signature:0:*:${Buffer.from(eicar).toString('hex')}\n`

/** Debian's clamd with a database of one signature and a socket of its own. */
export class Clamd implements AsyncDisposable {
  readonly socket: string
  readonly #folder: string
  #process: ChildProcess | undefined

  private constructor(folder: string) {
    this.#folder = folder
    this.socket = join(folder, 'clamd.sock')
  }

  static async start(): Promise<Clamd> {
    const folder = await mkdtemp(join(tmpdir(), 'clamd-'))
    const clamd = new Clamd(folder)
    await mkdir(join(folder, 'db'))
    await writeFile(join(folder, 'db/test.ndb'), signature)
    const lines = [
      `DatabaseDirectory ${folder}/db`,
      `LocalSocket ${clamd.socket}`,
      `PidFile ${folder}/clamd.pid`,
      `LogFile ${folder}/clamd.log`,
      `TemporaryDirectory ${folder}`,
      'Foreground yes',
      'MaxThreads 4',
      'StreamMaxLength 2M',
      'MaxRecursion 6',
      'AlertEncryptedArchive yes',
      'AlertExceedsMax yes',
      'ConcurrentDatabaseReload no',
      ...(process.getuid?.() === 0 ? ['User root'] : []),
    ]
    await writeFile(join(folder, 'clamd.conf'), `${lines.join('\n')}\n`)
    await clamd.run()
    return clamd
  }

  /** Again, after `kill`. */
  async run(): Promise<void> {
    this.#process = spawn(program, ['--config-file', join(this.#folder, 'clamd.conf')], { stdio: 'ignore' })
    await eventually('clamd listens', async () => (existsSync(this.socket) ? true : undefined), 60_000)
  }

  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined) return
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    await rm(this.socket, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Something that listens where clamd should, and does what it is told; undefined: takes everything and says nothing. */
export class FakeClamd implements AsyncDisposable {
  readonly socket: string
  /** Connections that there have been. */
  connections = 0
  readonly #folder: string
  readonly #server: NetServer
  readonly #sockets = new Set<Socket>()

  private constructor(folder: string, answer: ((socket: Socket, heard: string) => void) | undefined) {
    this.#folder = folder
    this.socket = join(folder, 'clamd.sock')
    this.#server = createServer((socket) => {
      this.connections++
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('data', (octets: Buffer) => answer?.(socket, octets.toString('latin1')))
    })
  }

  static async start(answer?: (socket: Socket, heard: string) => void): Promise<FakeClamd> {
    const clamd = new FakeClamd(await mkdtemp(join(tmpdir(), 'clamd-')), answer)
    clamd.#server.listen(clamd.socket)
    await once(clamd.#server, 'listening')
    return clamd
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** A zip archive of one file; `encrypted`: it says that it is, and its octets are nonsense then. */
export function zip(name: string, content: Uint8Array, { encrypted = false } = {}): Buffer {
  const packed = deflateRawSync(content)
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0) // version needed
  common.writeUInt16LE(encrypted ? 1 : 0, 2) // flags
  common.writeUInt16LE(8, 4) // deflate
  common.writeUInt32LE(crc32(content), 10)
  common.writeUInt32LE(packed.length, 14)
  common.writeUInt32LE(content.length, 18)
  common.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
  const central = Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), common, Buffer.alloc(14), Buffer.from(name)])
  const end = Buffer.alloc(18)
  end.writeUInt16LE(1, 4)
  end.writeUInt16LE(1, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(local.length, 12)
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end])
}
