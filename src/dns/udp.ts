import { createSocket, type Socket } from 'node:dgram'
import { randomInt } from 'node:crypto'
import { isIP } from 'node:net'
import { answers, type Query } from './message.ts'
import type { ServerAddress } from './server-address.ts'

/** Sockets at once for one server; each has a random port, which a forger would have to guess along with the id (RFC 5452 9.2). */
const poolSize = 8
/** A port is used for so many questions, then another one is taken. */
const queriesPerSocket = 64

export type UdpResult = Uint8Array | 'timeout' | 'unreachable'

/** Asks one server over UDP. Sockets are connected, so packets from elsewhere never reach us, and a closed port is noticed at once. */
export class UdpPool {
  readonly #server: ServerAddress
  readonly #sockets: (UdpSocket | undefined)[] = []

  constructor(server: ServerAddress) {
    this.#server = server
  }

  ask(query: Query, timeoutMs: number): Promise<UdpResult> {
    const place = randomInt(poolSize)
    let socket = this.#sockets[place]
    if (socket === undefined || !socket.takes(query.id)) {
      socket?.retire()
      socket = new UdpSocket(this.#server)
      this.#sockets[place] = socket
    }
    return socket.ask(query, timeoutMs)
  }

  /** Questions under way end as `unreachable`. */
  close(): void {
    for (const socket of this.#sockets) socket?.close()
    this.#sockets.length = 0
  }
}

interface Pending {
  readonly query: Query
  readonly settle: (result: UdpResult) => void
}

class UdpSocket {
  readonly #socket: Socket
  readonly #pending = new Map<number, Pending>()
  /** Questions that wait for the socket to be connected. */
  #unsent: Uint8Array[] | undefined = []
  #left = queriesPerSocket
  #open = true

  constructor(server: ServerAddress) {
    this.#socket = createSocket(isIP(server.host) === 6 ? 'udp6' : 'udp4')
    this.#socket.on('message', (octets) => this.#receive(octets))
    this.#socket.on('error', () => this.close())
    this.#socket.connect(server.port, server.host, () => {
      const waiting = this.#unsent ?? []
      this.#unsent = undefined
      for (const octets of waiting) this.#send(octets)
    })
    this.#socket.unref()
  }

  /** false: take another socket. */
  takes(id: number): boolean {
    return this.#open && this.#left > 0 && !this.#pending.has(id)
  }

  ask(query: Query, timeoutMs: number): Promise<UdpResult> {
    this.#left--
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle('timeout'), timeoutMs)
      const settle = (result: UdpResult) => {
        clearTimeout(timer)
        this.#pending.delete(query.id)
        resolve(result)
        if (this.#left <= 0 && this.#pending.size === 0) this.close()
      }
      this.#pending.set(query.id, { query, settle })
      if (this.#unsent === undefined) this.#send(query.octets)
      else this.#unsent.push(query.octets)
    })
  }

  /** No new questions; closes when the last one is answered. */
  retire(): void {
    this.#left = 0
    if (this.#pending.size === 0) this.close()
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#socket.close()
    for (const { settle } of this.#pending.values()) settle('unreachable')
  }

  #send(octets: Uint8Array): void {
    if (this.#open) this.#socket.send(octets, (error) => error !== null && this.close())
  }

  /** What does not answer the question is ignored, not an error: that is what a forger sends until one fits. */
  #receive(octets: Uint8Array): void {
    const id = octets.length < 2 ? -1 : ((octets[0] ?? 0) << 8) | (octets[1] ?? 0)
    const pending = this.#pending.get(id)
    if (pending !== undefined && answers(octets, pending.query)) pending.settle(octets)
  }
}
