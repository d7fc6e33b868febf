import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { octetsOf } from '../../content/octets-of.ts'
import { type Dialogue, type EngineMessage, inLine } from '../engine.ts'
import type { Opinion } from '../opinion.ts'
import { maxReplyOctets, readReply } from './reply.ts'

/** Where spamd listens: a path, or host and port. */
export type SpamdAddress = { readonly path: string } | { readonly host: string; readonly port: number }

/** SpamAssassin's daemon, by the SPAMC protocol: a connection for each question, since spamd closes it after the answer. */
export class SpamdDialogue implements Dialogue {
  readonly name = 'SpamAssassin'
  /** spamc's own: SpamAssassin takes seconds for more. */
  readonly maxMessageOctets = 500 * 1024
  readonly #address: SpamdAddress
  readonly #open = new Set<Socket>()

  /** A path, or "host:port". */
  constructor(socket: string) {
    const [, host, port] = /^\[?([^/]+?)\]?:(\d+)$/.exec(socket) ?? []
    this.#address = host === undefined ? { path: socket } : { host, port: Number(port) }
  }

  async ask(message: EngineMessage, signal: AbortSignal): Promise<Opinion> {
    const fields = Buffer.from(traceOf(message))
    const head = Buffer.from(`REPORT SPAMC/1.5\r\nContent-length: ${fields.length + message.sizeBytes}\r\n\r\n`)
    return readReply(await this.#exchange([head, fields, ...message.octets], signal))
  }

  async ping(signal: AbortSignal): Promise<void> {
    const reply = await this.#exchange([Buffer.from('PING SPAMC/1.5\r\n\r\n')], signal)
    if (!/^SPAMD\/[\d.]+ 0 PONG/.test(reply)) throw new Error(reply === '' ? 'no reply' : `reply: ${reply.slice(0, 100)}`)
  }

  close(): void {
    for (const socket of this.#open) socket.destroy()
  }

  async #exchange(pieces: EngineMessage['octets'], signal: AbortSignal): Promise<string> {
    const socket = connect({ ...this.#address, allowHalfOpen: true, signal })
    this.#open.add(socket)
    try {
      const [reply] = await Promise.all([replyOf(socket), pipeline(Readable.from(octetsOf(pieces)), socket)])
      return reply
    } finally {
      this.#open.delete(socket)
      socket.destroy()
    }
  }
}

async function replyOf(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1')
  for await (const part of socket as AsyncIterable<string>) {
    text += part
    if (text.length > maxReplyOctets) throw new Error('an endless reply')
  }
  return text
}

/** spamd is told of client and sender by the fields that it would find in a mailbox. */
function traceOf({ reversePath, trace }: EngineMessage): string {
  return `Return-Path: <${inLine(reversePath)}>\r\n${trace}`
}
