import { createReadStream } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { Piece } from '../content/content.ts'
import { finding, type VirusFinding } from './finding.ts'
import { maxReplyOctets, readReply } from './reply.ts'

/** Octets read from a file at a time: so many that clamd has weighed the length before it has taken the first of them. */
const partOctets = 1024 * 1024
const endOfStream = Buffer.alloc(4)

/** Where clamd listens: a path, or host and port. */
export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number }

/** One connection to clamd, for one message at a time. */
export class ClamdSession {
  readonly #socket: Socket
  #reply = ''
  #heard: ((finding: VirusFinding) => void) | undefined
  #drained: (() => void) | undefined
  #why = 'closed'
  /** There is somebody who listened. */
  connected = false
  /** It takes octets; once closed: clamd broke off while it did. */
  sending = false
  /** It can be asked again. */
  open = true

  constructor(address: ClamdAddress) {
    this.#socket = connect({ ...address })
    this.#socket.setEncoding('latin1')
    this.#socket.write('zIDSESSION\0')
    this.#socket.on('data', (text: string) => this.#hear(text))
    this.#socket.on('connect', () => (this.connected = true))
    this.#socket.on('drain', () => this.#drained?.())
    this.#socket.on('error', (error) => (this.#why = error.message))
    this.#socket.on('close', () => this.#end(finding('away', this.#why)))
  }

  /** Never rejects. The octets are not used any more once it has resolved. */
  async scan(octets: readonly Piece[]): Promise<VirusFinding> {
    const heard = new Promise<VirusFinding>((resolve) => (this.#heard = resolve))
    if (!this.open) this.#end(finding('away', this.#why))
    else this.#send(octets).catch((error: unknown) => this.close(finding('away', error instanceof Error ? error.message : String(error))))
    return heard
  }

  /** Whoever waits hears `why`. */
  close(why: VirusFinding = finding('away', 'closed')): void {
    this.#socket.destroy()
    this.#end(why)
  }

  /** Keeps the process from ending only while there is a scan. */
  rest(): void {
    this.#socket.unref()
  }

  /** As one chunk, whose length clamd weighs first: so its words about too many octets are as a rule heard before a write to what it closed fails. */
  async #send(octets: readonly Piece[]): Promise<void> {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(octets.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.sizeBytes), 0))
    this.sending = true
    this.#socket.ref()
    this.#socket.cork()
    this.#socket.write('zINSTREAM\0')
    // A chunk of no octets is the end.
    if (!length.equals(endOfStream)) this.#socket.write(length)
    for (const piece of octets) {
      if (piece instanceof Uint8Array) this.#socket.write(piece)
      else for await (const part of createReadStream(piece.path, { highWaterMark: partOctets })) await this.#write(part as Buffer)
    }
    if (!this.open) return
    this.#socket.write(endOfStream, (failed) => {
      if (!failed) this.sending = false
    })
    this.#socket.uncork()
  }

  async #write(octets: Buffer): Promise<void> {
    if (!this.open || this.#socket.write(octets)) return
    this.#socket.uncork()
    await new Promise<void>((resolve) => (this.#drained = resolve))
    this.#socket.cork()
  }

  #hear(text: string): void {
    this.#reply += text
    const end = this.#reply.indexOf('\0')
    if (end < 0) {
      if (this.#reply.length > maxReplyOctets) this.close(finding('away', 'an endless reply'))
      return
    }
    const found = readReply(this.#reply.slice(0, end))
    this.#reply = this.#reply.slice(end + 1)
    // After any other answer clamd closes, or is not to be trusted with another message; octets that are still on their way must not go.
    if (found.reason === 'too large' || found.result === 'temperror' || this.#reply !== '') this.close(found)
    else this.#answer(found)
  }

  #answer(found: VirusFinding): void {
    const heard = this.#heard
    if (heard === undefined) return this.close()
    this.#heard = undefined
    heard(found)
  }

  #end(found: VirusFinding): void {
    this.open = false
    this.#drained?.()
    const heard = this.#heard
    this.#heard = undefined
    heard?.(found)
  }
}
