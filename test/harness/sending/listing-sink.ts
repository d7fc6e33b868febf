import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** A mail server of somebody else that takes mail from every address but those that are on its list, and counts by address. */
export class ListingSink implements AsyncDisposable {
  /** What it says to addresses that are listed; `{ip}` stands for the address. */
  readonly listed = new Map<string, string>()
  /** Subjects, in order. */
  readonly taken: string[] = []
  readonly takenFrom = new Map<string, number>()
  readonly refusedFrom = new Map<string, number>()
  readonly #server = createServer((socket) => void this.#serve(socket).catch(() => socket.destroy()))
  readonly #sockets = new Set<Socket>()

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    const ip = socket.remoteAddress ?? ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    let subject: string | undefined
    let isText = false
    say('220 sink.example')
    for await (const line of createInterface({ input: socket })) {
      if (isText && line.startsWith('Subject: ')) subject = line.slice(9)
      if (isText && line !== '.') continue
      const listing = this.listed.get(ip)
      if (isText) {
        isText = false
        if (subject !== undefined) this.taken.push(subject)
        count(this.takenFrom, ip)
        say('250 2.0.0 taken')
      } else if (line.startsWith('RCPT') && listing !== undefined) {
        count(this.refusedFrom, ip)
        say(listing.replaceAll('{ip}', ip))
      } else if (line.startsWith('DATA')) {
        isText = true
        say('354 go on')
      } else say('250 ok')
    }
  }
}

function count(counts: Map<string, number>, ip: string): void {
  counts.set(ip, (counts.get(ip) ?? 0) + 1)
}
